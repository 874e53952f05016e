"""A backlog uses what HubSpot's limits allow, and runs into none of them."""

from datetime import UTC, datetime, timedelta

from bench.backlog import LEAST, measure
from bench.limits import SEARCHES, Limit

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_backlog_leaves_little_unused_and_provokes_nothing():
    found = measure(400)
    assert found.refused == 0
    assert found.decided > 300
    assert len(found.limits[SEARCHES]) > SEARCHES.calls, "too few to be held back"
    assert found.binding is not None
    assert LEAST <= found.binding <= 1.0


def test_what_is_used_of_a_limit():
    """Ten calls need one more window than the first: a second at the best."""
    limit = Limit(name="5 in 1 s", calls=5, seconds=1.0)

    def at(*seconds):
        return [NOON + timedelta(seconds=s) for s in seconds for _ in range(5)]

    assert limit.used(at(0, 1)) == 1.0
    assert limit.used(at(0, 2)) == 0.5
    assert limit.used(at(0)) is None
    assert limit.used([]) is None
