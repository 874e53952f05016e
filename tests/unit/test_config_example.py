"""The example that people copy: complete, without a warning, and true to the sandbox."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.configuration import Configuration
from config.load import load
from leads.keys import OwnerId, PoolName
from routing.policy import Owner, ToAccountOwner, ToPool
from routing.when import AllOf, AnyOf, Condition, Not, OneOf
from sandbox.world.roster import INBOUND_DESK, REPS, Seat

EXAMPLE = Path(__file__).parents[2] / "config" / "example"
ZONES = {
    "ana": "Europe/Madrid",
    "ben": "Europe/London",
    "chloe": "Europe/Paris",
    "dieter": "Europe/Berlin",
    "emma": "America/New_York",
    "frank": "America/Chicago",
    "grace": "America/Los_Angeles",
    "hiro": "Asia/Singapore",
    "ines": "Europe/Lisbon",
    "jack": "America/New_York",
}


@pytest.fixture(scope="module")
def example() -> Configuration:
    return load(EXAMPLE, today=date(2026, 11, 22))


def test_nothing_to_complain_of(example: Configuration):
    assert example.remarks == ()


def test_it_is_as_large_as_promised(example: Configuration):
    policy = example.policy

    assert len(policy.rules) >= 12
    assert len(policy.pools) >= 4
    assert len([owner for owner in policy.owners.values() if not owner.is_queue]) == 10


@pytest.mark.parametrize("seat", [*REPS, INBOUND_DESK], ids=lambda seat: seat.name)
def test_owners_have_the_ids_of_the_sandbox(seat: Seat, example: Configuration):
    name = "inbound-desk" if seat.queue else seat.email.partition("@")[0]
    owner = example.policy.owners[OwnerId(name)]

    assert (owner.name, owner.is_queue) == (seat.name, seat.queue)
    assert owner.crm == {"salesforce": seat.salesforce, "hubspot": seat.hubspot}
    if not seat.queue:
        assert (owner.email, owner.timezone) == (seat.email, ZONES[name])
        assert 25 <= (owner.max_open or 0) <= 60


def test_somebody_on_call_is_at_work_at_every_hour_of_the_week(example: Configuration):
    members = example.policy.pools[PoolName("weekend-cover")].members
    on_call = [example.policy.owners[member.owner] for member in members]
    monday = datetime(2026, 11, 23, tzinfo=UTC)

    for hour in range(7 * 24):
        at = monday + timedelta(hours=hour)
        assert sum(_works(owner, at) for owner in on_call) >= 2, at


def _works(owner: Owner, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(owner.timezone))
    hours = owner.calendar.hours if owner.calendar else {}
    return any(first <= local.time() < last for first, last in hours.get(local.weekday(), ()))


def test_every_rule_ends_with_those_on_call(example: Configuration):
    for rule in example.policy.rules:
        pools = [target.pool for target in rule.assign if isinstance(target, ToPool)]
        assert "weekend-cover" in pools, rule.name


def test_every_pool_and_name_is_used(example: Configuration):
    policy = example.policy
    used = {t.pool for rule in policy.rules for t in rule.assign if isinstance(t, ToPool)}
    said = {
        (field, value)
        for rule in policy.rules
        for field, values in _words(rule.when)
        for value in values
    }

    assert used == set(policy.pools)
    assert {value for field, value in said if field == "territory"} == set(policy.territories)
    assert {value for field, value in said if field == "segment"} == set(policy.segments)
    assert any(isinstance(t, ToAccountOwner) for rule in policy.rules for t in rule.assign)


def _words(condition: Condition) -> Iterator[tuple[str, tuple[str, ...]]]:
    match condition:
        case OneOf(field=field, values=values):
            yield field, values
        case Not(part=part):
            yield from _words(part)
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _words(part)
        case _:
            pass


def test_a_split_shift_holidays_and_no_time_outside_a_day(example: Configuration):
    calendars = [owner.calendar for owner in example.policy.owners.values() if owner.calendar]

    assert any(len(spans) == 2 for calendar in calendars for spans in calendar.hours.values())
    assert any(calendar.holidays for calendar in calendars)
    for calendar, day in product(calendars, range(7)):
        for first, last in calendar.hours.get(day, ()):
            assert time(0) <= first < last


def test_sources_are_those_of_the_sandbox(example: Configuration):
    salesforce, hubspot, meta = (example.sources[n] for n in ("salesforce", "hubspot", "meta_ads"))

    assert salesforce.intake.owners == ("Integration User", "queue:Web leads")
    assert salesforce.intake.statuses == ("Open - Not Contacted",)
    assert salesforce.notes == {
        "reason": "Routing_Reason__c",
        "rule": "Routing_Rule__c",
        "method": "Routing_Method__c",
    }
    assert (hubspot.intake.object, hubspot.intake.owners) == ("contacts", (None,))
    assert hubspot.notes == {
        "reason": "routing_reason",
        "rule": "routing_rule",
        "method": "routing_method",
    }
    assert (meta.destination, meta.defaults) == ("hubspot", {"company": "[not given]"})
    assert example.hold is None


@pytest.mark.parametrize("path", sorted(EXAMPLE.glob("*.yaml")), ids=lambda path: path.name)
def test_every_file_begins_by_saying_why(path: Path):
    text = path.read_text(encoding="utf-8")

    assert text.startswith("# ")
    assert all(len(line) <= 100 for line in text.splitlines())
