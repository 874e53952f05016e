"""A pool, compiled: its seats, and which of them can take a lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leads.decision import Standing
from leads.keys import OwnerId
from routing.availability import Schedule
from routing.eligibility import Ask, is_full, lack, off, outlook
from routing.policy import Owner, Pool

_NOBODY_AWAY = Standing(open_leads={}, rotation={}, away={})
NO_WEIGHT = "given weight 0 in this pool"


@dataclass(frozen=True, slots=True)
class Seat:
    """A member of a pool, with their working time."""

    owner: Owner
    schedule: Schedule
    weight: int


@dataclass(frozen=True, slots=True)
class _Shift:
    """Who is at work in time for leads of one kind that come in [begin, end)."""

    begin: datetime
    end: datetime
    seats: tuple[Seat, ...]


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

    def able(self, ask: Ask) -> list[Seat]:
        """Give the seats whose members can take the lead: those without an `obstacle`."""
        # Without `seen_within` all of them are at work now, which is when they would work it.
        at = ask.now if ask.seen_within is None else None
        return [
            seat for seat in self.on_shift(ask) if not is_full(seat.schedule, ask, self.name, at=at)
        ]

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
    seats = [Seat(owners[owner], schedules[owner], weight) for owner, weight in weights.items()]
    return Roster(pool, seats, where)
