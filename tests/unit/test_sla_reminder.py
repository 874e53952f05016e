"""Reminders against a minute hand, and where a lead goes that nobody is in touch with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from leads.decision import Escalation
from leads.keys import CrmOwnerId, OwnerId
from routing.escalation import Breach, ByTheRules, Stays, next_step
from routing.policy import Owner, Policy
from routing.sla import due, reminder
from routing.sla_terms import OnBreach, Sla, SlaClock
from tests.builders import MONDAY, calendar, one_pool, owner
from tests.unit.test_routing_availability import CHANGES, Spans, by_the_minute_hand, split_shifts

MINUTE = timedelta(minutes=1)
PEOPLE = ("ana", "ben", "cat")


def hot(**more: object) -> Sla:
    return replace(Sla(name="hot", first_touch=timedelta(minutes=90)), **more)  # type: ignore[arg-type]


def worked(spans: Spans, zone: str, start: datetime, end: datetime) -> int:
    """Count the minutes at work one by one."""
    return sum(
        by_the_minute_hand(spans, zone, start + n * MINUTE)
        for n in range(int((end - start) / MINUTE))
    )


@settings(max_examples=60)
@given(
    spans=split_shifts(),
    change=st.sampled_from(CHANGES),
    began=st.integers(0, 40 * 60),
    wait=st.integers(1, 89),
)
def test_a_reminder_comes_after_so_many_minutes_at_work(spans, change, began, wait):
    zone, day = change
    ana = owner("ana", timezone=zone, calendar=calendar(*spans, days=range(7)))
    sla = hot(clock=SlaClock.BUSINESS, remind_after=wait * MINUTE)
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    start = midnight - timedelta(hours=14) + began * MINUTE
    end = due(sla, ana, start)
    at = reminder(sla, ana, start, end)
    assert at is not None
    assert at < end
    assert worked(spans, zone, start, at) == wait
    assert worked(spans, zone, start, end) == 90


def test_what_would_come_when_the_time_is_up_is_not_sent():
    sla, ana = hot(remind_after=10 * MINUTE), owner("ana")
    assert reminder(sla, ana, MONDAY, MONDAY + 10 * MINUTE) is None
    assert reminder(sla, ana, MONDAY, MONDAY + 11 * MINUTE) == MONDAY + 10 * MINUTE
    assert reminder(hot(), ana, MONDAY, MONDAY + timedelta(days=1)) is None


def team(**sla: object) -> Policy:
    people = [owner(each, manager="mia", backup="sub") for each in PEOPLE]
    made = one_pool([*people, owner("mia"), owner("sub")], dict.fromkeys(PEOPLE, 1))
    return replace(made, slas={**made.slas, "hot": hot(**sla)})


def broken(who: str = "ana", *, earlier: int = 0, out: tuple[str, ...] = ()) -> Breach:
    had = frozenset(map(OwnerId, (*out, who)))
    return Breach(owner=OwnerId(who), sla="hot", earlier=earlier, out=had, crm="salesforce")


def able(known: Owner) -> Owner:
    return replace(known, crm={"salesforce": CrmOwnerId("005")})


@given(
    asked=st.sampled_from(list(OnBreach)),
    most=st.integers(0, 6),
    then=st.sampled_from([None, *PEOPLE, "mia"]),
    picks=st.lists(st.sampled_from([*PEOPLE, "mia", "sub"]), min_size=12, max_size=12),
)
def test_whoever_has_it_it_ends(asked, most, then, picks):
    """Even if the rules gave it to the same people again and again, which they do not."""
    policy = team(on_breach=asked, max_reassign=most, then=then)
    policy = replace(policy, owners={who: able(each) for who, each in policy.owners.items()})
    who, moves = "ana", 0
    for pick in picks:
        match next_step(broken(who, earlier=moves), policy, MONDAY):
            case Stays():
                break
            case Escalation(owner=next_owner):
                who = next_owner
            case ByTheRules():
                who = pick
        moves += 1
    assert moves <= most + 1


def test_after_so_many_it_goes_to_whom_the_sla_names():
    policy = team(max_reassign=2, then=OwnerId("mia"))
    found = [next_step(broken(earlier=n), policy, MONDAY) for n in range(4)]
    assert found[:2] == [ByTheRules(), ByTheRules()]
    assert found[2] == Escalation(owner=OwnerId("mia"), because="where its SLA ends", sla="hot")
    assert isinstance(found[3], Stays)
    assert isinstance(next_step(broken("mia"), policy, MONDAY), Stays)


def test_a_backup_who_cannot_take_it_now_is_passed_over():
    policy = team(on_breach=OnBreach.BACKUP)
    sub = able(policy.owners[OwnerId("sub")])
    off = replace(sub, calendar=calendar(days=[5]))
    for known, out in ((sub, ("sub",)), (off, ()), (replace(sub, crm={}), ())):
        tried = replace(policy, owners={**policy.owners, OwnerId("sub"): known})
        assert next_step(broken(out=out), tried, MONDAY) == ByTheRules()
    tried = replace(policy, owners={**policy.owners, OwnerId("sub"): sub})
    found = next_step(broken(), tried, MONDAY)
    assert isinstance(found, Escalation)
    assert found.because == "the backup of Ana"
