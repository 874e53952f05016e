"""Saving pages: what a record seen once, twice, changed, or decided already comes to."""

from dataclasses import replace

import pytest

from leads.delivery import DeliveryKind
from leads.errors import StoreError
from leads.keys import RunId
from leads.ownership import WriteStatus
from leads.record import Cursor
from leads.sighting import IgnoreReason, Sighting
from store.rows import LeadState, RejectState
from store.store import Store
from tests.contract.store_work import (
    ANA,
    LATER,
    MINUTE,
    NOW,
    RUN,
    claim,
    counts,
    decide,
    deliver,
    delivery,
    held,
    ignored,
    key,
    new,
    outcome,
    rejected,
    show,
)


def test_a_page_is_saved_with_its_cursor(store: Store):
    show(store, new(1), ignored(2), rejected(3), held(4, NOW + MINUTE))
    assert store.cursor("hubspot") == "c"
    row = counts(store)
    assert (row.waiting, row.rejected, row.held, row.ignored) == (1, 1, 1, {"outside intake": 1})


def test_cursors_of_streams_are_apart_and_a_backfill_leaves_them(store: Store):
    assert store.cursor("hubspot") is None
    store.save_page("hubspot", [], Cursor("a"), run=RUN, now=NOW)
    store.save_page("hubspot", [], Cursor("b"), run=RUN, now=NOW, stream="deals")
    store.save_page("hubspot", [new(1)], Cursor("z"), run=RUN, now=NOW, move_cursor=False)
    assert store.cursor("hubspot") == "a"
    assert store.cursor("hubspot", "deals") == "b"
    assert store.cursor("salesforce") is None
    assert counts_waiting(store) == 1


def counts_waiting(store: Store) -> int:
    with store.desk(NOW) as desk:
        return len(desk.waiting(None, limit=100, now=NOW))


def test_a_page_saved_twice_counts_once(store: Store):
    page = [new(1), ignored(2), rejected(3)]
    show(store, *page)
    show(store, *page, pulled=0)
    assert counts(store).pulled == 3
    assert len(store.rejects()) == 1


def test_the_same_page_in_the_next_run_is_counted_there_too(store: Store):
    page = [new(1), ignored(2), rejected(3)]
    show(store, *page)
    show(store, *page, run=LATER)
    row = counts(store, LATER)
    assert (row.waiting, row.rejected, row.ignored) == (1, 1, {"outside intake": 1})


def test_a_record_twice_in_one_page_ends_as_its_last(store: Store):
    show(store, rejected(1), new(1, version="2"), pulled=1)
    assert counts(store).waiting == 1
    assert store.rejects() == []
    show(store, new(2), rejected(2, version="2"), pulled=1)
    assert counts(store).rejected == 1


@pytest.mark.parametrize("before", [rejected(1), ignored(1), held(1, NOW + MINUTE), new(1)])
def test_an_undecided_record_takes_its_new_self(store: Store, before: Sighting):
    show(store, before)
    show(store, new(1, version="2", company="Acme"), run=LATER)
    stored = store.stored_lead(key(1))
    assert stored.state is LeadState.WAITING
    assert stored.lead is not None
    assert stored.lead.company == "Acme"
    assert stored.first_seen == NOW
    # The first run's ledger still adds up, whatever became of the lead.
    assert counts(store).accounted == 1


def test_the_same_version_is_judged_anew_when_the_configuration_changed(store: Store):
    show(store, ignored(1))
    show(store, new(1), run=LATER)
    assert store.stored_lead(key(1)).state is LeadState.WAITING


def test_a_waiting_lead_that_a_person_took_is_ignored(store: Store):
    show(store, new(1))
    show(store, ignored(1, version="2", owner="crm-somebody"), run=LATER)
    assert decide(store) == []
    assert counts(store).ignored == {"outside intake": 1}


def test_a_reject_that_became_readable_is_closed(store: Store):
    show(store, rejected(1), rejected(2))
    show(store, new(1, version="2"), run=LATER)
    assert [row.key for row in store.rejects()] == [key(2)]
    assert [row.key for row in store.rejects(state=RejectState.CLOSED)] == [key(1)]
    show(store, rejected(1, version="3", reason="gone again"), run=LATER, pulled=0)
    assert [row.reason for row in store.rejects()] == ["gone again", "no e-mail and no phone"]


def test_a_reject_keeps_its_raw_record(store: Store):
    awkward = replace(rejected(1), body={"id": "1", "name": "a\0b \ud800 ñ", "n": [1.5, None]})
    show(store, awkward)
    (row,) = store.rejects(source="hubspot")
    assert row.body == awkward.body
    assert (row.field, row.reason, row.state) == ("email", awkward.reason, RejectState.OPEN)
    assert store.rejects(source="salesforce") == []


def test_records_without_an_id_are_kept_apart(store: Store):
    one, two = replace(rejected(""), body={"a": 1}), replace(rejected(""), body={"a": 2})
    show(store, one, two)
    show(store, one, pulled=0)
    assert counts(store).rejected == 2
    assert sorted(row.body["a"] for row in store.rejects()) == [1, 2]


def test_an_id_that_no_database_can_hold_is_not_lost(store: Store):
    show(store, new("a\0b"))
    (decided,) = decide(store)
    assert store.stored_lead(decided).state is LeadState.DECIDED


