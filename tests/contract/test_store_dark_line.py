"""PostgreSQL's machine, or a worker's, gone without a word: noticed, and taken over from."""

import os
import socket
from threading import Timer

import psycopg
import pytest

from leads.errors import StoreError
from store.database import Database
from store.store import Store
from tests.contract.store_work import NOW, decide, new, show
from tests.dark_line import Line, dark_line

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

SOON = {
    "keepalives_idle": "1",
    "keepalives_interval": "1",
    "keepalives_count": "1",
    "tcp_user_timeout": "1500",
    "options": "-c idle_in_transaction_session_timeout=1s",
}
"""What takes half a minute otherwise."""


def test_a_server_that_is_gone_is_noticed_and_the_next_one_asked(store_url: str):
    with dark_line(store_url, **SOON) as (line, url):
        worker = Store.open(url)
        line.go_dark()
        assert worker.paused() == set()
        assert len(line.lines) == 1, "by a new line, to whoever is there now"
        worker.close()


def test_an_answer_is_not_waited_for_for_ever(store_url: str):
    with dark_line(store_url, **SOON) as (line, url):
        database = Database.at(url)
        asked = Timer(0.5, line.go_dark)
        asked.start()
        with pytest.raises(StoreError, match=r"asking: .*: no connection"):
            database.read("asking", lambda c: c.exec_driver_sql("SELECT pg_sleep(60)"))
        asked.join()
        database.close()


def test_what_a_worker_that_is_gone_was_deciding_another_decides(store_url: str):
    with dark_line(store_url, **SOON) as (line, url):
        gone, other = Store.open(url), Store.open(store_url)
        show(other, new(1))
        with pytest.raises(StoreError, match="no connection"):
            _decide_in_the_dark(gone, line, other)
        gone.close()
        other.close()


def _decide_in_the_dark(gone: Store, line: Line, other: Store) -> None:
    with gone.desk(NOW) as desk:
        assert len(desk.waiting(None, limit=9, now=NOW)) == 1
        line.go_dark()
        assert len(decide(other)) == 1, "the server gave the lock to whoever waited for it"
        desk.waiting(None, limit=9, now=NOW)


def test_a_process_that_stood_still_is_told_so(store_url: str):
    with dark_line(store_url, **SOON) as (_, url):
        slow, other = Store.open(url), Store.open(store_url)
        show(other, new(1))
        with pytest.raises(StoreError, match="stood still"):
            _decide_late(slow, other)
        assert decide(slow) == [], "it goes on by a new connection"
        slow.close()
        other.close()


def _decide_late(slow: Store, other: Store) -> None:
    with slow.desk(NOW) as desk:
        assert len(decide(other)) == 1
        desk.waiting(None, limit=9, now=NOW)


_ASKED = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
_STILL = "SHOW idle_in_transaction_session_timeout"


@pytest.mark.parametrize(
    ("stated", "asked", "still"),
    [({}, [20, 5, 3, 30_000], "30s"), (SOON, [1, 1, 1, 1_500], "1s")],
    ids=["half a minute", "what the address states"],
)
def test_how_long_is_waited(store_url: str, stated: dict[str, str], asked: list[int], still: str):
    with dark_line(store_url, **stated) as (_, url):
        database = Database.at(url)
        with database.engine.connect() as connection:
            driver = connection.connection.dbapi_connection
            assert isinstance(driver, psycopg.Connection)
            with socket.socket(fileno=os.dup(driver.fileno())) as near:
                told = [near.getsockopt(socket.IPPROTO_TCP, getattr(socket, n)) for n in _ASKED]
            assert connection.exec_driver_sql(_STILL).scalar() == still
        database.close()
    assert told == asked
