"""Records that two CRMs copy to each other: one of a pair is decided, whichever comes first."""

from dataclasses import replace

import pytest

from leads.delivery import DeliveryKind
from leads.keys import CrmOwnerId, LeadKey
from leads.ownership import WriteStatus
from leads.record import Cursor, WorkItem
from store.rows import LeadState
from store.store import Store
from store.twins import MIRRORED
from tests.contract.store_work import (
    ANA,
    BEN,
    LATER,
    MINUTE,
    NOW,
    claim,
    counts,
    decide,
    delivery,
    held,
    ignored,
    new,
    outcome,
    show,
)

HERE, THERE = LeadKey("hubspot", "151"), LeadKey("salesforce", "00Q1")
IDS = {who: {c: CrmOwnerId(f"{c}-{who}") for c in ("hubspot", "salesforce")} for who in (ANA, BEN)}


def contact(*, leads: bool = True, **more):
    return replace(new(151), twin=THERE, twin_leads=leads, **more)


def lead():
    return new("00Q1", source="salesforce")


def state(store: Store, key: LeadKey) -> LeadState:
    return store.stored_lead(key).state


@pytest.mark.parametrize("order", ["contact first", "lead first"])
@pytest.mark.parametrize("leads", [True, False])
def test_the_side_that_leads_is_the_lead(store: Store, order: str, leads: object):
    pages = [contact(leads=bool(leads)), lead()]
    for page in pages if order == "contact first" else reversed(pages):
        show(store, page)
    kept, copy = (THERE, HERE) if leads else (HERE, THERE)
    assert (state(store, kept), state(store, copy)) == (LeadState.WAITING, LeadState.DUPLICATE)
    told = store.stored_lead(copy)
    assert (told.duplicate_of, told.reason, told.held_until) == (kept, MIRRORED, None)
    assert decide(store) == [kept]
    assert counts(store, source=copy.source).duplicates == 1


def test_whichever_was_decided_stays_the_lead(store: Store):
    show(store, contact())
    assert decide(store) == [HERE]
    show(store, lead())
    assert decide(store) == []
    assert store.stored_lead(THERE).duplicate_of == HERE


def test_the_leading_record_nobody_has_seen_takes_nothing(store: Store):
    waits = held(151, NOW + MINUTE)
    show(store, replace(waits, twin=THERE, twin_leads=True))
    assert state(store, HERE) is LeadState.HELD
    assert decide(store, now=NOW + 2 * MINUTE) == [HERE]


def test_a_copy_of_what_an_ad_s_lead_became(store: Store):
    """Created in one CRM for an ad platform's lead, then copied by the sync into the other."""
    ad = LeadKey("meta_ads", "1")
    show(store, new(1, source="meta_ads"))
    decide(store, made=lambda key: [delivery(key, kind=DeliveryKind.CREATE)])
    (made,) = claim(store)
    store.settle([(made, outcome(WriteStatus.WRITTEN, record="151"))], run=LATER, now=NOW)
    show(store, replace(ignored(151, owner="crm-ana"), twin=THERE, twin_leads=True), run=LATER)
    show(store, lead(), run=LATER)
    assert store.stored_lead(THERE).duplicate_of == ad
    assert decide(store) == []


def test_seen_again_a_copy_is_nobody_s_new_lead(store: Store):
    show(store, lead())
    show(store, contact())
    show(store, replace(contact(), version="2", owner_seen="somebody"), run=LATER)
    assert counts(store, LATER).ignored == {"outside intake": 1}
    assert state(store, HERE) is LeadState.DUPLICATE


def test_an_open_pair_is_one_lead_where_one_person_has_both(store: Store):
    def works(crm: str, record: str, owner, twin=None):
        crm_id = f"{crm}-{owner}"
        item = WorkItem(crm=crm, record_id=record, owner=crm_id, is_open=True, twin=twin)
        store.save_work_page(crm, [item], Cursor("w"), now=NOW)

    def room():
        with store.desk(NOW) as desk:
            return desk.open_leads(IDS)

    works("hubspot", "151", ANA, THERE)
    assert room() == {ANA: 1.0, BEN: 0.0}
    works("salesforce", "00Q1", BEN)
    assert room() == {ANA: 1.0, BEN: 1.0}  # the sync is late: each of them sees an open lead
    works("salesforce", "00Q1", ANA)
    assert room() == {ANA: 1.0, BEN: 0.0}
