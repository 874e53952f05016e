"""Which records belong together, asked for many at a time."""

from collections.abc import Collection, Iterator, Sequence

from connectors.hubspot.client import HubSpotClient, Json

_MOST = 1_000


def linked(
    client: HubSpotClient, kind: str, other: str, ids: Sequence[str]
) -> dict[str, list[str]]:
    """Ids of `other` by the record of `kind` they belong to; records without any are left out."""
    found: dict[str, list[str]] = {}
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), _MOST):
        inputs: list[Json] = [{"id": i} for i in wanted[start : start + _MOST]]
        while inputs:
            body = {"inputs": inputs}
            answer = client.associated(kind, other, f"read {other} of {kind}", body)
            for record_id, ends in _ends(answer["results"]):
                found.setdefault(record_id, []).extend(ends)
            inputs = list(_further(answer["results"]))
    return found


def first_linked(
    client: HubSpotClient, kind: str, other: str, ids: Sequence[str]
) -> dict[str, str]:
    return {record: ends[0] for record, ends in linked(client, kind, other, ids).items() if ends}


def _ends(results: Collection[Json]) -> Iterator[tuple[str, list[str]]]:
    for result in results:
        yield str(result["from"]["id"]), [str(to["toObjectId"]) for to in result.get("to") or ()]


def _further(results: Collection[Json]) -> Iterator[Json]:
    """A record with very many is answered in pages of its own."""
    for result in results:
        after = ((result.get("paging") or {}).get("next") or {}).get("after")
        if after:
            yield {"id": str(result["from"]["id"]), "after": after}
