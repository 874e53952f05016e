"""A pool, compiled: its seats, and which of them can take a lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from operator import gt

from leads.decision import Candidate, CandidateStatus, Standing
from leads.keys import OwnerId, PoolName
from routing.attempt import Attempt, Considered
from routing.availability import Schedule
from routing.capacity import most_open
from routing.eligibility import Ask, is_full, lack, obstacle, off, outlook
from routing.failure import Failure
from routing.local_day import Span
from routing.policy import Owner, Pool

_NOBODY_AWAY = Standing(open_leads={}, rotation={}, away={})
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
NO_WEIGHT = "given weight 0 in this pool"
NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of a pool, with their working time; and what every lead asks of everybody."""

    owner: Owner
    schedule: Schedule
    weight: int
    id: OwnerId
    most_open: float
    has_caps: bool  # beside that


@dataclass(frozen=True, slots=True)
class _Shift:
    """Who is at work in time for leads of one kind that come in [begin, end)."""

    begin: datetime
    end: datetime
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Division:
    """The part of a lead that each of these seats has by its weight."""

    seats: Sequence[Seat]
    owners: Sequence[OwnerId]
    shares: Sequence[float]
    by_owner: Mapping[OwnerId, float]
    room: Sequence[float] = ()
    """How many each may have in hand and take one more."""


_Kind = tuple[str | None, frozenset[str], timedelta | None, bool]


class Problems:
    """
    What keeps each of some seats from taking a lead, said when it is first asked for.

    Whoever asks passes an `Ask` to which the same would be said as to all others who ask here.
    """

    def __init__(self, pool: PoolName, seats: Sequence[Seat]) -> None:
        self._pool = pool
        self._seats = seats
        self._said: Sequence[str | None] = ()
        self._told: tuple[Candidate, ...] | None = None
        self._attempt: Attempt | None = None

    def attempt(self, intro: str, ask: Ask) -> Attempt:
        """Give a try that comes to nothing: why of the first few, and how many more there are."""
        if self._attempt is None:
            failure = failure_of(intro, self._seats, self.of_first(NAMED_AT_MOST, ask))
            looked_at = Considered(tuple(seat.id for seat in self._seats), self.told)
            self._attempt = Attempt(clause=failure.clause(), failure=failure, looked_at=looked_at)
        return self._attempt

    def of_first(self, count: int, ask: Ask) -> Sequence[str | None]:
        """Say it of the first so many; None: nothing does."""
        said = self._said
        if len(said) < count:
            more = self._seats[len(said) : count]
            # Replaced, not extended: decisions are told by several threads.
            said = self._said = [*said, *(obstacle_of(self._pool, seat, ask) for seat in more)]
        return said[:count]

    def told(self, ask: Ask) -> tuple[Candidate, ...]:
        """Tell of everybody who is kept from it."""
        if self._told is None:
            said = self.of_first(len(self._seats), ask)
            self._told = tuple(
                skipped(seat.id, problem)
                for seat, problem in zip(self._seats, said, strict=True)
                if problem
            )
        return self._told


@dataclass(frozen=True, slots=True)
class _Kept:
    """Problems that stay the same in [begin, end), while everybody has in hand what they have."""

    begin: datetime
    end: datetime
    in_hand: Sequence[float]
    problems: Problems


