"""A transaction that breaks at any of its statements leaves nothing, and the next try is whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from leads.decision import Tally
from leads.ownership import WriteStatus
from leads.record import Cursor, WorkItem
from store.schema import metadata
from store.store import Store
from tests.contract.store_work import (
    ANA,
    NOW,
    RUN,
    TEAM,
    claim,
    counts,
    decide,
    decision,
    delivery,
    held,
    ignored,
    new,
    outcome,
    rejected,
    show,
)


class Killed(BaseException):
    """What no `except Exception` on the way catches."""


@contextmanager
def killed_at(store: Store, statement: int) -> Iterator[list[str]]:
    """Break the work right before its n-th statement, or before the commit."""
    seen: list[str] = []

    def count(*call: object) -> None:
        seen.append(str(call[2]) if len(call) > 2 else "COMMIT")
        if len(seen) == statement:
            raise Killed

    event.listen(store._db.engine, "before_cursor_execute", count)
    event.listen(store._db.engine, "commit", count)
    yield seen
    event.remove(store._db.engine, "before_cursor_execute", count)
    event.remove(store._db.engine, "commit", count)


def contents(store: Store) -> dict[str, list[str]]:
    with store._db.engine.connect() as connection:
        # As it stands there: to read it as values would cost as much as all that is broken here.
        return {
            name: sorted(str(tuple(row)) for row in connection.exec_driver_sql(_all_of(name)))
            for name in metadata.tables
        }


def _all_of(table: str) -> str:
    return f"SELECT * FROM {table}"


def a_page(store: Store) -> None:
    page = [new(n) for n in range(20, 40)]
    page += [rejected(40), ignored(41), held(42, NOW), new(3, version="2"), rejected(1)]
    store.save_page("hubspot", page, Cursor("next"), run=RUN, now=NOW)


def a_desk(store: Store) -> None:
    with store.desk(NOW) as desk:
        waiting = desk.waiting(None, limit=5, now=NOW)
        desk.open_leads({})
        for each in waiting:
            key = each.lead.key
            identity = frozenset({f"mail:{key.source_id}"})
            desk.record_decision(decision(key), identity, [delivery(key)], run=RUN)
        desk.save_rotation({TEAM: {ANA: Tally(entitled=2.5, assigned=5)}})
        for row in desk.rejects_without_owner(None, limit=5):
            desk.record_owner_write(row.key, [delivery(row.key)], RUN)


def a_claim(store: Store) -> None:
    claim(store)


def a_settlement(store: Store) -> None:
    with store._db.engine.connect() as connection:
        ids = connection.exec_driver_sql("SELECT source_id FROM delivery ORDER BY seq").scalars()
        claimed = [delivery(new(int(each)).key) for each in ids]
    kinds = [*WriteStatus, WriteStatus.WRITTEN]
    results = [(each, outcome(kinds[n % len(kinds)], record="7")) for n, each in enumerate(claimed)]
    store.settle(results, run=RUN, now=NOW)


def a_work_page(store: Store) -> None:
    work = [WorkItem(crm="hubspot", record_id="6", owner="crm-ana", is_open=True)]
    store.save_work_page("hubspot", work, Cursor("w"), now=NOW)


def a_replay(store: Store) -> None:
    (row,) = store.rejects()
    store.replay_reject(row.id, new(1), RUN, NOW)


@pytest.mark.parametrize(
    "step", [a_page, a_desk, a_claim, a_settlement, a_work_page, a_replay], ids=lambda s: s.__name__
)
def test_a_crash_anywhere_leaves_nothing(store: Store, step: Callable[[Store], None]):
    show(store, *(new(n) for n in range(2, 12)), rejected(1))
    with store.desk(NOW) as desk:
        desk.save_rotation({TEAM: {ANA: Tally(entitled=1, assigned=1)}})
        for each in desk.waiting(None, limit=6, now=NOW):
            key = each.lead.key
            desk.record_decision(decision(key), frozenset({str(key)}), [delivery(key)], run=RUN)
    before = contents(store)
    statement = 0
    while True:
        statement += 1
        with killed_at(store, statement) as seen:
            try:
                step(store)
            except Killed:
                assert contents(store) == before, f"after {seen[-1]}"
            else:
                break
    assert statement > 2
    assert contents(store) != before
    if step is a_page:
        return
    row = store.ledger(RUN)["hubspot"]
    assert row.accounted == 11


def test_a_run_killed_between_any_two_steps_is_finished_by_the_next(store: Store):
    """Page saved, dead; decided, dead; claimed, dead: the next run goes on from there."""
    show(store, new(1))
    assert len(decide(store)) == 1
    assert len(claim(store, worker="dead")) == 1
    show(store, new(1), pulled=0)
    assert decide(store) == []
    later = NOW.replace(minute=59)
    (taken,) = claim(store, now=later)
    store.settle([(taken, outcome(WriteStatus.UNCHANGED))], run=RUN, now=later)
    assert claim(store, now=later) == []
    row = counts(store)
    assert (row.decided, row.unchanged, row.pending) == (1, 1, 0)
