"""Which records belong together, asked for many at a time."""

from collections.abc import Collection, Iterator, Sequence

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.kinds import CONTACTS, IntakeObject

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


def records_of(
    client: HubSpotClient, kind: str, ids: Sequence[str], wanted: IntakeObject
) -> dict[str, list[str]]:
    """The contacts that records of `kind` belong to, or the leads of those contacts."""
    contacts = linked(client, kind, CONTACTS.name, ids)
    if wanted is CONTACTS:
        return contacts
    everybody = [contact for ends in contacts.values() for contact in ends]
    leads = linked(client, CONTACTS.name, wanted.name, everybody)
    return {
        record: [lead for contact in ends for lead in leads.get(contact, ())]
        for record, ends in contacts.items()
    }


def _ends(results: Collection[Json]) -> Iterator[tuple[str, list[str]]]:
    for result in results:
        yield str(result["from"]["id"]), [str(to["toObjectId"]) for to in result.get("to") or ()]


def _further(results: Collection[Json]) -> Iterator[Json]:
    """A record with very many is answered in pages of its own."""
    for result in results:
        after = ((result.get("paging") or {}).get("next") or {}).get("after")
        if after:
            yield {"id": str(result["from"]["id"]), "after": after}