class Roster:
    """A pool's seats. Working time is looked at once until it changes for somebody."""

    def __init__(self, pool: Pool, seats: Sequence[Seat], where: str = "") -> None:
        """`where` these seats are, in words; in the pool unless stated."""
        self.pool = pool
        self.where = where or f"in pool {pool.name}"
        self.name = pool.name
        self.strategy = pool.strategy
        self.seats = tuple(seats)
        self.owners = tuple(seat.owner.id for seat in seats)
        self._has_caps = any(seat.has_caps for seat in self.seats)
        self._known: dict[_Kind, _Shift] = {}
        self._kept: dict[_Kind, _Kept] = {}
        self._day = Span(_LONG_AGO, _LONG_AGO)
        self._division = Division((), (), (), {})

    def able(self, ask: Ask) -> Sequence[Seat]:
        """Give the seats whose members can take the lead: those without an `obstacle`."""
        seats, open_leads = self.on_shift(ask), ask.standing.open_leads
        if not self._has_caps and self._have_room(seats, open_leads):
            return seats
        # Without `seen_within` all of them are at work now, which is when they would work it.
        at = ask.now if ask.seen_within is None else None
        # `has_room` without a call: it is asked of every member for every lead.
        able = [
            seat
            for seat in seats
            if open_leads.get(seat.id, 0.0) + 1 <= seat.most_open
            and not (seat.has_caps and is_full(seat.schedule, ask, self.name, at=at))
        ]
        return seats if len(able) == len(seats) else able

    def _have_room(self, seats: Sequence[Seat], open_leads: Mapping[OwnerId, float]) -> bool:
        """Tell quickly that everybody has; False where that has to be looked at."""
        known = self._division
        if known.seats is not seats:
            return False
        in_hand = map(open_leads.get, known.owners, repeat(0.0))
        return not any(map(gt, in_hand, known.room))

    def division(self, seats: Sequence[Seat]) -> Division:
        """Divide a lead by weight; for as long as the same are at work, and able, only once."""
        known = self._division
        if known.seats is not seats:
            known = self._division = _divided(seats)
        return known

    def on_shift(self, ask: Ask) -> Sequence[Seat]:
        """Give those who would be at work in time, whether or not they have room."""
        kind = (ask.crm, ask.require, ask.seen_within, ask.any_hour)
        shift = self._known.get(kind)
        if shift is None or not shift.begin <= ask.now < shift.end:
            shift = self._known[kind] = self._shift(ask)
        away, returned = ask.standing.away, ask.standing.returned
        # Being switched off or barred, or having handed it back, can only take somebody out.
        seats: Sequence[Seat] = shift.seats
        if returned or ask.standing.barred:
            out = returned.keys() | ask.standing.barred.keys()
            seats = [seat for seat in seats if seat.id not in out]
        if not away or away.keys().isdisjoint(self.owners):
            return seats
        return [s for s in seats if s.id not in away or not off(s.schedule, ask)]

    def problems(self, ask: Ask) -> Problems:
        """
        Give what keeps each member from taking the lead.

        All the leads of a night have the same said of the same people: it is said once, until
        the hour, the day or what somebody has in hand makes a difference.
        """
        standing = ask.standing
        if self._has_caps or standing.away or standing.returned or standing.barred:
            return Problems(self.name, self.seats)
        kind = (ask.crm, ask.require, ask.seen_within, ask.any_hour)
        in_hand = list(map(standing.open_leads.get, self.owners, repeat(0.0)))
        kept = self._kept.get(kind)
        if kept is None or not kept.begin <= ask.now < kept.end or kept.in_hand != in_hand:
            self.on_shift(ask)
            shift, day = self._known[kind], self._same_day(ask.now)
            begin, end = max(shift.begin, day.begin), min(shift.end, day.end)
            kept = _Kept(begin, end, in_hand, Problems(self.name, self.seats))
            self._kept[kind] = kept
        return kept.problems

    def _same_day(self, now: datetime) -> Span:
        """Give a time over which it is the same day for each member, wherever they are."""
        if not self._day.begin <= now < self._day.end:
            ends = [seat.schedule.day_end(now) for seat in self.seats]
            self._day = Span(now, min(ends, default=now))
        return self._day

    def _shift(self, ask: Ask) -> _Shift:
        unswitched = replace(ask, standing=_NOBODY_AWAY)
        fit = [s for s in self.seats if s.weight > 0 and lack(s.owner, unswitched) is None]
        # One for all who share their working time.
        alike = {seat.schedule.memory: seat.schedule for seat in fit}
        outlooks = {memory: outlook(each, unswitched) for memory, each in alike.items()}
        seats = tuple(seat for seat in fit if outlooks[seat.schedule.memory][0])
        end = min((until for _, until in outlooks.values()), default=ask.now)
        return _Shift(ask.now, end, seats)


def roster_of(
    pool: Pool,
    owners: Mapping[OwnerId, Owner],
    schedules: Mapping[OwnerId, Schedule],
    *,
    where: str = "",
) -> Roster:
    # An owner listed twice holds one seat with both weights: shares are kept by owner.
    weights: dict[OwnerId, int] = {}
    for member in pool.members:
        weights[member.owner] = weights.get(member.owner, 0) + member.weight
    seats = [seat_of(owners[owner], schedules[owner], weight) for owner, weight in weights.items()]
    return Roster(pool, seats, where)


def failure_of(intro: str, seats: Sequence[Seat], problems: Sequence[str | None]) -> Failure:
    """Say what keeps each of the first seats from a lead, and how many more seats there are."""
    named = zip(seats, problems, strict=False)
    told = tuple(f"{seat.owner.name} is {problem}" for seat, problem in named)
    rest = len(seats) - len(problems)
    more = f"{rest} other{'s' if rest > 1 else ''} could not either" if rest else ""
    return Failure(intro, told if told or more else ("it has no members",), more)


def skipped(owner: OwnerId, problem: str) -> Candidate:
    return Candidate(owner=owner, status=CandidateStatus.SKIPPED, reason=problem)


def obstacle_of(pool: PoolName, seat: Seat, ask: Ask) -> str | None:
    """Say why a member cannot take the lead, None for one who can."""
    if seat.weight <= 0:
        return NO_WEIGHT
    return obstacle(seat.schedule, ask, pool)


def seat_of(owner: Owner, schedule: Schedule, weight: int) -> Seat:
    return Seat(owner, schedule, weight, owner.id, most_open(owner), bool(schedule.gauges))


def _divided(seats: Sequence[Seat]) -> Division:
    owners = [seat.id for seat in seats]
    weights = [seat.weight for seat in seats]
    total = sum(weights)
    shares = [weight / total for weight in weights]
    room = [seat.most_open - 1 for seat in seats]
    return Division(seats, owners, shares, dict(zip(owners, shares, strict=True)), room)
