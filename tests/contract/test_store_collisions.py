"""Transactions that get in each other's way are repeated inside the store, unseen above it."""

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Timer

import pytest
from sqlalchemy import Connection, ExceptionContext, event

from leads.errors import StoreError
from leads.keys import LeadKey
from store.database import Database
from store.desk import Desk
from store.running_rows import InboxEntry
from store.store import Store
from tests.contract.store_work import ANA, NOW, RUN, decide, decision, delivery, new, show
from tests.postgres import administrator, new_store

_COLLIDE = """
DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = 'ana@example.com'; END $$
"""
_LOCK_LEAD = "SELECT 1 FROM lead WHERE source_id = %s FOR UPDATE"
_SOMEBODY_WAITS = """
DO $$ BEGIN
  FOR tried IN 1..3000 LOOP
    PERFORM pg_stat_clear_snapshot();
    IF EXISTS (
      SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'
    ) THEN RETURN; END IF;
    PERFORM pg_sleep(0.01);
  END LOOP;
  RAISE EXCEPTION 'nobody waits for a lock';
END $$
"""


class Colliding:
    """Work that PostgreSQL refuses as a serialisation failure, so many times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.tries = 0

    def __call__(self, connection: Connection) -> str:
        self.tries += 1
        if self.tries <= self.times:
            connection.exec_driver_sql(_COLLIDE)
        return "done"


def test_a_serialisation_failure_is_repeated(postgres_store: str):
    database = Database.at(postgres_store)
    work = Colliding(3)
    assert database.write("working", work) == "done"
    assert work.tries == 4
    with pytest.raises(StoreError, match=r"working: .*transactions kept colliding") as caught:
        database.write("working", Colliding(9))
    assert "ana@" not in str(caught.value)
    database.close()


def test_any_other_failure_is_not_repeated(postgres_store: str):
    tries: list[int] = []

    def work(connection: Connection) -> None:
        tries.append(1)
        connection.exec_driver_sql("SELECT 1 / 0")

    database = Database.at(postgres_store)
    with pytest.raises(StoreError, match="the database answered 22012"):
        database.write("working", work)
    assert len(tries) == 1
    database.close()


def test_a_locked_file_is_waited_for_by_writers_and_desks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """SQLite itself gives up at once here: what waits is the store."""
    monkeypatch.setattr("store.engine.TRY_SECONDS", 0)
    store = Store.open(f"sqlite:///{tmp_path}/store.db")
    show(store, new(1))
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None, check_same_thread=False)
    for work in (lambda: store.pause("hubspot", NOW), lambda: decide(store)):
        other.execute("BEGIN IMMEDIATE")
        release = Timer(0.2, other.execute, ["ROLLBACK"])
        release.start()
        work()
        release.join()
    other.close()
    assert store.paused() == {"hubspot"}
    store.close()


def test_a_server_that_went_and_came_back_is_found_again(postgres_url: str):
    """Every connection is cut; the next transaction gets a new one."""
    url = new_store(postgres_url)  # of its own: it cuts whoever is there
    store = Store.open(url)
    other = Database.at(url)
    store.paused()
    with other.engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    other.close()
    assert store.paused() == set()
    store.close()


def test_two_that_lock_crosswise_both_come_to_an_end(postgres_store: str):
    """The server ends one of them for the other's sake; it is repeated."""
    database, met, tries = Database.at(postgres_store), Barrier(2), list[str]()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE crossing (id INT PRIMARY KEY, by TEXT)")
        connection.exec_driver_sql("INSERT INTO crossing VALUES (1, ''), (2, '')")

    def work(name: str, *ids: int) -> None:
        def lock(connection: Connection) -> None:
            tries.append(name)
            for each in ids:
                connection.exec_driver_sql(f"UPDATE crossing SET by = '{name}' WHERE id = {each}")
                if len(tries) <= 2 and each == ids[0]:
                    met.wait(10)

        database.write("locking", lock)

    with ThreadPoolExecutor() as threads:
        list(threads.map(lambda way: work(*way), [("ana", 1, 2), ("ben", 2, 1)]))
    assert sorted(tries) in (["ana", "ana", "ben"], ["ana", "ben", "ben"])
    with database.engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT DISTINCT by FROM crossing").scalars().all()
        connection.exec_driver_sql("DROP TABLE crossing")
    assert found == [tries[-1]]
    database.close()


def test_a_desk_that_the_server_ends_for_anothers_sake_decides_again(new_postgres: str):
    """Locked crosswise, who looks first is ended: the desk, as the rival looks after a minute."""
    store, rival = Store.open(new_postgres), Database.at(new_postgres)
    show(store, new(1), new(2))
    tries, ended = list[list[LeadKey]](), list[str]()
    event.listen(store._db.engine, "handle_error", lambda failed: ended.append(_code(failed)))

    with ThreadPoolExecutor() as threads, rival.engine.connect() as connection:
        connection.exec_driver_sql("SET deadlock_timeout = '60s'")
        connection.exec_driver_sql(_LOCK_LEAD, ("2",))

        def cross() -> None:
            connection.exec_driver_sql(_LOCK_LEAD, ("1",))
            connection.rollback()

        def work(desk: Desk) -> str:
            waiting = [each.lead.key for each in desk.waiting(None, limit=9, now=NOW)]
            tries.append(waiting)
            for each in waiting:
                made = decision(each)
                desk.record_decision(made, frozenset(), [delivery(each, ANA)], run=RUN)
                desk.flush()
                if len(tries) == 1 and each == waiting[0]:
                    crossing.append(threads.submit(cross))
                    _until_somebody_waits(new_postgres)
            return "decided"

        crossing: list[Future[None]] = []
        assert store.at_desk(NOW, work) == "decided"
        crossing[0].result(30)
    assert ended == ["40P01"]
    assert len(tries) == 2
    assert tries[0] == tries[1], "nothing of the first time was left"
    rows = [store.stored_lead(each) for each in tries[0]]
    assert [len(each.deliveries) for each in rows] == [1, 1]
    rival.close()
    store.close()


def _until_somebody_waits(url: str) -> None:
    with administrator(url) as command:
        command(_SOMEBODY_WAITS)


def _code(failed: ExceptionContext) -> str:
    return str(getattr(failed.original_exception, "sqlstate", ""))


def test_what_comes_again_and_what_is_worked_off_lock_in_one_order(postgres_store: str):
    """A burst that a sender repeats meets the worker that settles it: nobody is ever refused."""
    store, refused = Store.open(postgres_store), list[str]()
    event.listen(store._db.engine, "handle_error", lambda failed: refused.append(str(failed)))
    burst = [
        InboxEntry(source="meta_ads", body_hash=f"{99 - n}", payload={"ids": [str(n)]})
        for n in range(90)
    ]
    for each in burst:
        store.put_inbox([each], NOW)  # so that the oldest has the last hash

    def again(_: int) -> None:
        store.put_inbox(burst, NOW)

    def work_off(number: int) -> None:
        taken = store.take_inbox(
            "meta_ads",
            limit=100,
            worker=f"w{number}",
            lease_seconds=60,
            now=NOW,
            received_before=NOW,
        )
        store.settle_inbox(taken, NOW)

    with ThreadPoolExecutor(8) as threads:
        for works in [threads.map(each, range(20)) for each in (again, work_off) * 3]:
            list(works)
    assert refused == []
    store.close()
