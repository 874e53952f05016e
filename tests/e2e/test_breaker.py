"""A source that keeps failing is asked less often; what waits for it waits unspent."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.breaker import failed, may_ask
from flows.health import notes
from flows.tick import Tick
from flows.wiring import Wiring
from sandbox.faults import FaultKind
from sandbox.town import Town
from store.running_rows import BreakerRow, BreakerState
from tests.e2e.town_case import sync, wired

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FAST = {"attempts": 1, "first_pause": 0.01}


def test_pauses_double_up_to_a_quarter_of_an_hour():
    row: BreakerRow | None = None
    pauses = []
    for _ in range(12):
        row = failed(row, "meta_ads", "HTTP 503", 5, NOW)
        pauses.append(int((row.until - NOW) / MINUTE) if row.until else 0)
    assert pauses == [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]


@pytest.fixture
def town():
    with Town.open(seed=9, leads=60) as opened:
        yield opened


@contextmanager
def down(town: Town, vendor: str):
    town.faults[vendor].set_share(FaultKind.SERVER_ERROR, 1.0)
    yield
    town.faults[vendor].clear()


@pytest.fixture
def wiring(town, tmp_path):
    sources = ["meta_ads", "hubspot", "salesforce"]
    with wired(town, tmp_path, connection=FAST, only=sources) as opened:
        yield opened


def tick(wiring: Wiring, minute: int) -> dict[str, Tick]:
    """One sync, so many minutes from now."""
    later = replace(wiring, now=lambda: wiring.now() + minute * MINUTE)
    return {each.source: each for each in sync(later)[1]}


def asked(town: Town, vendor: str) -> int:
    return len(town.journal.entries(vendor, "request"))


def test_a_source_that_fails_is_left_alone_and_asked_again(town, wiring):
    with down(town, "meta_ads"):
        lines = [tick(wiring, minute)["meta_ads"].breaker for minute in range(5)]
        assert lines[:4] == [""] * 4
        assert lines[4].startswith("meta_ads is left alone until ")
        before = asked(town, "meta_ads")
        quiet = replace(wiring, now=lambda: wiring.now() + 4 * MINUTE + timedelta(seconds=30))
        told = {each.source: each for each in sync(quiet)[1]}
        assert told["meta_ads"].left_alone
        assert not any(told[other].left_alone for other in told if other != "meta_ads")
        assert asked(town, "meta_ads") == before
        assert tick(wiring, 5)["meta_ads"].breaker.endswith("after 6 failures in a row")
        assert wiring.store.breakers()["meta_ads"].failures == 6
        (line,) = notes(wiring, {})["failing"]
        assert line.startswith("meta_ads: 6 failures in a row, left alone until ")
    assert not tick(wiring, 6)["meta_ads"].pulled  # two minutes now
    back = tick(wiring, 7)["meta_ads"]
    assert back.pulled
    assert back.breaker == "meta_ads answers again: it is asked each time from now on"
    assert wiring.store.breakers()["meta_ads"].state is BreakerState.CLOSED
    assert notes(wiring, {})["failing"] == []


def test_deliveries_to_a_crm_that_fails_spend_no_attempts(town, wiring):
    sync(wiring)
    form = next(iter(town.vendors.meta.forms))
    with down(town, "hubspot"):
        for minute in range(5):
            tick(wiring, minute)
        town.vendors.meta.add_lead(form, [{"name": "email", "values": ["late@example.com"]}])
        assert tick(wiring, 5)["meta_ads"].decided == 1
        before = attempts(wiring)
        assert before
        for minute in range(6, 60):
            if minute % 9 == 0:
                tick(wiring, minute)
        assert attempts(wiring) == before
    tick(wiring, 80)
    assert attempts(wiring) == []


def attempts(wiring: Wiring) -> list[int]:
    with wiring.store._db.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT attempts FROM delivery WHERE state = 'pending'")
        return list(found.scalars())


def test_one_failing_source_costs_the_others_nothing(town, wiring):
    with down(town, "meta_ads"):
        for minute in range(6):
            told = tick(wiring, minute)
            assert not told["salesforce"].failed
            assert not told["hubspot"].failed


def test_a_pause_begun_before_the_clock_was_set_back_is_over(wiring):
    row = failed(None, "meta_ads", "HTTP 503", 1, wiring.now())
    for minutes, is_asked in [(0, False), (-10, False), (-60, True)]:
        wiring.store.save_breaker(row)
        then = replace(wiring, now=lambda passed=minutes: row.changed_at + passed * MINUTE)
        assert may_ask(then, "meta_ads") is is_asked, minutes
