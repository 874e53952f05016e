"""The order of tests on several workers: nobody left out, long ones first wherever they run."""

from hypothesis import given
from hypothesis import strategies as st

from tests.order import Kinds, begun_at, spread

NUMBERS = st.sets(st.integers(0, 399), max_size=12)


@given(st.integers(0, 60), NUMBERS, st.integers(1, 8), NUMBERS)
def test_nobody_is_left_out_of_a_few(number, long, workers, of_server):
    kinds = Kinds(is_long=long.__contains__, needs_server=of_server.__contains__)
    ordered = spread(range(number), workers, kinds)
    assert sorted(ordered) == list(range(number))


@given(st.integers(0, 400), NUMBERS, st.integers(1, 8))
def test_each_runs_once_and_each_worker_begins_with_its_share_of_the_long(number, long, workers):
    number = max(number, 20 * workers)
    tests = list(range(number))
    kinds = Kinds(is_long=long.__contains__, is_quick=lambda _: True)
    ordered = spread(tests, workers, kinds)
    assert sorted(ordered) == tests
    begins = []
    for part in _parts(ordered, workers):
        begins.append([test for test in part if test in long])
        assert part[: len(begins[-1])] == begins[-1], "something short runs before"
        rest = part[len(begins[-1]) :]
        assert rest == sorted(rest), "tests of a file no longer follow each other"
    shares = [len(each) for each in begins]
    assert max(shares) - min(shares) <= 1


@given(st.integers(0, 400), NUMBERS, st.integers(1, 8), NUMBERS)
def test_what_needs_the_server_is_all_at_the_beginning_of_one_worker(
    number, long, workers, of_server
):
    number = max(number, 30 * workers)
    kinds = Kinds(is_long=long.__contains__, needs_server=of_server.__contains__)
    ordered = spread(range(number), workers, kinds)
    *others, last = _parts(ordered, workers)
    expected = sorted(test for test in of_server if test < number)
    assert last[: len(expected)] == expected
    for part in others:
        begins = [test for test in part if test in long]
        assert part[: len(begins)] == begins


@given(st.lists(st.integers(1, 12), max_size=40), NUMBERS, st.integers(1, 8))
def test_what_costs_most_is_dealt_out_by_the_file_and_quick_ones_come_last(files, long, workers):
    of = [number for number, size in enumerate(files) for _ in range(size)]
    costly = list(range(len(of)))
    quick = list(range(len(of), 2 * len(of) + 20 * workers))
    kinds = Kinds(
        is_long=long.__contains__,
        is_quick=lambda test: test >= len(of) and test not in long,
        file_of=lambda test: of[test] if test < len(of) else None,
    )
    parts = list(_parts(spread(costly + quick, workers, kinds), workers))
    assert sorted(test for part in parts for test in part) == costly + quick
    for part in parts:
        middle = [test for test in part if test not in long]
        assert middle == sorted(middle), "a file is torn apart, or a quick test runs too early"
    for file in range(len(files)):
        of_it = [
            [t for t in part if t < len(of) and of[t] == file and t not in long] for part in parts
        ]
        assert sum(bool(each) for each in of_it) <= 1, "set up on two workers"
    shares = [sum(test < len(of) for test in part) for part in parts]
    assert max(shares) - min(shares) <= 12 + 12


@given(st.integers(0, 400), st.integers(1, 8))
def test_each_worker_reads_every_file_and_the_first_parts_are_all_together(number, workers):
    files = list(range(number))
    read = [begun_at(files, worker, workers) for worker in range(workers)]
    assert all(sorted(each) == files for each in read)
    sizes = [len(part) for part in _parts(files, workers)]
    firsts = [order[:size] for order, size in zip(read, sizes, strict=True)]
    assert [each for first in firsts for each in first] == files, "rewritten twice, or by nobody"


def _parts(ordered, workers):
    """As xdist gives them out."""
    for left in range(workers, 0, -1):
        part, ordered = ordered[: len(ordered) // left], ordered[len(ordered) // left :]
        yield part