def test_our_own_write_comes_back_as_an_echo(store: Store):
    show(store, new(1))
    decide(store)
    show(store, ignored(1, version="2", owner="crm-ana"), run=LATER)
    assert counts(store, LATER).ignored == {"already decided": 1}
    deliver(store)
    show(store, ignored(1, version="3", owner="crm-ana"), run=LATER, pulled=0)
    third = RunId("run-3")
    show(store, ignored(1, version="3", owner="crm-ana"), run=third)
    assert counts(store, third).ignored == {IgnoreReason.ECHO: 1}


def test_a_decided_lead_never_takes_a_new_self(store: Store):
    show(store, new(1, company="Acme"))
    decide(store)
    deliver(store)
    again = replace(new(1, version="2", company="Other"), owner_seen=None)
    show(store, again, run=LATER)
    stored = store.stored_lead(key(1))
    assert stored.state is LeadState.DECIDED
    assert stored.lead is not None
    assert stored.lead.company == "Acme"
    assert counts(store, LATER).ignored == {"already decided": 1}
    assert decide(store) == []


def test_a_person_who_took_it_over_is_named_as_the_reason(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store, WriteStatus.CONFLICT)
    show(store, ignored(1, version="2", owner="crm-ana"), run=LATER)
    # A conflict is no write of ours: whoever owns it, it is no echo.
    assert counts(store, LATER).ignored == {"already decided": 1}


def test_a_second_sight_in_the_same_run_does_not_hide_the_first(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    show(store, ignored(1, version="2", owner="crm-ana"), pulled=0)
    assert counts(store).decided == 1


def test_a_hold_is_never_prolonged(store: Store):
    show(store, held(1, NOW + MINUTE))
    show(store, held(1, NOW + 30 * MINUTE, version="2"), run=LATER)
    stored = store.stored_lead(key(1))
    assert stored.held_until == NOW + MINUTE
    show(store, held(1, NOW + 30 * MINUTE, version="3"), run=LATER, now=NOW + MINUTE, pulled=0)
    assert store.stored_lead(key(1)).state is LeadState.WAITING


def test_a_hold_ends_by_itself_or_by_the_field(store: Store):
    show(store, held(1, NOW + MINUTE), held(2, NOW + MINUTE))
    show(store, new(2, version="2"), run=LATER)
    assert decide(store) == [key(2)]
    assert decide(store, now=NOW + MINUTE) == [key(1)]


def test_a_replayed_reject_waits_and_is_carried(store: Store):
    show(store, rejected(1))
    (row,) = store.rejects()
    assert store.replay_reject(row.id, rejected(1, reason="still"), LATER, NOW) == "rejected"
    assert [each.reason for each in store.rejects()] == ["still"]
    assert store.replay_reject(row.id, new(1), LATER, NOW) is LeadState.WAITING
    assert [each.key for each in store.rejects(state=RejectState.REPLAYED)] == [key(1)]
    decide(store, run=LATER)
    assert store.replay_reject(row.id, new(1), LATER, NOW) is LeadState.DECIDED
    later = store.ledger(LATER)["hubspot"]
    assert (later.carried, later.balanced) == (1, True)
    assert counts(store).rejected == 1


def test_a_replayed_reject_that_the_steward_still_owns_is_decided(store: Store):
    """The next pull shows it before it is decided, owned by whom we gave it to."""
    show(store, rejected(1))
    with store.desk(NOW) as desk:
        desk.record_owner_write(key(1), [delivery(key(1), id="to the steward")], RUN)
    deliver(store)
    (row,) = store.rejects()
    store.replay_reject(row.id, new(1), LATER, NOW)
    show(store, ignored(1, version="2", owner="crm-ana"), run=LATER)
    assert decide(store, run=LATER) == [key(1)]
    assert counts(store, LATER).decided == 1


def test_a_reject_of_no_number_is_named(store: Store):
    with pytest.raises(StoreError, match="replaying reject 7: there is none"):
        store.replay_reject(7, new(1), RUN, NOW)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (replace(new(1), lead=None), "has no lead"),
        (replace(held(1, NOW), until=None), "without a deadline"),
        (new(1, source="salesforce"), "holds a record of salesforce"),
    ],
)
def test_a_sighting_nobody_could_route_is_refused_with_its_page(
    store: Store, wrong: Sighting, what: str
):
    with pytest.raises(StoreError, match=what):
        store.save_page("hubspot", [new(9), wrong], Cursor("c"), run=RUN, now=NOW)
    assert store.cursor("hubspot") is None
    assert store.find_lead("9") == []


def test_leads_created_in_a_crm_come_back_as_echoes(store: Store):
    show(store, new(1, source="meta_ads"))
    decide(store, made=lambda each: [delivery(each, ANA, kind=DeliveryKind.CREATE)])
    (claimed,) = claim(store)
    store.settle([(claimed, outcome(WriteStatus.WRITTEN, record="77"))], run=RUN, now=NOW)
    show(store, ignored(77, owner="crm-ana"), ignored(78, owner="crm-ana"))
    assert counts(store).ignored == {IgnoreReason.ECHO: 1, "outside intake": 1}


def test_a_record_set_aside_stays_so_while_its_stewards_write_is_under_way(store: Store):
    """The source shows the steward as its owner before we have heard that the write was taken."""
    show(store, rejected(1))
    with store.desk(NOW) as desk:
        steward = delivery(key(1), id="to the steward")
        desk.record_owner_write(key(1), [steward], RUN)
    claim(store)
    show(store, ignored(1, version="2", owner=steward.crm_owner), run=LATER)
    assert store.stored_lead(key(1)).state is LeadState.REJECTED
    assert len(store.rejects()) == 1
    show(store, ignored(1, version="3", owner="a person's"), run=LATER)
    assert store.stored_lead(key(1)).state is LeadState.IGNORED
