"""The file of a Prefect server on SQLite gets smaller, and nobody else's is touched."""

import sqlite3
from contextlib import closing

import httpx
import pytest

from flows.prefect_server.room import give_room_back

_ROWS = 4_000


@pytest.fixture
def file(tmp_path):
    """A database as Prefect leaves it: write-ahead, most of it deleted."""
    with closing(sqlite3.connect(tmp_path / "prefect.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE log (text)")
        database.executemany("INSERT INTO log VALUES (?)", [("x" * 200,)] * _ROWS)
        database.commit()
    return tmp_path / "prefect.db"


def _server(home, at="127.0.0.1"):
    """A server that says so of itself."""
    said = httpx.MockTransport(lambda _: httpx.Response(200, json={"home": str(home)}))
    return httpx.Client(base_url=f"http://{at}:4200/api", transport=said)


def _keep(file, rows):
    with closing(sqlite3.connect(file)) as database:
        database.execute("DELETE FROM log WHERE rowid > ?", (rows,))
        database.commit()


def test_it_shrinks_while_its_server_has_it_open(file):
    _keep(file, 400)
    before = file.stat().st_size
    with closing(sqlite3.connect(file)) as server:
        server.execute("SELECT count(*) FROM log").fetchone()
        with _server(file.parent) as api:
            told = give_room_back(api)
        assert server.execute("SELECT count(*) FROM log").fetchone() == (400,)
    assert file.stat().st_size < before / 5
    assert told.startswith("prefect.db: ")
    assert "became" in told


def test_a_file_without_room_is_not_rewritten(file):
    _keep(file, _ROWS - 400)
    with _server(file.parent) as api:
        assert give_room_back(api) == ""


def test_who_writes_for_long_is_waited_for_no_longer_than_said(file, monkeypatch):
    _keep(file, 400)
    monkeypatch.setattr("flows.prefect_server.room._WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(file)) as server, _server(file.parent) as api:
        server.execute("BEGIN IMMEDIATE")
        assert "was not made smaller (database is locked)" in give_room_back(api)


def test_another_machines_and_postgresqls_are_left_alone(file, tmp_path):
    _keep(file, 400)
    with _server(file.parent, at="prefect.example.com") as api:
        assert give_room_back(api) == ""
    with _server(tmp_path / "elsewhere") as api:
        assert give_room_back(api) == ""
