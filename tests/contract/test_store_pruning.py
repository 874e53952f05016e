"""Forgetting what is old: only that, of either database, and never what is still needed."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from leads.delivery import DeliveryKind
from leads.keys import PolicyHash, RunId
from leads.ownership import WriteStatus
from leads.record import Cursor, WorkItem
from leads.retention import Retention
from store.backfill_rows import BackfillRow, BackfillState, Entry, EntryState, WindowRow
from store.forgetting import Forgettable
from store.forgetting_leads import OF_DELIVERY, OF_LEAD
from store.pruning import Pruned
from store.rows import LeadState
from store.schema import decision as decision_table
from store.schema import hold, metadata, shadow_decision, sighting
from store.store import Store
from tests.contract.store_work import (
    BEN,
    MINUTE,
    NOW,
    RUN,
    SECOND,
    counts,
    decide,
    decision,
    deliver,
    delivery,
    ignored,
    key,
    new,
    outcome,
    rejected,
    show,
)

DAY = timedelta(days=1)
KEPT = Retention(
    runs=10 * DAY,
    ignored=20 * DAY,
    rejects=10 * DAY,
    webhooks=10 * DAY,
    shadows=10 * DAY,
    decisions=30 * DAY,
)
LATER = RunId("later")


def forget(
    store: Store, days: float, retention: Retention = KEPT, *, is_rehearsal: bool = False
) -> Mapping[Forgettable, Pruned]:
    found = store.prune(retention, NOW + days * DAY, is_rehearsal=is_rehearsal)
    return {each.kind: each for each in found}


def went(store: Store, days: float, retention: Retention = KEPT) -> dict[str, int]:
    found = forget(store, days, retention)
    return {kind.value: e.found - e.kept for kind, e in found.items() if e.found > e.kept}


def rows(store: Store) -> dict[str, int]:
    found = {}
    with store._db.engine.connect() as connection:
        for table in ("run", "pull_count", "sighting", "lead", "decision", "delivery", "identity"):
            query = f"SELECT count(*) FROM {table}"
            found[table] = connection.exec_driver_sql(query).scalar_one()
    return found


def run_once(store: Store, run: RunId = RUN) -> None:
    store.start_run(run, "sync", NOW)


def test_a_run_goes_with_all_that_it_saw_and_a_younger_one_stays(store: Store):
    run_once(store)
    show(store, ignored(1), ignored(2))
    store.start_run(LATER, "sync", NOW + DAY)
    show(store, ignored(1, version="2"), run=LATER, now=NOW + DAY)
    assert went(store, 10) == {}
    assert went(store, 10.5) == {"runs": 1}
    assert [each.id for each in store.last_runs()] == [LATER]
    assert rows(store)["sighting"] == 1
    assert counts(store, LATER).pulled == 1


def test_what_decides_outlives_the_runs(store: Store):
    run_once(store)
    show(store, new(1))
    decide(store)
    deliver(store)
    assert went(store, 25) == {"runs": 1}
    assert store.stored_lead(key(1)).decision is not None
    assert store.find_lead("lead1@example.com") == [key(1)]


def test_a_lead_decided_long_ago_is_never_decided_again(store: Store):
    run_once(store)
    show(store, new(1))
    decide(store)
    deliver(store)
    _seen_at_the_crm(store)
    assert went(store, 30.5) == {"runs": 1, "decisions": 1}
    stored = store.stored_lead(key(1))
    assert (stored.state, stored.lead, stored.decision) == (LeadState.FORGOTTEN, None, None)
    assert stored.deliveries == ()
    assert store.find_lead("lead1@example.com") == []
    store.start_run(LATER, "sync", NOW + 31 * DAY)
    show(store, new(1, version="7"), run=LATER, now=NOW + 31 * DAY)
    assert decide(store, run=LATER, now=NOW + 31 * DAY) == []
    assert counts(store, LATER).ignored == {"outside intake": 1}


def _seen_at_the_crm(store: Store, number: int = 1, owner: str = "crm-ana") -> None:
    """The workload shows the lead with its owner, so that no room is kept for it."""
    work = WorkItem(crm="hubspot", record_id=str(number), owner=owner, is_open=True)
    store.save_work_page("hubspot", [work], Cursor("w"), now=NOW + MINUTE)


def test_nothing_personal_is_left_of_it(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    _seen_at_the_crm(store)
    forget(store, 31)
    with store._db.engine.connect() as connection:
        for table in ("lead", "decision", "delivery", "identity", "sighting"):
            found = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert "lead1@" not in str(found).lower(), table


@pytest.mark.parametrize("end", ["still to be written", "reserved and never seen"])
def test_what_is_on_its_way_is_kept_whatever_its_age(end: str, store: Store):
    show(store, new(1))
    decide(store)
    if end == "reserved and never seen":
        deliver(store)
    else:
        _seen_at_the_crm(store)
    found = forget(store, 300)[Forgettable.DECISIONS]
    assert (found.found, found.kept) == (1, 1)
    assert store.stored_lead(key(1)).state is LeadState.DECIDED


def test_a_lead_with_a_newer_decision_is_kept_whole(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store, WriteStatus.REFUSED)
    with store.desk(NOW + 40 * DAY) as desk:
        (refused,) = desk.reopen_refused("hubspot", but=BEN, limit=10)
        again = decision(refused.lead.key, BEN, now=NOW + 40 * DAY)
        entry = delivery(refused.lead.key, BEN, id="again")
        desk.record_decision(again, frozenset(), [entry], run=LATER)
    deliver(store, run=LATER, now=NOW + 40 * DAY)
    _seen_at_the_crm(store, owner="crm-ben")
    assert "decisions" not in went(store, 60)
    assert len(store.stored_lead(key(1)).earlier) == 1


def test_unless_it_is_stated_decisions_are_kept(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store)
    _seen_at_the_crm(store)
    found = forget(store, 3_000, Retention())[Forgettable.DECISIONS]
    assert (found.before, found.found) == (None, 0)
    assert store.stored_lead(key(1)).decision is not None


def test_of_a_created_lead_the_record_it_became_is_known_on(store: Store):
    show(store, new("m1", source="meta_ads"))
    decide(store, made=lambda k: [delivery(k, kind=DeliveryKind.CREATE)])
    (claimed,) = store.claim_deliveries("hubspot", limit=9, worker="w", lease_seconds=60, now=NOW)
    store.settle([(claimed, outcome(WriteStatus.WRITTEN, record="77"))], run=RUN, now=NOW)
    _seen_at_the_crm(store, 77)
    assert went(store, 40)["decisions"] == 1
    with store._db.engine.connect() as connection:
        (link,) = connection.exec_driver_sql("SELECT source_id, record_id FROM link").all()
    assert tuple(link) == ("m1", "77")


def test_records_outside_the_intake_go_when_nobody_shows_them(store: Store):
    run_once(store)
    show(store, ignored(1), ignored(2), new(3))
    show(store, ignored(2, version="2"), run=LATER, now=NOW + 5 * DAY)
    assert went(store, 21) == {"runs": 1, "ignored": 1}
    assert store.find_lead("hubspot:1") == []
    assert store.find_lead("hubspot:2") == [key(2)]
    assert store.stored_lead(key(3)).state is LeadState.WAITING
    show(store, new(1), run=RunId("again"), now=NOW + 21 * DAY)
    assert key(1) in decide(store, now=NOW + 21 * DAY)


def test_a_record_set_aside_is_kept_until_it_was_mended_for_long(store: Store):
    run_once(store)
    show(store, rejected(1), rejected(2))
    show(store, new(1, version="2"), now=NOW + DAY)
    assert "rejects" not in went(store, 10.5)
    assert went(store, 12) == {"rejects": 1}
    assert [each.key for each in store.rejects()] == [key(2)]
    assert went(store, 3_000) == {}


def test_a_rehearsal_says_what_would_go_and_changes_nothing(store: Store):
    run_once(store)
    show(store, new(1), ignored(2), rejected(3))
    decide(store)
    deliver(store)
    _seen_at_the_crm(store)
    before = rows(store)
    would = forget(store, 40, is_rehearsal=True)
    assert rows(store) == before
    done = forget(store, 40)
    assert done == would
    assert rows(store)["sighting"] == 0


def test_a_backfill_goes_with_its_plan(store: Store):
    asked = BackfillRow(
        id="b",
        source="hubspot",
        since=NOW - DAY,
        until=NOW,
        most=100,
        any_owner=False,
        state=BackfillState.READING,
        created_at=NOW,
    )
    read = new(1).lead
    assert read is not None
    window = WindowRow(backfill="b", number=0, source="hubspot", since=NOW - DAY, until=NOW)
    store.start_backfill(asked, [window])
    entry = Entry(lead=read, version="1", owner_seen=None, state=EntryState.READ)
    store.save_backfill_page(window, [entry], {})
    assert "backfills" not in went(store, 89)
    gone = forget(store, 91)[Forgettable.BACKFILLS]
    assert dict(gone.rows) == {"backfill": 1, "backfill_entry": 1, "backfill_window": 1}


def test_a_shadow_goes_after_it_ended(store: Store):
    store.start_shadow(PolicyHash("h"), {"rules": []}, NOW)
    assert "shadows" not in went(store, 300)
    store.stop_shadow(NOW + SECOND)
    assert went(store, 300) == {"shadows": 1}
    assert store.latest_shadow() is None


def test_what_hangs_on_a_lead_is_forgotten_with_it_or_kept_on_purpose():
    """Of a new table it has to be said: else nothing could be forgotten that it points to."""
    points = {
        table.name
        for table in metadata.tables.values()
        for reference in table.foreign_keys
        if reference.column.table.name in {"lead", "decision", "delivery"}
    }
    gone = {*OF_DELIVERY, *OF_LEAD, decision_table, shadow_decision, sighting, hold}
    kept = {"link", "reject"}
    assert points == {table.name for table in gone} | kept


def test_more_than_a_batch_goes_and_it_can_be_repeated(store: Store):
    for number in range(230):
        store.start_run(RunId(f"run {number}"), "sync", NOW + number * SECOND)
    assert went(store, 11) == {"runs": 230}
    assert went(store, 11) == {}
