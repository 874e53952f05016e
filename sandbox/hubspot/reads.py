"""Calls that read: contacts by search, list, id and batch; owners; properties; the account."""

from typing import Any

from sandbox.hubspot.call import Answer, Call, shown, text_list
from sandbox.hubspot.errors import Refusal, no_such_object, not_json
from sandbox.hubspot.portal import PORTAL_ID, HubSpotPortal
from sandbox.hubspot.properties import Key, stamp
from sandbox.hubspot.records import Contact, State
from sandbox.hubspot.search import Query, read_query

MAX_BATCH, MAX_BATCH_WITH_HISTORY = 100, 50
_API = "https://api.hubapi.com"


def search(portal: HubSpotPortal, call: Call) -> Answer:
    body = call.json()
    query = read_query(call.text, body, portal.properties)
    hits = [(c, s) for c, s in portal.indexed() if query.matches(s.keys)]
    _put_in_order(hits, query)
    end = query.after + query.limit
    page = hits[query.after : end]
    asked = text_list(body, "properties")
    answer: dict[str, Any] = {
        "total": len(hits),
        "results": [shown(portal, contact, state, asked) for contact, state in page],
    }
    if end < len(hits):
        answer["paging"] = {"next": {"after": str(end)}}
    _log_served(portal, [contact for contact, _ in page])
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


def list_contacts(portal: HubSpotPortal, call: Call) -> Answer:
    """`after` is the id the next page starts with: edits and new contacts do not shift it."""
    history = call.names("propertiesWithHistory")
    limit = call.number("limit", 10, 50 if history else 100)
    start = call.query.get("after", "0")
    if not start.isdigit():
        raise Refusal(400, f"Invalid paging cursor: {start}")
    found = [
        contact
        for contact in portal.contacts.values()
        if contact.archived == call.archived and int(contact.id) >= int(start)
    ]
    page, rest = found[:limit], found[limit:]
    asked = call.names("properties")
    answer: dict[str, Any] = {"results": [shown(portal, c, c.state, asked, history) for c in page]}
    if rest:
        answer["paging"] = _forward("/crm/v3/objects/contacts", limit, rest[0].id)
    _log_served(portal, page)
    return 200, answer


def get_contact(portal: HubSpotPortal, call: Call) -> Answer:
    wanted = call.path["contact_id"]
    contact = portal.find(call.query.get("idProperty"), wanted)
    if call.archived:
        binned = portal.contacts.get(wanted)
        contact = binned if binned and binned.archived else None
    if contact is None:
        raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")
    _log_served(portal, [contact])
    asked, history = call.names("properties"), call.names("propertiesWithHistory")
    return 200, shown(portal, contact, contact.state, asked, history)


def batch_read(portal: HubSpotPortal, call: Call) -> Answer:
    body = call.json()
    history = text_list(body, "propertiesWithHistory")
    inputs = batch_inputs(body, MAX_BATCH_WITH_HISTORY if history else MAX_BATCH)
    ids = list(dict.fromkeys(str(entry.get("id", "")) for entry in inputs))
    found = {i: portal.find(body.get("idProperty"), i) for i in ids}
    contacts = [contact for contact in found.values() if contact]
    asked = text_list(body, "properties")
    missing = [i for i, contact in found.items() if contact is None]
    _log_served(portal, contacts)
    results = [shown(portal, c, c.state, asked, history) for c in contacts]
    if portal.meanwhile:
        portal.meanwhile.pop(0)()
    return batch_answer(portal, results, [no_such_object(missing).row({})] if missing else [])


def batch_inputs(body: dict[str, Any], most: int = MAX_BATCH) -> list[dict[str, Any]]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(entry, dict) for entry in inputs):
        raise not_json("Some required fields were not set: [inputs]")
    if len(inputs) > most:
        raise Refusal(400, f"Batch size of {len(inputs)} is over the maximum of {most}.")
    return inputs


def batch_answer(
    portal: HubSpotPortal,
    results: list[dict[str, Any]],
    errors: list[dict[str, Any]],
    status: int = 200,
) -> Answer:
    """`numErrors` counts error entries: one entry may name many ids."""
    now = stamp(portal.ground.clock.now())
    answer: dict[str, Any] = {"completedAt": now, "status": "COMPLETE", "startedAt": now}
    answer["results"] = results
    if not errors:
        return status, answer
    return 207, {**answer, "errors": errors, "numErrors": len(errors)}


def list_owners(portal: HubSpotPortal, call: Call) -> Answer:
    limit = call.number("limit", 100, 500)
    email = call.query.get("email", "").lower()
    start = call.query.get("after", "0")
    if not start.isdigit():
        raise Refusal(400, f"Invalid paging cursor: {start}")
    found = [
        owner
        for owner in sorted(portal.owners.values(), key=lambda owner: int(owner.id))
        if owner.archived == call.archived
        and int(owner.id) > int(start)
        and email in ("", owner.email.lower())
    ]
    answer: dict[str, Any] = {"results": [owner.as_json() for owner in found[:limit]]}
    if len(found) > limit:
        answer["paging"] = _forward("/crm/v3/owners/", limit, found[limit - 1].id)
    return 200, answer


def get_owner(portal: HubSpotPortal, call: Call) -> Answer:
    owner = portal.owners.get(call.path["owner_id"])
    if owner is None or owner.archived != call.archived:
        raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")
    return 200, owner.as_json()


def list_properties(portal: HubSpotPortal, call: Call) -> Answer:
    listed = portal.properties.values() if not call.archived else ()
    return 200, {"results": [known.as_json() for known in listed]}


def get_property(portal: HubSpotPortal, call: Call) -> Answer:
    known = portal.properties.get(call.path["name"])
    if known is None:
        told = f"Unable to find property {call.path['name']} for object type CONTACT"
        raise Refusal(404, told, category="OBJECT_NOT_FOUND")
    return 200, known.as_json()


def account(_portal: HubSpotPortal, _call: Call) -> Answer:
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


def _log_served(portal: HubSpotPortal, contacts: list[Contact]) -> None:
    portal.ground.log("served", "contacts", tuple(contact.id for contact in contacts))
