"""Every statement of a minute's run finds its rows by an index, however long the history."""

from leads.decision import HoldKind
from leads.keys import LeadKey
from leads.ownership import WriteStatus
from leads.record import Cursor, WorkItem
from store.store import Store
from tests.contract.plans import scans, statements_during
from tests.contract.store_work import (
    ANA,
    BEN,
    CRM_IDS,
    MINUTE,
    NOW,
    RUN,
    claim,
    decision,
    delivery,
    held,
    ignored,
    key,
    new,
    outcome,
    rejected,
    show,
)

# Small whatever the history: one row a member, owner or source; one row an active reservation.
_MAY_SCAN = {"rotation", "away", "pause", "cursor", "hold"}  # a few rows each


def a_minute(store: Store) -> None:
    """All that a sync does with the store."""
    store.take_lease("sync:hubspot", "w", seconds=60, now=NOW)
    store.paused()
    store.start_run(RUN, "sync", NOW)
    store.cursor("hubspot")
    store.due_in_run(RUN, limit=10)
    store.claimed(NOW)
    work = [WorkItem(crm="hubspot", record_id="1", owner="crm-ana", is_open=True)]
    store.save_work_page("hubspot", work, Cursor("w"), now=NOW)
    show(store, new(1), new(2), ignored(3), rejected(4), held(5, NOW))
    show(store, new(1), new(4, version="2"), pulled=0)
    with store.desk(NOW) as desk:
        desk.open_leads(CRM_IDS)
        desk.taken({ANA: NOW})
        desk.rotation()
        desk.away()
        desk.held(tuple(HoldKind), limit=500)
        waiting = [each.lead.key for each in desk.waiting("hubspot", limit=500, now=NOW)]
        desk.same_people({each: frozenset({str(each)}) for each in waiting})
        for each in waiting:
            desk.record_decision(decision(each), frozenset({"m"}), [delivery(each)], run=RUN)
        desk.save_rotation({})
        desk.rejects_without_owner("hubspot", limit=500)
        desk.record_owner_write(LeadKey("hubspot", "4"), [], RUN)
    for now in (NOW, NOW + MINUTE):
        kinds = [WriteStatus.WRITTEN, WriteStatus.REFUSED, WriteStatus.RETRYABLE]
        claimed = zip(claim(store, now=now), kinds, strict=False)
        store.settle([(each, outcome(kind)) for each, kind in claimed], run=RUN, now=now)
    redirect(store)
    store.release_lease("sync:hubspot", "w")
    store.end_run(RUN, NOW)
    questions(store)


def questions(store: Store) -> None:
    store.ledger(RUN)
    store.recent_assignments(0, 50)
    store.find_lead("hubspot:1")
    store.find_lead("lead1@example.com")
    store.stored_lead(key(1))
    store.set_away(ANA, NOW, NOW)


def redirect(store: Store) -> None:
    with store.desk(NOW) as desk:
        refused = [each.lead.key for each in desk.reopen_refused("hubspot", but=BEN, limit=500)]
        assert refused
        for each in refused:
            again = [delivery(each, BEN, id=f"again {each}")]
            desk.record_decision(decision(each, BEN), frozenset(), again, run=RUN)


def test_no_table_is_scanned(store: Store):
    engine = store._db.engine
    statements = statements_during(engine, lambda: a_minute(store))
    assert len(statements) > 40
    offenders = {s[0]: found for s in statements if (found := scans(engine, s) - _MAY_SCAN)}
    assert offenders == {}


def test_a_missing_index_would_be_noticed(empty_url: str):
    opened = Store.open(empty_url)
    engine = opened._db.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_delivery_settled_run")
    statements = statements_during(engine, lambda: a_minute(opened))
    assert any("delivery" in scans(engine, each) for each in statements)
    opened.close()
