"""A bulk job outlasts every lease: a second worker leaves it alone, and one write counts."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.deliver import LEASE_SECONDS as CLAIM_SECONDS
from flows.deliver import deliver_pending
from flows.tick import LEASE_SECONDS, new_run, sync_source
from flows.wiring import utc_now
from sandbox.town import Town
from tests.e2e.town_case import wired
from tests.e2e.witness import owners_written

BULK = {"attempts": 2, "first_pause": 0.01, "bulk_above": 0, "bulk_wait_seconds": 60}
SPEED = 60.0


@pytest.fixture
def town():
    with Town.open(seed=5, leads=60) as opened:
        yield opened


class FastClock:
    """A minute of ours goes by in a second: leases end while the vendor's job goes on."""

    def __init__(self) -> None:
        self._began, self._start = utc_now(), time.monotonic()

    def __call__(self):
        return self._began + timedelta(seconds=SPEED * (time.monotonic() - self._start))


@pytest.fixture
def both(town, tmp_path):
    """Two workers on one store, with one clock."""
    clock = FastClock()
    with (
        wired(town, tmp_path, connection=BULK) as one,
        wired(town, tmp_path, connection=BULK) as other,
    ):
        yield replace(one, now=clock), replace(other, now=clock)


@pytest.mark.long
def test_the_second_worker_writes_nothing_of_it(town, both):
    slow, second = both
    town.vendors.salesforce.bulk.looks_until_done = 8  # some 6 seconds: 6 minutes of their clock
    run = new_run()
    slow.store.start_run(run, "sync", slow.now())
    ticks = []
    worker = threading.Thread(target=lambda: ticks.append(sync_source(slow, "salesforce", run)))
    worker.start()
    _wait_for(lambda: town.vendors.salesforce.bulk.jobs)
    time.sleep((max(CLAIM_SECONDS, LEASE_SECONDS) + 30) / SPEED)  # both have run out, if not kept
    assert worker.is_alive(), "the job was over too soon to show anything"
    other = new_run()
    second.store.start_run(other, "sync", second.now())
    told = sync_source(second, "salesforce", other)
    told_of = "another sync of this source is still running, or died within the last minute"
    assert told.skipped == told_of
    assert deliver_pending(second, "salesforce", other) == []
    worker.join(60)
    assert ticks[0].delivered > 10
    assert len(town.vendors.salesforce.bulk.jobs) == 1
    assert max(len(owners) for owners in owners_written(town).values()) == 1


def _wait_for(happened):
    ends = time.monotonic() + 30
    while not happened() and time.monotonic() < ends:
        time.sleep(0.01)
    assert happened()
