"""A day whose calls run short: polls become fewer, deliveries do not, and then all is as before."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from connectors.inbound import Notice
from flows.health import notes
from flows.inbox import entries_of, route_inbox
from flows.sync import line
from sandbox.faults import Fault, FaultKind
from sandbox.hubspot.limits import RateLimits
from sandbox.town import Town
from store.running_rows import BreakerState
from tests.e2e.town_case import sync, wired

MINUTE = timedelta(minutes=1)
UNPACED = {"attempts": 1, "first_pause": 0.01}


@pytest.fixture
def town():
    with Town.open(seed=9, leads=60) as opened:
        yield opened


def tick(wiring, minute):
    """One sync, so many minutes from now."""
    later = replace(wiring, now=lambda: wiring.now() + minute * MINUTE)
    return {each.source: each for each in sync(later)[1]}


def searches(town):
    asked = town.journal.entries("hubspot", "request")
    return sum(entry.detail["path"].endswith("/search") for entry in asked)


@pytest.fixture
def slow(town, tmp_path):
    """A town in which HubSpot was polled, and 95 % of its day's calls are gone."""
    if datetime.now(UTC).time() > time(23, 40):
        pytest.skip("the day whose calls run short ends within this test: HubSpot's are new then")
    town.vendors.hubspot.limits = RateLimits()
    with wired(town, tmp_path, connection=UNPACED, only=["hubspot", "meta_ads"]) as wiring:
        sync(wiring)
        town.vendors.hubspot.limits.daily.used = 9_500
        town.vendors.hubspot.limits.daily.limit = 10_000
        list(wiring.crms["hubspot"].owners())  # as any delivery, it tells
        told = tick(wiring, 1)["hubspot"]
        assert told.slowed[0].startswith("polled every 15 minutes, next at ")
        assert "of the day's calls are used (9,5" in told.slowed[0]
        assert told.slowed[0] in line(told)
        assert not told.failed
        yield wiring


def test_polls_rest_deliveries_and_webhooks_do_not(town, slow):
    before = searches(town)
    form = next(iter(town.vendors.meta.forms))
    lead = [{"name": "email", "values": ["soon@example.com"]}]
    town.vendors.meta.add_lead(form, lead)
    ticks = tick(slow, 2)
    assert ticks["meta_ads"].decided == 1
    assert sum(each.delivered for each in ticks.values()) == 1  # whichever came to it first
    contact = town.vendors.hubspot.add_contact({"email": "w@example.com", "lifecyclestage": "lead"})
    notice = Notice(source="hubspot", ids=(contact,))
    slow.store.put_inbox(entries_of([notice], b"{}"), slow.now())
    assert list(route_inbox(slow, "hubspot")) == [[]]  # one batch, and nothing went wrong
    assert town.vendors.hubspot.contacts[contact].state.values.get("hubspot_owner_id")
    assert searches(town) == before
    (told,) = notes(slow, {})["slowed"]
    assert told.startswith("hubspot: polled every 15 minutes")


def test_it_survives_a_restart_and_ends_by_itself(town, slow, tmp_path):
    before = searches(town)
    later = 10 * MINUTE
    with wired(town, tmp_path, connection=UNPACED, later=later, only=["hubspot"]) as wiring:
        assert "next at" in tick(wiring, 0)["hubspot"].slowed[0]
        assert searches(town) == before
        town.vendors.hubspot.limits.daily.used = 100  # a new day
        told = tick(wiring, 7)["hubspot"]
        assert searches(town) > before
        assert told.slowed == ()
        before = searches(town)
        tick(wiring, 8)
        assert searches(town) > before
        assert notes(wiring, {})["slowed"] == []


def test_salesforces_reserve_is_no_failure(town, tmp_path):
    """Reading stops for deliveries' sake: were it one, the breaker would stop those too."""
    with wired(town, tmp_path, connection=UNPACED, only=["salesforce"]) as wiring:
        sync(wiring)
        org = town.vendors.salesforce
        for _ in range(1000):
            org.allowance.spend(org.now())
        org.allowance.limit = int(org.allowance.used(org.now()) / 0.95)
        list(wiring.crms["salesforce"].owners())
        for minute in range(1, 100, 16):
            told = tick(wiring, minute)["salesforce"]
            assert not told.problems
            assert told.slowed
        breaker = wiring.store.breakers().get("salesforce")
        assert breaker is None or breaker.state is BreakerState.CLOSED


def test_a_vendor_that_asks_for_hours_is_asked_again_after_one(town, tmp_path):
    with wired(town, tmp_path, connection=UNPACED, only=["linkedin_ads"]) as wiring:
        sync(wiring)
        limited = Fault(kind=FaultKind.RATE_LIMITED, path="/leadFormResponses", retry_after="20000")
        town.faults["linkedin_ads"].script(limited)
        told = tick(wiring, 1)["linkedin_ads"]
        assert told.slowed[0].startswith("polled every 60 minutes")
        before = len(town.journal.entries("linkedin_ads", "request"))
        tick(wiring, 50)
        assert len(town.journal.entries("linkedin_ads", "request")) == before
        assert tick(wiring, 62)["linkedin_ads"].slowed == ()
        again = len(town.journal.entries("linkedin_ads", "request"))
        tick(wiring, 63)
        assert before < again < len(town.journal.entries("linkedin_ads", "request"))


def test_a_rest_of_a_day_is_no_failure_and_ends_when_the_vendor_says(town, tmp_path):
    """Were it one, the breaker's pauses would outlast the limit, and ask more often meanwhile."""
    with wired(town, tmp_path, connection=UNPACED, only=["linkedin_ads"]) as wiring:
        sync(wiring)
        limited = {"path": "/leadFormResponses", "retry_after": "20000"}
        town.faults["linkedin_ads"].set_share(FaultKind.RATE_LIMITED, 1.0, **limited)
        for hour in range(6):
            before = len(town.journal.entries("linkedin_ads", "request"))
            for minute in (1, 17):
                tick(wiring, 61 * hour + minute)
            assert len(town.journal.entries("linkedin_ads", "request")) == before + 1
        assert not wiring.store.breakers().get("linkedin_ads")
        town.faults["linkedin_ads"].clear()
        assert tick(wiring, 61 * 6 + 1)["linkedin_ads"].problems == ()


@pytest.mark.parametrize(
    ("vendor", "path"), [("google_ads", ":searchStream"), ("meta_ads", "/leadgen_forms")]
)
def test_a_short_rest_is_told_and_over_by_the_next_sync(town, tmp_path, vendor, path):
    with wired(town, tmp_path, connection=UNPACED, only=[vendor]) as wiring:
        sync(wiring)
        limited = Fault(kind=FaultKind.RATE_LIMITED, path=path, retry_after="7")
        town.faults[vendor].script(limited)
        told = tick(wiring, 1)[vendor]
        (rest,) = told.limits
        assert rest.startswith("a rest of 7 s was asked for, next with the next sync: ")
        assert rest in line(told)
        assert "1 problem," in line(told)
        after = tick(wiring, 2)[vendor]
        assert (after.slowed, after.limits, after.problems) == ((), (), ())
