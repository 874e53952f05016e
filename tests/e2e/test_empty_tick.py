"""A minute in which nothing happens costs one request for each thing that is polled."""

from bench.empty_tick import allowed, empty_tick, settle
from bench.grounds import grounds


def test_an_empty_tick_asks_once_for_each_thing_it_polls():
    with grounds(80) as at:
        settle(at)
        for _ in range(2):
            cost = empty_tick(at)
            over = {v: n for v, n in cost.requests.items() if n > allowed(at.town)[v]}
            assert over == {}, cost.paths
        assert cost.requests.keys() == allowed(at.town).keys(), "somebody was not asked at all"
