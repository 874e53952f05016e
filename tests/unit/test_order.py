"""The order of tests on several workers: nobody left out, long ones first wherever they run."""

from hypothesis import given
from hypothesis import strategies as st

from tests.order import spread

NUMBERS = st.sets(st.integers(0, 399), max_size=12)


@given(st.integers(0, 60), NUMBERS, st.integers(1, 8))
def test_nobody_is_left_out_of_a_few(number, long, workers):
    assert sorted(spread(range(number), long.__contains__, workers)) == list(range(number))


@given(st.integers(0, 400), NUMBERS, st.integers(1, 8))
def test_each_runs_once_and_each_worker_begins_with_its_share_of_the_long(number, long, workers):
    number = max(number, 20 * workers)
    tests = list(range(number))
    ordered = spread(tests, long.__contains__, workers)
    assert sorted(ordered) == tests
    begins = []
    for left in range(workers, 0, -1):
        part, ordered = ordered[: len(ordered) // left], ordered[len(ordered) // left :]
        begins.append([test for test in part if test in long])
        assert part[: len(begins[-1])] == begins[-1], "something short runs before"
        rest = part[len(begins[-1]) :]
        assert rest == sorted(rest), "tests of a file no longer follow each other"
    shares = [len(each) for each in begins]
    assert max(shares) - min(shares) <= 1
