"""Which records belong to which: the associations of some records, read in a batch."""

from typing import Any

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import Refusal
from sandbox.hubspot.kinds import CONTACTS, OTHERS
from sandbox.hubspot.reads import batch_answer, batch_inputs
from sandbox.hubspot.shelf import Shelf

MAX_READ = 1_000


def batch_read(shelf: Shelf, call: Call) -> Answer:
    """A record without any is not among the results but among the errors of a 207."""
    kind, other = shelf.kind.name, call.path["other"]
    results: list[dict[str, Any]] = []
    lonely: list[str] = []
    for entry in batch_inputs(call.json(), MAX_READ):
        record_id = str(entry.get("id", ""))
        linked = list(shelf.account.links.of(kind, record_id, other))
        if linked:
            results.append(_page(record_id, linked, entry.get("after"), shelf.account.links.page))
        else:
            lonely.append(record_id)
    errors = [_nothing(kind, other, record_id) for record_id in lonely]
    return batch_answer(shelf, results, errors)


def of_record(shelf: Shelf, call: Call) -> Answer:
    """What belongs to one record; a record without any has an empty list."""
    record_id = call.path["record_id"]
    if shelf.live(record_id) is None:
        raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")
    other = _plural(call.path["other"])
    linked = list(shelf.account.links.of(shelf.kind.name, record_id, other))
    size = call.number("limit", shelf.account.links.page, MAX_READ)
    page = _page(record_id, linked, call.query.get("after"), size)
    return 200, {"results": page["to"], **{n: v for n, v in page.items() if n == "paging"}}


def _plural(word: str) -> str:
    names = {k.name: (k.name, k.singular, k.type_id) for k in (CONTACTS, *OTHERS)}
    for name, known in names.items():
        if word in known:
            return name
    raise Refusal(400, f"Unable to infer object type from: {word}")


def _page(
    record_id: str, linked: list[tuple[str, int]], after: str | None, size: int
) -> dict[str, Any]:
    text = str(after or 0)
    if not text.isdecimal():
        raise Refusal(400, f"Invalid paging cursor: {text}")
    start = int(text)
    end = start + size
    ends = [_end(other_id, type_id) for other_id, type_id in linked[start:end]]
    result: dict[str, Any] = {"from": {"id": record_id}, "to": ends}
    if end < len(linked):
        result["paging"] = {"next": {"after": str(end)}}
    return result


def _end(record_id: str, type_id: int) -> dict[str, Any]:
    kind = {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": None}
    return {"toObjectId": int(record_id), "associationTypes": [kind]}


def _nothing(kind: str, other: str, record_id: str) -> dict[str, Any]:
    refusal = Refusal(404, f"No {other} is associated with {kind} {record_id}.")
    context = {"fromObjectId": [record_id], "fromObjectType": [kind], "toObjectType": [other]}
    told = {**refusal.row(context), "category": "OBJECT_NOT_FOUND"}
    return {**told, "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"}
