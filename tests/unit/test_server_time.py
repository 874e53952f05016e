"""How far a server's clock is ahead, whatever pauses there were between asking and answering."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.server_time import ServerTime

PAUSES = st.floats(0, 30)


def asked(time: ServerTime, at: float, ahead: float, way: float, back: float) -> None:
    """Ask at `at`; the server answers after `way`, and the answer is read after `back`."""
    time.note(at, at + way + ahead, at + way + back)


def test_nothing_is_known_before_anything_is_noted():
    assert ServerTime().ahead == 0


@given(st.floats(-3600, 3600), st.lists(st.tuples(PAUSES, PAUSES), max_size=15))
def test_one_quick_answer_is_believed_among_slow_ones(
    ahead: float, slow: list[tuple[float, float]]
):
    time = ServerTime()
    asked(time, 0.0, ahead, 0.001, 0.001)
    for number, (way, back) in enumerate(slow, 1):
        asked(time, number * 60.0, ahead, way, back)
    assert time.ahead == pytest.approx(ahead, abs=0.0021)


@given(st.floats(-3600, 3600), st.lists(st.tuples(PAUSES, PAUSES), min_size=1))
def test_the_error_is_half_the_quickest_way_at_most(
    ahead: float, pauses: list[tuple[float, float]]
):
    time = ServerTime()
    for number, (way, back) in enumerate(pauses):
        asked(time, number * 60.0, ahead, way, back)
    quickest = min(way + back for way, back in pauses[-16:])
    assert abs(time.ahead - ahead) <= quickest / 2 + 0.001


def test_a_clock_that_was_set_is_noticed_at_once():
    time = ServerTime()
    asked(time, 0.0, 3600.0, 0.001, 0.001)
    asked(time, 60.0, 0.0, 0.5, 0.1)
    assert time.ahead == pytest.approx(0.0, abs=0.31)
