"""Merging through the API: what is left has an id of its own, and the word of the primary."""

from sandbox.hubspot.call import Answer, Call, written
from sandbox.hubspot.errors import Refusal, no_such_object, not_json
from sandbox.hubspot.kinds import COMPANIES, CONTACTS, DEALS
from sandbox.hubspot.records import API, Contact
from sandbox.hubspot.shelf import Shelf

_MERGED = (CONTACTS, COMPANIES, DEALS)


def merge(shelf: Shelf, call: Call) -> Answer:
    body = call.json()
    asked = [body.get(name) for name in ("primaryObjectId", "objectIdToMerge")]
    if not all(isinstance(one, str) and one for one in asked):
        raise not_json("Some required fields were not set: [primaryObjectId, objectIdToMerge]")
    if shelf.kind not in _MERGED:
        raise Refusal(400, f"Objects of type {shelf.kind.type_id} cannot be merged.")
    primary, other = (_found(shelf, str(one)) for one in asked)
    if primary.id == other.id:
        raise Refusal(400, f"Cannot merge an object with itself: {primary.id}")
    left = shelf.merge(primary, other, API)
    shelf.log("written", (left.id, primary.id, other.id), merged=True)
    return 200, written(shelf, left, left.state.values)


def _found(shelf: Shelf, record_id: str) -> Contact:
    found = shelf.live(record_id)
    if found is None:
        raise no_such_object([record_id], shelf.kind.singular)
    return found
