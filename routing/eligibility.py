"""Whether an owner can take a lead now; if not, why, in words that follow "is"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from leads.absence import UNTIL_BACK
from leads.decision import Standing
from leads.keys import LeadKey, OwnerId, PoolName
from leads.lead import Lead
from leads.quick import quick
from routing.availability import HORIZON, Schedule
from routing.capacity import has_room, in_hand
from routing.lead_hours import NOWHERE, Zones
from routing.matcher import Matcher
from routing.model_settings import ModelSettings
from routing.policy import Owner
from routing.quota import Gauge
from routing.wording import duration, gave_up, listed, moment

Schedules = Mapping[OwnerId, Schedule]
_NOTHING: Mapping[str, int] = {}
_NEVER = datetime.max.replace(tzinfo=UTC)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """
    What one lead asks of whoever takes it. `crm` None: no id in any CRM is needed.

    With `any_hour` working hours do not count; leave and the switch do. `may_hold`: it may wait.
    `at_once`: somebody had it already and its SLA runs at all hours, so no later shift may have it.
    `zones`: the lead's, where some SLA runs by its clock.
    `matcher` is the model in force, `read` the lead that it is asked about, by `model`.
    """

    lead: LeadKey
    now: datetime
    standing: Standing
    crm: str | None
    seen_within: timedelta | None
    require: frozenset[str]
    prefer: frozenset[str]
    segments: frozenset[str] = frozenset()
    any_hour: bool = False
    may_hold: bool = False
    at_once: bool = False
    zones: Zones = NOWHERE
    read: Lead | None = None
    matcher: Matcher | None = None
    model: ModelSettings | None = None

    @property
    def account_owner(self) -> OwnerId | None:
        account = self.standing.account
        return account.owner if account else None

    def open_leads(self, owner: OwnerId) -> float:
        return self.standing.open_leads.get(owner, 0.0)


def obstacle(schedule: Schedule, ask: Ask, pool: PoolName | None = None) -> str | None:
    """Say why this owner cannot take the lead (as one of `pool`); None: nothing is in the way."""
    return lack(schedule.owner, ask) or off(schedule, ask) or full(schedule, ask, pool)


def lack(owner: Owner, ask: Ask) -> str | None:
    """Say what this owner would lack at any hour."""
    standing, who = ask.standing, owner.id
    if who in standing.returned:
        return f"out of it, {gave_up(standing.returned[who], participle=True)}"
    if ask.crm is not None and not owner.crm.get(ask.crm):
        return f"without an id in {ask.crm}"
    if who in standing.barred:
        return standing.barred[who]
    if not ask.require or ask.require <= owner.skills:
        return None
    return f"without the skill {listed(sorted(ask.require - owner.skills))}"


def is_full(
    schedule: Schedule, ask: Ask, pool: PoolName | None = None, *, at: datetime | None = None
) -> bool:
    """
    Tell whether one more lead (given by `pool`) would pass a cap.

    Caps an hour, a day or a week are those of the shift in which it would be worked: `at`, where
    that is known.
    """
    owner = schedule.owner
    if not has_room(owner, ask.open_leads(owner.id)):
        return True
    counts = _counts(schedule, ask) if schedule.gauges else None
    if not counts:
        return False
    at = at or worked_from(schedule, ask)
    for gauge in schedule.gauges:
        if gauge.is_full(counts, at) and gauge.covers(pool, ask.segments):
            return True
    return False


def full(schedule: Schedule, ask: Ask, pool: PoolName | None = None) -> str | None:
    """Say which cap one more lead (given by `pool`) would pass, and when that is over."""
    owner = schedule.owner
    open_leads = ask.open_leads(owner.id)
    if not has_room(owner, open_leads):
        return f"at {in_hand(owner, open_leads)}"
    gauges = _full_gauges(schedule, ask, pool) if schedule.gauges else []
    if not gauges:
        return None
    counts, at = _counts(schedule, ask), worked_from(schedule, ask)
    ends = [_until_room(schedule, gauge, counts, at)[-1] for gauge in gauges]
    last = max(ends, key=lambda end: end or _NEVER)
    said = gauges[ends.index(last)].said(counts, at, ask.now)
    again = f", free again on {moment(last, owner.timezone)}" if last else ""
    return f"at {said}{again}"


def bearing(schedule: Schedule, ask: Ask) -> Mapping[str, int]:
    """Give the part of what an owner took that `is_full` and `full` look at."""
    counts = _counts(schedule, ask)
    found: dict[str, int] = {}
    # Every decision asks it of every member: what is not full is looked up once.
    for at in {ask.now, worked_from(schedule, ask)} if counts else ():
        for gauge in schedule.gauges:
            key = gauge.key(at)
            if key not in counts:
                continue
            found[key] = counts[key]
            if counts[key] >= gauge.cap.most:
                later = [
                    gauge.key(each) for each in _until_room(schedule, gauge, counts, at) if each
                ]
                found |= {key: counts[key] for key in later if key in counts}
    return found


def _full_gauges(schedule: Schedule, ask: Ask, pool: PoolName | None) -> list[Gauge]:
    counts, at = _counts(schedule, ask), worked_from(schedule, ask)
    return [
        gauge
        for gauge in schedule.gauges
        if gauge.is_full(counts, at) and gauge.covers(pool, ask.segments)
    ]


def _counts(schedule: Schedule, ask: Ask) -> Mapping[str, int]:
    return ask.standing.taken.get(schedule.owner.id, _NOTHING)


def _until_room(
    schedule: Schedule, gauge: Gauge, counts: Mapping[str, int], at: datetime
) -> list[datetime | None]:
    """Give `at`, and the next time at work in each period after one that is full; None: never."""
    found: list[datetime | None] = [at]
    after: datetime | None = at
    while after is not None and gauge.is_full(counts, after):
        after = schedule.next_at_work(gauge.span(after).end)
        found.append(after)
    return found


def worked_from(schedule: Schedule, ask: Ask) -> datetime:
    """Give from when this owner would work it: now, or the beginning of the shift to come."""
    return starts_at(schedule, ask) or ask.now


def starts_at(schedule: Schedule, ask: Ask) -> datetime | None:
    """Give the first instant the owner is at work and not switched off; `now` when that is now."""
    if not ask.standing.away and not ask.any_hour:  # as nearly always
        return schedule.next_at_work(ask.now)
    away_until = _away_until(schedule, ask)
    if away_until >= UNTIL_BACK:
        return None
    free = max(ask.now, away_until)
    if ask.any_hour and not schedule.is_on_leave(free):
        return free
    return schedule.next_at_work(free)


def outlook(schedule: Schedule, ask: Ask) -> tuple[bool, datetime]:
    """Tell whether `off` has nothing to say, and before which instant that stays so."""
    start, steady = starts_at(schedule, ask), schedule.steady_until(ask.now)
    if ask.any_hour:  # a leave ends at midnight, at which no shift need begin
        steady = ask.now
    within = ask.seen_within or timedelta(0)
    if start is None or start <= ask.now + within:
        return start is not None, steady
    return False, min(steady, start - within)


def off(schedule: Schedule, ask: Ask) -> str | None:
    """Say until when this owner is away from work, if it is too long for the lead."""
    start, now, within = starts_at(schedule, ask), ask.now, ask.seen_within
    if start is not None and start <= (now if within is None else now + within):
        return None
    away_until = _away_until(schedule, ask)
    if away_until >= UNTIL_BACK:
        return "switched off until switched on again"
    why = "switched off" if away_until > now else schedule.why_off(now)
    return _off_until(why, start, schedule.owner.timezone, within)


@lru_cache(maxsize=4096)
def _off_until(why: str, start: datetime | None, zone: str, within: timedelta | None) -> str:
    """Every lead of a night has the same said of everybody who is not at work."""
    if start is None:
        return f"{why}, without a working hour in the next {HORIZON} days"
    until = moment(start, zone)
    if within is None:
        return f"{why} until {until}"
    return f"{why} until {until}, and it must be seen within {duration(within)}"


def _away_until(schedule: Schedule, ask: Ask) -> datetime:
    return ask.standing.away.get(schedule.owner.id, ask.now)
