"""Calls that read: records by search, list, id and batch; owners; properties; the account."""

from typing import Any

from sandbox.hubspot.account import PORTAL_ID
from sandbox.hubspot.call import Answer, Call, shown, text_list
from sandbox.hubspot.errors import Refusal, no_such_object, not_json
from sandbox.hubspot.properties import Key, stamp
from sandbox.hubspot.records import Contact, State
from sandbox.hubspot.search import Query, read_query
from sandbox.hubspot.shelf import Shelf

MAX_BATCH, MAX_BATCH_WITH_HISTORY = 100, 50
_API = "https://api.hubapi.com"


def search(shelf: Shelf, call: Call) -> Answer:
    body = call.json()
    query = read_query(call.text, body, shelf.properties)
    hits = [(c, s) for c, s in shelf.indexed() if query.matches(s.keys)]
    _put_in_order(hits, query)
    end = query.after + query.limit
    page = hits[query.after : end]
    asked = text_list(body, "properties")
    answer: dict[str, Any] = {
        "total": len(hits),
        "results": [shown(shelf, contact, state, asked) for contact, state in page],
    }
    if end < len(hits):
        answer["paging"] = {"next": {"after": str(end)}}
    _log_served(shelf, [contact for contact, _ in page])
    return 200, answer


def _put_in_order(hits: list[tuple[Contact, State]], query: Query) -> None:
    """
    Sort by the one property asked for; records without it come last.

    Ties come in an order that is repeatable but not by id, since the vendor promises none.
    """
    hits.sort(key=lambda hit: hit[0].id[::-1])

    def key(hit: tuple[Contact, State]) -> Key:
        return hit[1].keys[query.sort_by]

    having = [hit for hit in hits if query.sort_by in hit[1].keys]
    lacking = [hit for hit in hits if query.sort_by not in hit[1].keys]
    hits[:] = [*sorted(having, key=key, reverse=query.descending), *lacking]


def list_records(shelf: Shelf, call: Call) -> Answer:
    """`after` is the id the next page starts with: edits and new contacts do not shift it."""
    history = call.names("propertiesWithHistory")
    limit = call.number("limit", 10, 50 if history else 100)
    start = call.query.get("after", "0")
    if not start.isdecimal():
        raise Refusal(400, f"Invalid paging cursor: {start}")
    found = [
        contact
        for contact in shelf.records.values()
        if contact.archived == call.archived and int(contact.id) >= int(start)
    ]
    page, rest = found[:limit], found[limit:]
    asked = call.names("properties")
    answer: dict[str, Any] = {"results": [shown(shelf, c, c.state, asked, history) for c in page]}
    if rest:
        answer["paging"] = _forward(f"/crm/v3/objects/{shelf.kind.name}", limit, rest[0].id)
    _log_served(shelf, page)
    return 200, answer


def get_record(shelf: Shelf, call: Call) -> Answer:
    wanted = call.path["record_id"]
    contact = shelf.find(call.query.get("idProperty"), wanted)
    if call.archived:
        binned = shelf.records.get(wanted)
        contact = binned if binned and binned.archived else None
    if contact is None:
        raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")
    _log_served(shelf, [contact])
    asked, history = call.names("properties"), call.names("propertiesWithHistory")
    return 200, shown(shelf, contact, contact.state, asked, history)


def batch_read(shelf: Shelf, call: Call) -> Answer:
    body = call.json()
    history = text_list(body, "propertiesWithHistory")
    _refuse_nested(body)
    inputs = batch_inputs(body, MAX_BATCH_WITH_HISTORY if history else MAX_BATCH)
    ids = list(dict.fromkeys(str(entry.get("id", "")) for entry in inputs))
    found = {i: shelf.find(body.get("idProperty"), i) for i in ids}
    contacts = [contact for contact in found.values() if contact]
    asked = text_list(body, "properties")
    missing = [i for i, contact in found.items() if contact is None]
    _log_served(shelf, contacts)
    results = [shown(shelf, c, c.state, asked, history) for c in contacts]
    if shelf.account.meanwhile:
        shelf.account.meanwhile.pop(0)()
    return batch_answer(
        shelf, results, [no_such_object(missing, shelf.kind.singular).row({})] if missing else []
    )


