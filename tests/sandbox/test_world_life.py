"""Life in the town: leads arrive, reps work, people take leads by hand."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from sandbox.life import Life
from sandbox.town import SERVED, Town
from sandbox.world.contacts import contact_keys
from sandbox.world.roster import INTEGRATION_USER, REPS, WEB_LEADS

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
_REPS = {seat.salesforce for seat in REPS}


@pytest.fixture
def town() -> Iterator[Town]:
    with Town.open(7, 100, now=NOW) as town:
        yield town


def _life(town: Town) -> Life:
    return Life(town.vendors, town.world)


def test_leads_arrive_everywhere_and_are_people_nobody_knew(town: Town):
    known = {
        key
        for records in town.world.records.values()
        for record in records
        for key in contact_keys(record.values)
    }
    life = _life(town)
    arrived = [life.lead_arrives() for _ in range(150)]
    assert {source for source, _ in arrived} == set(SERVED)
    assert len(set(arrived)) == 150
    for source, lead_id in arrived:
        if source == "salesforce":
            row = town.vendors.salesforce.leads[lead_id]
            assert row["OwnerId"] in {INTEGRATION_USER.salesforce, WEB_LEADS.salesforce}
            assert row["CreatedDate"].startswith("2026-11-23T10:00:00")
            assert not contact_keys({n: row[n] for n in ("Email", "Phone")}) & known


def test_the_same_seed_brings_the_same_newcomers():
    with Town.open(7, 60, now=NOW) as one, Town.open(7, 60, now=NOW) as other:
        first, second = _life(one), _life(other)
        assert [first.lead_arrives() for _ in range(30)] == [
            second.lead_arrives() for _ in range(30)
        ]


def test_reps_work_only_leads_of_their_own(town: Town):
    before = {key: row["OwnerId"] for key, row in town.vendors.salesforce.leads.items()}
    life = _life(town)
    for _ in range(80):
        life.rep_works()
    worked = {
        lead_id
        for entry in town.journal.entries(vendor="salesforce", event="person")
        if entry.object == "Lead"
        for lead_id in entry.ids
    }
    assert worked
    assert all(before[lead_id] in _REPS for lead_id in worked)
    after = {key: row["OwnerId"] for key, row in town.vendors.salesforce.leads.items()}
    assert after == before
    contacts = town.journal.entries(vendor="hubspot", event="person")
    assert contacts
    assert not any("hubspot_owner_id" in entry.detail["properties"] for entry in contacts)


def test_a_person_takes_a_lead_that_nobody_had(town: Town):
    org = town.vendors.salesforce
    life = _life(town)
    taken = life.person_takes_a_lead()
    assert taken is not None
    assert org.leads[taken]["OwnerId"] in _REPS
    (entry,) = town.journal.entries(vendor="salesforce", event="person")
    assert entry.detail["from"] in {INTEGRATION_USER.salesforce, WEB_LEADS.salesforce}


def test_when_nothing_is_free_nobody_takes_anything(town: Town):
    life = _life(town)
    org = town.vendors.salesforce
    for lead_id in list(org.leads):
        org.person_sets_owner(lead_id, REPS[0].salesforce)
    assert life.person_takes_a_lead() is None


def test_the_clock_of_a_living_town_brings_leads_until_it_stops():
    with Town.open(7, 60) as town:
        at_first = len(town.ids)
        life = town.living(6000)
        deadline = time.monotonic() + 10
        while _records(town) < at_first + 10 and time.monotonic() < deadline:
            time.sleep(0.02)
        life.stop()
        assert "sandbox life" not in {thread.name for thread in threading.enumerate()}
        count = _records(town)
        assert count >= at_first + 10
        time.sleep(0.1)
        assert _records(town) == count


def test_a_rate_of_nothing_is_refused(town: Town):
    with pytest.raises(ValueError, match="not more than 0"):
        town.living(0)


def _records(town: Town) -> int:
    vendors = town.vendors
    kept = (
        *(vendors.salesforce.leads, vendors.hubspot.contacts),
        *(vendors.meta.leads, vendors.google.leads, vendors.linkedin.leads),
    )
    return sum(map(len, kept))
