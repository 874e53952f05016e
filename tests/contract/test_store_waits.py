"""A store that keeps somebody waiting: said while it lasts, and waited for as long as stated."""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, create_engine, event, make_url, text

from leads.errors import StoreError
from store.database import Database
from store.server import server
from store.store import Store
from store.waits import TRY_SECONDS, Waits
from tests.contract.store_work import NOW, decide
from tests.dark_line import Line, dark_line

A_WHILE = 30.0


class Heard(logging.Handler):
    """Whoever reads stderr: does something when the waiting is told."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self.then = then

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())
        self.then()


@contextmanager
def hearing(then: Callable[[], None] = lambda: None) -> Iterator[list[str]]:
    handler, log = Heard(then), logging.getLogger("firsttouch")
    log.addHandler(handler)
    yield handler.said
    log.removeHandler(handler)


@contextmanager
def locked_until(end: Event, store_url: str) -> Iterator[None]:
    """As by another process that writes; until `end`, however long that takes."""
    is_held = Event()

    def hold() -> None:
        engine = create_engine(store_url)
        with engine.connect() as other:
            if engine.dialect.name == "sqlite":
                other.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                other.execute(text("LOCK TABLE pause"))
            is_held.set()
            end.wait(A_WHILE)
            other.rollback()
        engine.dispose()

    holder = Thread(target=hold)
    holder.start()
    assert is_held.wait(A_WHILE)
    yield
    end.set()
    holder.join()


def test_who_waits_for_a_lock_is_told_so_while_it_lasts(store_url: str):
    end = Event()
    with closing(Store.open(store_url)) as store, hearing(end.set) as said:
        with locked_until(end, store_url):
            store.pause("hubspot", NOW)
        assert store.paused() == {"hubspot"}
    (told,) = said
    assert told.startswith(f"waiting for the store: {store._db.place}: ")
    assert told.endswith(("; at most 60 s", "; at most 120 s"))
    assert "another" in told


def test_who_waits_to_decide_is_told_so(store_url: str):
    end = Event()
    with closing(Store.open(store_url)) as store, closing(Store.open(store_url)) as other:
        with hearing(end.set) as said, other.desk(NOW):
            waiting = Thread(target=decide, args=[store])
            waiting.start()
            assert end.wait(A_WHILE)
        waiting.join()
    assert len(said) == 1


def test_who_waits_for_the_same_process_alone_is_told_nothing(tmp_path):
    """Its threads take turns; on a busy machine that takes longer than anybody else would."""
    enough = 2 * TRY_SECONDS
    with closing(Store.open(f"sqlite:///{tmp_path}/store.db")) as store, hearing() as said:
        with store.desk(NOW):
            waiting = Thread(target=decide, args=[store])
            waiting.start()
            waiting.join(enough)
            assert waiting.is_alive()
        waiting.join()
    assert said == []


def test_two_waits_shortly_after_another_are_told_once():
    waits = Waits("SQLite file store.db")
    with hearing() as said:
        for _ in range(2):
            waits.say("another process is writing", 60)
    assert said == [
        "waiting for the store: SQLite file store.db: another process is writing; at most 60 s"
    ]


@pytest.fixture
def silence() -> Iterator[str]:
    """The address of what takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        yield f"postgresql://leads:s3cret@127.0.0.1:{port}/leads?connect_timeout=2"


def test_what_takes_a_connection_and_says_nothing_is_given_up(silence: str):
    with hearing() as said, pytest.raises(StoreError, match=r"no connection .*timeout expired"):
        Store.open(silence)
    (told,) = said
    port = make_url(silence).port
    assert told == (
        f"waiting for the store: PostgreSQL database leads at 127.0.0.1:{port}: "
        "no connection yet; at most 2 s"
    )


@pytest.fixture
def line(postgres_store: str) -> Iterator[tuple[Line, str]]:
    with dark_line(postgres_store, connect_timeout="2") as (line, url):
        yield line, url


def test_a_pooler_without_a_server_to_spare_is_given_up(line: tuple[Line, str]):
    """It lets everybody in by itself, and the first question finds nobody."""
    engine = server(make_url(line[1]).set(drivername="postgresql+psycopg"))
    event.listen(engine, "connect", lambda *_: line[0].is_silent.set(), insert=True)
    with (
        closing(Database(engine)) as database,
        pytest.raises(StoreError, match="no answer in time"),
    ):
        database.read("asking", lambda c: c.exec_driver_sql("SELECT 1"))


def test_one_that_goes_silent_is_given_up_and_found_again(line: tuple[Line, str]):
    with closing(Store.open(line[1])) as store:
        line[0].is_silent.set()
        with pytest.raises(StoreError, match=r"no connection .*timeout expired"):
            store.paused()
        line[0].is_silent.clear()
        assert store.paused() == set()


def test_one_that_goes_silent_in_the_middle_is_given_up(line: tuple[Line, str]):
    def work(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT 1")
        line[0].is_silent.set()
        connection.exec_driver_sql("SELECT 2")

    engine = server(make_url(line[1]), answer_seconds=2)
    with closing(Database(engine)) as database, hearing() as said:
        with pytest.raises(StoreError, match=r"asking: .*: no answer in time: .* a pooler"):
            database.read("asking", work)
        line[0].is_silent.clear()
        assert database.read("asking", lambda c: c.exec_driver_sql("SELECT 3").scalar()) == 3
    assert said[0].endswith("; at most 2 s")


def test_an_answer_that_takes_long_is_the_answer(postgres_store: str):
    with closing(Database.at(postgres_store)) as database, hearing() as said:
        slow = "SELECT 7 FROM pg_sleep(2)"
        assert database.read("asking", lambda c: c.exec_driver_sql(slow).scalar()) == 7
    assert "no answer yet" in said[0]
