"""Where reads begin: nobody who shows up late is lost, and a quiet account is not read for ever."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.place import EPOCH, Place
from leads.errors import ContractError
from leads.record import Cursor

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WINDOW = 60
TICKS = [timedelta(milliseconds=1), timedelta(seconds=1)]


def place(since: str | None, now: datetime, tick: timedelta = TICKS[1], look_back: int = WINDOW):
    cursor = None if since is None else Cursor(since)
    return Place("hubspot", cursor, look_back_seconds=look_back, now=now, tick=tick)


@dataclass(frozen=True)
class Change:
    """`at` and `shown` are seconds after noon: when it was made, and when a list has it."""

    at: int
    shown: float


BURSTS = st.sampled_from([0, 900, 1_800])
"""Between two there is time to settle."""


def changes(lag: float) -> st.SearchStrategy[list[Change]]:
    made = st.builds(
        lambda burst, at, late: Change(burst + at, burst + at + late),
        BURSTS,
        st.integers(0, 20),
        st.floats(0, lag),
    )
    return st.lists(made, min_size=1, max_size=12)


PULLS = st.lists(st.builds(int.__add__, BURSTS, st.integers(0, 90)), max_size=30)


def read(cursor: str | None, listed: list[Change], second: float, tick: timedelta, window=WINDOW):
    """One read to its end, a change a page: what it found, and the cursor it left."""
    here = place(cursor, NOON + timedelta(seconds=second), tick, window)
    found = [c for c in listed if c.shown <= second and _when(c) >= here.begin]
    for change in sorted(found, key=_when):
        cursor = here.reached(_when(change))
    return found, here.cursor if here.settles() else cursor


def _when(change: Change) -> datetime:
    return NOON + timedelta(seconds=change.at)


@pytest.mark.parametrize("tick", TICKS, ids=str)
@given(made=changes(WINDOW - 1), pulls=PULLS)
def test_whoever_shows_up_within_the_window_is_seen(made, pulls, tick):
    cursor, seen = None, set()
    for second in [*sorted(pulls), 5_000]:
        found, cursor = read(cursor, made, second, tick)
        seen |= set(found)
    assert seen == set(made)


@pytest.mark.parametrize("tick", TICKS, ids=str)
@given(made=changes(WINDOW - 1))
def test_a_quiet_account_is_read_again_for_ten_windows_and_then_no_more(made, tick):
    cursor: str | None = None
    for minute in range(35, 50):
        found, cursor = read(cursor, made, minute * WINDOW, tick)
    assert str(cursor).endswith(" settled")
    assert found == []


def test_the_window_is_needed():
    late, quick, cursor, seen = Change(0, 30), Change(1, 1), None, set()
    for second in (1, 31):
        found, cursor = read(cursor, [late, quick], second, TICKS[1], window=0)
        seen |= set(found)
    assert seen == {quick}


def test_a_new_change_is_looked_back_from_again():
    here = place("2026-11-22T11:00:00.000Z settled", NOON)
    assert here.begin == NOON - timedelta(hours=1) + TICKS[1]
    assert here.reached(NOON) == "2026-11-22T12:00:00.000Z 2026-11-22T12:00:00.000Z"
    assert not here.settles()


@pytest.mark.parametrize("kept", ["2026-11-22T11:00:00.500Z", "2026-11-22T12:00:00.500+01:00"])
def test_a_cursor_of_before_is_read_as_one_whose_last_change_is_new(kept):
    here = place(kept, NOON)
    assert here.begin == datetime(2026, 11, 22, 10, 59, 0, 500_000, tzinfo=UTC)
    assert not here.settles()
    assert here.cursor == "2026-11-22T11:00:00.500Z 2026-11-22T12:00:00.000Z"


def test_without_a_cursor_nothing_is_looked_back_from():
    assert place(None, NOON).begin == EPOCH
    first = Place("hubspot", None, look_back_seconds=WINDOW, now=NOON, tick=TICKS[0], first=NOON)
    assert (first.begin, first.is_first) == (NOON, True)


@pytest.mark.parametrize(
    "cursor", ["no cursor", "", "2026-11-23T10:00:00", "2026-11-23T10:00:00Z yesterday"]
)
def test_a_cursor_of_another_connector_is_refused(cursor):
    with pytest.raises(ContractError, match="is not an instant"):
        place(cursor, NOON)
