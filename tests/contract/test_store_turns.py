"""Turns at a vendor that are rows of a PostgreSQL store, whatever machines' clocks say."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import insert, select, text

from leads.errors import StoreError
from store.database import Database
from store.schema import turn
from store.turns import Slots, Turns
from tests.postgres import administrator, database_at

CALLS, WINDOW = 3, 40.0


@pytest.fixture
def url(postgres_store: str) -> Iterator[str]:
    yield postgres_store
    with administrator(postgres_store) as command:
        command("DELETE FROM turn; DELETE FROM turn_rest")


@pytest.fixture
def open_turns(url: str) -> Iterator[Callable[[], Turns]]:
    """A machine's way to the turns."""
    opened: list[Turns] = []

    def one() -> Turns:
        turns = Turns.at(url)
        assert turns is not None
        opened.append(turns)
        return turns

    yield one
    for turns in opened:
        turns.close()


def taken(slots: Slots, count: int, clock: Callable[[], float] = time.time) -> list[int]:
    """How many windows ahead each turn is: turns are given out at once, for later."""
    return [round((slots.take(CALLS, WINDOW, clock)[1] - clock()) / WINDOW) for _ in range(count)]


def test_two_machines_share_a_window(open_turns: Callable[[], Turns]):
    one, other = open_turns().slots("a"), open_turns().slots("a")
    ahead = [*taken(one, 2), *taken(other, 3), *taken(one, 2)]
    assert ahead == [0, 0, 0, 1, 1, 1, 2]


def test_machines_whose_clocks_differ_by_an_hour_share_it_too(open_turns: Callable[[], Turns]):
    one, late = open_turns().slots("a"), open_turns().slots("a")
    taken(one, 3)

    def an_hour_behind() -> float:
        return time.time() - 3600

    assert taken(late, 1, an_hour_behind) == [1]
    late.close(an_hour_behind() + 5 * WINDOW)
    assert taken(one, 1) == [5]


def test_a_call_that_took_long_is_counted_when_it_must_have_arrived(
    open_turns: Callable[[], Turns],
):
    slots = open_turns().slots("a")
    ticket, at = slots.take(1, WINDOW, time.time)
    slots.move(ticket, at + 2 * WINDOW)
    _, after = slots.take(1, WINDOW, time.time)
    assert round((after - at) / WINDOW) == 3


def test_names_are_apart(open_turns: Callable[[], Turns]):
    turns = open_turns()
    taken(turns.slots("a"), CALLS)
    assert taken(turns.slots("b"), 1) == [0]


def test_turns_that_are_over_are_forgotten_and_those_of_a_clock_set_back_too(
    open_turns: Callable[[], Turns], url: str
):
    slots = open_turns().slots("a")
    database = Database.at(url)
    far = [time.time() - WINDOW - 5, *[time.time() + 900.0] * CALLS]
    with database.engine.begin() as connection:
        connection.execute(insert(turn), [{"pace": "a", "at": at} for at in far])
    slots.close(time.time() + 900)
    assert taken(slots, 1) == [0]
    with database.engine.begin() as connection:
        assert len(connection.execute(select(turn.c.at)).all()) == 1
    database.close()


def test_threads_and_machines_at_once_give_no_turn_twice(open_turns: Callable[[], Turns]):
    machines = [open_turns().slots("a") for _ in range(3)]
    found: list[float] = []

    def take(slots: Slots) -> None:
        found.extend(slots.take(CALLS, WINDOW, lambda: 0.0)[1] for _ in range(4))

    threads = [threading.Thread(target=take, args=(each,)) for each in machines * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    windows = [round(at / WINDOW) for at in sorted(found)]
    assert windows == [n // CALLS for n in range(24)]


def test_only_a_server_s_store_has_turns(url: str, new_postgres: str, tmp_path):
    assert Turns.at(f"sqlite:///{tmp_path}/store.db") is None
    assert Turns.at(new_postgres) is None, "nobody has opened that store yet"
    with pytest.raises(StoreError, match="looking for turns"):
        Turns.at(database_at(url, "nowhere"))


def test_a_server_that_is_gone_is_told_as_the_store_s_failure(new_postgres: str):
    with administrator(new_postgres) as command:
        command("CREATE TABLE turn (id bigint, pace text, at float8)")
    turns = Turns.at(new_postgres)
    assert turns is not None
    with administrator(new_postgres) as command:
        command("DROP TABLE turn")
    with pytest.raises(StoreError, match="taking a turn"):
        turns.slots("a").take(1, 1.0, time.time)
    turns.close()


def test_a_turn_waits_for_no_disk(open_turns: Callable[[], Turns], url: str):
    """Settings made for a turn's transaction end with it."""
    taken(open_turns().slots("a"), 1)
    database = Database.at(url)
    with database.engine.begin() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    database.close()
