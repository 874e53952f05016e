"""Transactions that get in each other's way are repeated inside the store, unseen above it."""

import sqlite3
from pathlib import Path
from threading import Timer

import pytest
from sqlalchemy import Connection

from leads.errors import StoreError
from store.database import Database
from store.store import Store
from tests.contract.store_work import NOW, decide, new, show

_COLLIDE = """
DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = 'ana@example.com'; END $$
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
    monkeypatch.setattr("store.engine.BUSY_SECONDS", 0)
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


def test_a_server_that_went_and_came_back_is_found_again(postgres_store: str):
    """Every connection is cut; the next transaction gets a new one."""
    store = Store.open(postgres_store)
    other = Database.at(postgres_store)
    store.paused()
    with other.engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    other.close()
    assert store.paused() == set()
    store.close()
