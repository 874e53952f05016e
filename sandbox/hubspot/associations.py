"""Which records belong to which: the associations of some records, read in a batch."""

from typing import Any

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import Refusal
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
        linked = [_end(i, type_id) for i, type_id in shelf.account.links.of(kind, record_id, other)]
        if linked:
            results.append({"from": {"id": record_id}, "to": linked})
        else:
            lonely.append(record_id)
    errors = [_nothing(kind, other, record_id) for record_id in lonely]
    return batch_answer(shelf, results, errors)


def _end(record_id: str, type_id: int) -> dict[str, Any]:
    kind = {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": None}
    return {"toObjectId": int(record_id), "associationTypes": [kind]}


def _nothing(kind: str, other: str, record_id: str) -> dict[str, Any]:
    refusal = Refusal(404, f"No {other} is associated with {kind} {record_id}.")
    context = {"fromObjectId": [record_id], "fromObjectType": [kind], "toObjectType": [other]}
    told = {**refusal.row(context), "category": "OBJECT_NOT_FOUND"}
    return {**told, "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"}
