"""What could not be read of leads that are owned all the same; whom a CRM showed as the owner."""

from dataclasses import replace

from leads.keys import CrmOwnerId
from leads.lead import Flaw, FlawKind
from leads.ownership import OwnerSeen
from leads.record import Cursor, WorkItem
from leads.sighting import Sighting
from store.running_rows import Flawed
from store.store import Store
from tests.contract.store_work import (
    LATER,
    MINUTE,
    NOW,
    RUN,
    decision,
    ignored,
    key,
    new,
    rejected,
    show,
)


def flawed(number: int, *kinds: FlawKind, version: str = "1", field: str = "email") -> Sighting:
    # Text that looks like what is searched for is no flaw of its own.
    raw = '"kind":"unreadable"'
    shown = new(number, version=version, company=raw)
    assert shown.lead is not None
    flaws = tuple(Flaw(field=field, kind=kind, raw=raw) for kind in kinds)
    return replace(shown, lead=replace(shown.lead, flaws=flaws))


def test_fields_that_could_not_be_read_are_counted_once_a_lead(store: Store):
    twice = flawed(1, FlawKind.UNREADABLE, FlawKind.AMBIGUOUS)
    phone = flawed(3, FlawKind.AMBIGUOUS, field="phone")
    harmless = (flawed(4, FlawKind.PLACEHOLDER), flawed(5, FlawKind.ASSUMED), flawed(6))
    show(store, twice, flawed(2, FlawKind.UNREADABLE), phone, *harmless, rejected(7))
    of_email = Flawed(source="hubspot", field="email", leads=2, example=key(1))
    of_phone = Flawed(source="hubspot", field="phone", leads=1, example=key(3))
    assert store.flawed_in_run(RUN) == [of_email, of_phone]
    assert store.flawed_since(NOW) == [of_email, of_phone]
    assert store.flawed_since(NOW, source="meta_ads") == []
    assert store.flawed_since(NOW + MINUTE) == []


def test_a_decided_lead_that_is_shown_again_is_told_once(store: Store):
    show(store, flawed(1, FlawKind.UNREADABLE))
    with store.desk(NOW) as desk:
        desk.record_decision(decision(key(1)), frozenset(), [], run=RUN)
    show(store, flawed(1, FlawKind.UNREADABLE), run=LATER, now=NOW + MINUTE)
    assert store.flawed_in_run(LATER) == []


def test_the_owner_seen_is_the_newest_word_of_record_and_mirror(store: Store):
    assert store.owner_seen("hubspot", "9") is None
    show(store, ignored(9, owner="ana"))
    assert store.owner_seen("hubspot", "9") == OwnerSeen(owner="ana", at=NOW)
    item = WorkItem(crm="hubspot", record_id="9", owner=CrmOwnerId("ben"), is_open=True)
    store.save_work_page("hubspot", [item], Cursor("w"), now=NOW + MINUTE)
    assert store.owner_seen("hubspot", "9") == OwnerSeen(owner="ben", at=NOW + MINUTE)
    show(store, ignored(9, owner="cy", version="2"), run=LATER, now=NOW + 2 * MINUTE)
    assert store.owner_seen("hubspot", "9") == OwnerSeen(owner="cy", at=NOW + 2 * MINUTE)
