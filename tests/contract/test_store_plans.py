"""Every statement of a minute's run finds its rows by an index, however long the history."""

import re

from sqlalchemy import event

from leads.decision import HoldKind
from leads.keys import LeadKey
from leads.ownership import WriteStatus
from leads.record import Cursor, WorkItem
from store.store import Store
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

Statement = tuple[str, object]

# Small whatever the history: one row a member, owner or source; one row an active reservation.
_MAY_SCAN = {"rotation", "away", "pause", "cursor", "hold"}  # a few rows each
_SCAN = re.compile(r"^SCAN (\w+)\b(?! USING (COVERING )?INDEX ix_reservation_active)")


def a_minute(store: Store) -> None:
    """All that a sync does with the store."""
    store.take_lease("sync:hubspot", "w", seconds=60, now=NOW)
    store.paused()
    store.start_run(RUN, "sync", NOW)
    store.cursor("hubspot")
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


def statements_of_a_minute(store: Store) -> list[Statement]:
    seen: dict[str, object] = {}

    def note(*call: object) -> None:
        parameters = call[3]
        one = parameters[0] if isinstance(parameters, list) and parameters else parameters
        seen[str(call[2])] = one

    event.listen(store._db.engine, "before_cursor_execute", note)
    a_minute(store)
    event.remove(store._db.engine, "before_cursor_execute", note)
    return list(seen.items())


def scans(store: Store, statement: Statement) -> list[str]:
    text, parameters = statement
    with store._db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters)  # type: ignore[arg-type]
        steps = [str(row[3]) for row in plan]
    found = [(step, _SCAN.match(step)) for step in steps]
    return [
        step for step, scan in found if scan and scan[1] not in _MAY_SCAN and _is_table(scan[1])
    ]


def _is_table(name: str) -> bool:
    return name not in {"CONSTANT", "due"}


def test_no_table_is_scanned(sqlite_store: Store):
    statements = [s for s in statements_of_a_minute(sqlite_store) if _has_plan(s[0])]
    assert len(statements) > 40
    offenders = {s[0]: found for s in statements if (found := scans(sqlite_store, s))}
    assert offenders == {}


def _has_plan(text: str) -> bool:
    return text.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"}


def test_a_missing_index_would_be_noticed(sqlite_store: Store):
    with sqlite_store._db.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_delivery_settled_run")
    statements = [s for s in statements_of_a_minute(sqlite_store) if _has_plan(s[0])]
    assert any("delivery" in found for s in statements for found in scans(sqlite_store, s))
