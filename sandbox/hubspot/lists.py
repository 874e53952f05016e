"""Lists of contacts that are kept by hand; those that fill themselves by a filter are refused."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.hubspot.account import RecordList
from sandbox.hubspot.call import Answer, Call, text_list
from sandbox.hubspot.errors import Refusal, not_json
from sandbox.hubspot.kinds import CONTACTS
from sandbox.hubspot.properties import stamp
from sandbox.hubspot.shelf import Shelf

_USER = "1004471"
_MOST_FOUND, _USUALLY_FOUND = 500, 20
_MOST_MEMBERS, _USUAL_MEMBERS = 250, 100


def create(shelf: Shelf, call: Call) -> Answer:
    body, account = call.json(), shelf.account
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise not_json("Some required fields were not set: [name]")
    if body.get("objectTypeId") != CONTACTS.type_id:
        raise Refusal(400, f"Lists are of objects {CONTACTS.type_id} here, not of others.")
    if body.get("processingType") != "MANUAL":
        raise Refusal(400, "Lists have the processing type MANUAL here, not another.")
    if any(each.name.lower() == name.lower() for each in account.lists.values()):
        raise Refusal(400, f"A list named {name} already exists.")
    made = RecordList(id=str(len(account.lists) + 1), name=name, created=account.ground.clock.now())
    account.lists[made.id] = made
    return 200, {"list": _shown(made)}


def get(shelf: Shelf, call: Call) -> Answer:
    return 200, {"list": _shown(_found(shelf, call))}


def get_by_name(shelf: Shelf, call: Call) -> Answer:
    for each in _live(shelf):
        if each.name == call.path["name"] and call.path["type_id"] == CONTACTS.type_id:
            return 200, {"list": _shown(each)}
    raise _not_there(call.path["name"])


def several(shelf: Shelf, call: Call) -> Answer:
    wanted = call.names("listIds")
    return 200, {"lists": [_shown(each) for each in _live(shelf) if each.id in wanted]}


def search(shelf: Shelf, call: Call) -> Answer:
    body = call.json()
    words, ids = str(body.get("query") or "").lower(), text_list(body, "listIds")
    kinds = text_list(body, "processingTypes") or ["MANUAL"]
    found = [
        each
        for each in _live(shelf)
        if words in each.name.lower() and (not ids or each.id in ids) and "MANUAL" in kinds
    ]
    start, count = (_number(body, *d) for d in (("offset", 0), ("count", _USUALLY_FOUND)))
    end = start + min(count, _MOST_FOUND)
    told = [
        {**_shown(each), "additionalProperties": {"hs_list_size": str(len(each.members))}}
        for each in found[start:end]
    ]
    more = end < len(found)
    return 200, {"lists": told, "offset": end, "hasMore": more, "total": len(found)}


def remove(shelf: Shelf, call: Call) -> Answer:
    _found(shelf, call).deleted = shelf.account.ground.clock.now()
    return 204, None


def members(shelf: Shelf, call: Call) -> Answer:
    """By id, ascending."""
    listed = sorted(_found(shelf, call).members.items(), key=lambda one: int(one[0]))
    limit = call.number("limit", _USUAL_MEMBERS, _MOST_MEMBERS)
    after = call.query.get("after", "0")
    if not after.isdecimal():
        raise Refusal(400, f"Invalid paging cursor: {after}")
    rest = [one for one in listed if int(one[0]) > int(after)]
    told: dict[str, Any] = {
        "results": [_member(record, at) for record, at in rest[:limit]],
        "total": len(listed),
    }
    if len(rest) > limit:
        told["paging"] = {"next": {"after": rest[limit - 1][0]}}
    return 200, told


def add(shelf: Shelf, call: Call) -> Answer:
    return 200, _change(shelf, call, _ids(call), [])


def take_out(shelf: Shelf, call: Call) -> Answer:
    return 200, _change(shelf, call, [], _ids(call))


def add_and_remove(shelf: Shelf, call: Call) -> Answer:
    body = call.json()
    added, removed = (text_list(body, f"recordIdsTo{verb}") for verb in ("Add", "Remove"))
    return 200, _change(shelf, call, added, removed)


def lists_of_record(shelf: Shelf, call: Call) -> Answer:
    record = call.path["record_id"]
    if call.path["type_id"] != CONTACTS.type_id or shelf.live(record) is None:
        raise _not_there(record)
    found = [each for each in _live(shelf) if record in each.members]
    told = [
        {
            "listId": each.id,
            "listVersion": 1,
            "firstAddedTimestamp": stamp(each.members[record]),
            "lastAddedTimestamp": stamp(each.members[record]),
        }
        for each in found
    ]
    return 200, {"results": told, "total": len(told)}


PATHS: tuple[tuple[str, str, Callable[[Shelf, Call], Answer]], ...] = (
    ("POST", "/search", search),
    ("GET", "/object-type-id/{type_id}/name/{name}", get_by_name),
    ("GET", "/records/{type_id}/{record_id}/memberships", lists_of_record),
    ("GET", "/{list_id}/memberships", members),
    ("PUT", "/{list_id}/memberships/add", add),
    ("PUT", "/{list_id}/memberships/remove", take_out),
    ("PUT", "/{list_id}/memberships/add-and-remove", add_and_remove),
    ("POST", "/", create),
    ("POST", "", create),
    ("GET", "/", several),
    ("GET", "", several),
    ("GET", "/{list_id}", get),
    ("DELETE", "/{list_id}", remove),
)


def _change(shelf: Shelf, call: Call, added: list[str], removed: list[str]) -> dict[str, Any]:
    """What there is no contact of is told, and costs the others nothing."""
    listed, now = _found(shelf, call), shelf.account.ground.clock.now()
    missing = [each for each in (*added, *removed) if shelf.live(each) is None]
    fresh = [each for each in added if each not in missing and each not in listed.members]
    gone = [each for each in removed if listed.members.pop(each, None)]
    listed.members |= dict.fromkeys(fresh, now)
    return {"recordsIdsAdded": fresh, "recordIdsRemoved": gone, "recordIdsMissing": missing}


def _ids(call: Call) -> list[str]:
    try:
        read = json.loads(call.text)
    except ValueError as error:
        raise not_json("Unexpected character or end-of-input") from error
    if not isinstance(read, list):
        raise not_json("Cannot deserialize value of type `java.util.ArrayList`")
    return [str(each) for each in read]


def _live(shelf: Shelf) -> list[RecordList]:
    return [each for each in shelf.account.lists.values() if each.deleted is None]


def _found(shelf: Shelf, call: Call) -> RecordList:
    for each in _live(shelf):
        if each.id == call.path["list_id"]:
            return each
    raise _not_there(call.path["list_id"])


def _not_there(what: str) -> Refusal:
    return Refusal(404, f"resource not found: {what}", category="OBJECT_NOT_FOUND")


def _number(body: dict[str, Any], name: str, default: int) -> int:
    given = body.get(name, default)
    if not isinstance(given, int) or given < 0:
        raise not_json(f"Cannot deserialize value of type `int` ({name})")
    return given


def _member(record_id: str, at: datetime) -> dict[str, str]:
    return {"recordId": record_id, "membershipTimestamp": stamp(at)}


def _shown(listed: RecordList) -> dict[str, Any]:
    at = stamp(listed.created)
    made = {"createdAt": at, "createdById": _USER, "updatedAt": at, "updatedById": _USER}
    return {
        **made,
        "listId": listed.id,
        "listVersion": 1,
        "name": listed.name,
        "objectTypeId": CONTACTS.type_id,
        "processingStatus": "COMPLETE",
        "processingType": "MANUAL",
        "size": len(listed.members),
    }
