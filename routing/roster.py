"""A pool, compiled: its seats, and which of them can take a lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leads.decision import Standing
from leads.keys import OwnerId
from routing.availability import Schedule
from routing.capacity import most_open
from routing.eligibility import Ask, is_full, lack, off, outlook
from routing.policy import Owner, Pool

_NOBODY_AWAY = Standing(open_leads={}, rotation={}, away={})
NO_WEIGHT = "given weight 0 in this pool"


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


_Kind = tuple[str | None, frozenset[str], timedelta | None, bool]


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
        self._known: dict[_Kind, _Shift] = {}
        self._division = Division((), (), (), {})

    def able(self, ask: Ask) -> Sequence[Seat]:
        """Give the seats whose members can take the lead: those without an `obstacle`."""
        # Without `seen_within` all of them are at work now, which is when they would work it.
        at = ask.now if ask.seen_within is None else None
        seats, open_leads = self.on_shift(ask), ask.standing.open_leads
        # `has_room` without a call: it is asked of every member for every lead.
        able = [
            seat
            for seat in seats
            if open_leads.get(seat.id, 0.0) + 1 <= seat.most_open
            and not (seat.has_caps and is_full(seat.schedule, ask, self.name, at=at))
        ]
        return seats if len(able) == len(seats) else able

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
        out = returned.keys() | ask.standing.barred.keys()
        seats = [s for s in shift.seats if s.owner.id not in out] if out else shift.seats
        if not away or away.keys().isdisjoint(self.owners):
            return seats
        return [s for s in seats if s.owner.id not in away or not off(s.schedule, ask)]

    def _shift(self, ask: Ask) -> _Shift:
        unswitched = replace(ask, standing=_NOBODY_AWAY)
        fit = [s for s in self.seats if s.weight > 0 and lack(s.owner, unswitched) is None]
        outlooks = [outlook(seat.schedule, unswitched) for seat in fit]
        seats = tuple(s for s, (is_in_time, _) in zip(fit, outlooks, strict=True) if is_in_time)
        end = min((until for _, until in outlooks), default=ask.now)
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


def seat_of(owner: Owner, schedule: Schedule, weight: int) -> Seat:
    return Seat(owner, schedule, weight, owner.id, most_open(owner), bool(schedule.gauges))


def _divided(seats: Sequence[Seat]) -> Division:
    owners = [seat.id for seat in seats]
    weights = [seat.weight for seat in seats]
    total = sum(weights)
    shares = [weight / total for weight in weights]
    return Division(seats, owners, shares, dict(zip(owners, shares, strict=True)))
