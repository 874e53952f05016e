"""The portal's readable page: newest contacts with their owners."""

from collections import Counter

from starlette.responses import HTMLResponse

from sandbox.hubspot.portal import HubSpotPortal
from sandbox.hubspot.records import Contact
from sandbox.hubspot.staff import caller_of
from sandbox.hubspot.values import OWNER
from sandbox.listing import MAX_ROWS, Html, Table, listing
from sandbox.staff import call_button

_COLUMNS = (
    *("Id", "Contact", "Company", "Country", "Owner", "Why", "Stage", "Status", "Created"),
    "By hand",
)


def contacts_page(portal: HubSpotPortal) -> HTMLResponse:
    with portal.lock:
        live = [contact for contact in portal.contacts.values() if not contact.archived]
        owned = Counter(contact.state.values.get(OWNER, "") for contact in live)
        newest = sorted(live, key=lambda contact: contact.created, reverse=True)[:MAX_ROWS]
        rows = [_row(portal, contact) for contact in newest]
        owners = [
            (o.name, "queue" if o.queue else "person", "left" if o.archived else "here", str(n))
            for o in portal.owners.values()
            for n in (owned.get(o.id, 0),)
        ]
    counts = {
        "contacts": len(live),
        "owned": len(live) - owned[""],
        "owned by nobody": owned[""],
        "owners": len(owners),
    }
    note = f"A sandbox portal: nobody here is real. The newest {MAX_ROWS} contacts."
    tables = [
        Table("Contacts", _COLUMNS, rows),
        Table("Owners", ("Name", "Kind", "State", "Contacts"), owners),
    ]
    return listing("HubSpot sandbox", note, counts, tables)


def _row(portal: HubSpotPortal, contact: Contact) -> tuple[str, ...]:
    values = contact.state.values
    name = f"{values.get('firstname', '')} {values.get('lastname', '')}".strip()
    owner = portal.owners.get(values.get(OWNER, ""))
    return (
        contact.id,
        name or values.get("email") or contact.id,
        values.get("company") or "-",
        values.get("country") or "-",
        owner.name if owner else "",
        values.get("routing_reason") or "-",
        values.get("lifecyclestage") or "-",
        values.get("hs_lead_status") or "-",
        f"{contact.created:%Y-%m-%d %H:%M:%S}",
        Html(call_button(contact.id) if caller_of(portal, contact.id) else "-"),
    )