def batch_inputs(body: dict[str, Any], most: int = MAX_BATCH) -> list[dict[str, Any]]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(entry, dict) for entry in inputs):
        raise not_json("Some required fields were not set: [inputs]")
    for entry in inputs:
        _refuse_nested(entry)
    if len(inputs) > most:
        raise Refusal(400, f"Batch size of {len(inputs)} is over the maximum of {most}.")
    return inputs


def _refuse_nested(entry: dict[str, Any]) -> None:
    for name in ("id", "idProperty", "objectWriteTraceId", "after"):
        if isinstance(entry.get(name), dict | list):
            raise not_json(f"Cannot deserialize value of type `java.lang.String` ({name})")


def batch_answer(
    shelf: Shelf,
    results: list[dict[str, Any]],
    errors: list[dict[str, Any]],
    status: int = 200,
) -> Answer:
    """`numErrors` counts error entries: one entry may name many ids."""
    now = stamp(shelf.account.ground.clock.now())
    answer: dict[str, Any] = {"completedAt": now, "status": "COMPLETE", "startedAt": now}
    answer["results"] = results
    if not errors:
        return status, answer
    return 207, {**answer, "errors": errors, "numErrors": len(errors)}


def list_owners(shelf: Shelf, call: Call) -> Answer:
    limit = call.number("limit", 100, 500)
    email = call.query.get("email", "").lower()
    start = call.query.get("after", "0")
    if not start.isdecimal():
        raise Refusal(400, f"Invalid paging cursor: {start}")
    found = [
        owner
        for owner in sorted(shelf.account.owners.values(), key=lambda owner: int(owner.id))
        if owner.archived == call.archived
        and int(owner.id) > int(start)
        and email in ("", owner.email.lower())
    ]
    answer: dict[str, Any] = {"results": [owner.as_json() for owner in found[:limit]]}
    if len(found) > limit:
        answer["paging"] = _forward("/crm/v3/owners/", limit, found[limit - 1].id)
    return 200, answer


def get_owner(shelf: Shelf, call: Call) -> Answer:
    """By the owner's id; with idProperty=userId by the user's, which is another."""
    wanted = call.path["owner_id"]
    match call.query.get("idProperty", "id"):
        case "id":
            owner = shelf.account.owners.get(wanted)
        case "userId":
            everybody = shelf.account.owners.values()
            owner = next((o for o in everybody if str(o.as_json()["userId"]) == wanted), None)
        case other:
            raise Refusal(400, f"Invalid idProperty: {other}. It must be id or userId.")
    if owner is None or owner.archived != call.archived:
        raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")
    return 200, owner.as_json()


def list_properties(shelf: Shelf, call: Call) -> Answer:
    listed = shelf.properties.values() if not call.archived else ()
    return 200, {"results": [known.as_json() for known in listed]}


def get_property(shelf: Shelf, call: Call) -> Answer:
    known = shelf.properties.get(call.path["name"])
    if known is None:
        kind = shelf.kind.singular.upper()
        told = f"Unable to find property {call.path['name']} for object type {kind}"
        raise Refusal(404, told, category="OBJECT_NOT_FOUND")
    return 200, known.as_json()


def account(_shelf: Shelf, _call: Call) -> Answer:
    return 200, {
        "portalId": PORTAL_ID,
        "accountType": "DEVELOPER_TEST",
        "timeZone": "UTC",
        "companyCurrency": "EUR",
        "additionalCurrencies": [],
        "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }


def _forward(path: str, limit: int, after: str) -> dict[str, Any]:
    return {"next": {"after": after, "link": f"{_API}{path}?limit={limit}&after={after}"}}


def _log_served(shelf: Shelf, contacts: list[Contact]) -> None:
    shelf.log("served", tuple(contact.id for contact in contacts))
