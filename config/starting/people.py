"""Owners of one or more CRMs as one list: who is who by e-mail address, or by a name alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from config.starting.nobody import a_desk, is_machine
from config.starting.seen import SeenCrm
from leads.errors import ConfigError
from leads.normalise.email import read_email
from leads.normalise.text import clean, fold, plain
from leads.record import CrmOwner

_FEW: Final = 30
_LONGEST: Final = 90
EVERYBODY: Final = "everybody"
"""The pool of all; nobody's id."""


@dataclass(slots=True, kw_only=True)
class Seat:
    """One person or queue, with its id in each CRM; `leads` counts the recent ones it owns."""

    id: str
    name: str
    email: str
    is_queue: bool
    crm: dict[str, str] = field(default_factory=dict)
    teams: set[str] = field(default_factory=set)
    leads: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """`left_out` counts active users who own no recent lead, where there are many."""

    people: list[Seat]
    fallback: Seat
    left_out: int

    def by_crm_id(self, crm: str) -> dict[str, Seat]:
        return {seat.crm[crm]: seat for seat in self.people if crm in seat.crm}


def staff(crms: Sequence[SeenCrm]) -> Staff:
    """Raises ConfigError where nobody could have what nobody else can take."""
    seats = _Seats()
    for crm in crms:
        owned = crm.owned()
        for owner in crm.owners:
            if owner.is_active and not owner.is_queue and not is_machine(owner):
                seats.add(crm.name, owner, owned[owner.crm_id])
    people = sorted(seats.found, key=lambda seat: (-seat.leads, seat.name))
    busy = [seat for seat in people if seat.leads]
    kept = people if len(people) <= _FEW or not busy else busy
    return Staff(
        people=kept, fallback=_fallback(crms, kept, seats), left_out=len(people) - len(kept)
    )


class _Seats:
    def __init__(self) -> None:
        self.found: list[Seat] = []
        self._taken: Counter[str] = Counter([EVERYBODY])

    def add(self, crm: str, owner: CrmOwner, leads: int) -> None:
        seat = next(self._same(crm, owner), None)
        if seat is None:
            seat = self.new(owner.name, owner.email or "", is_queue=owner.is_queue)
            self.found.append(seat)
        seat.crm[crm] = owner.crm_id
        seat.teams |= set(owner.teams)
        seat.leads += leads

    def new(self, name: str, email: str, *, is_queue: bool) -> Seat:
        said = clean(name, _LONGEST) or "owner"
        base = plain(said).replace(" ", "-") or "owner"
        self._taken[base] += 1
        number = self._taken[base]
        short = base if number == 1 else f"{base}-{number}"
        return Seat(id=short, name=said, email=read_email(email).value or "", is_queue=is_queue)

    def _same(self, crm: str, owner: CrmOwner) -> Iterator[Seat]:
        """The same address before the same name; two of one CRM are never one person."""
        others = [seat for seat in self.found if crm not in seat.crm]
        yield from (s for s in others if owner.email and fold(s.email) == fold(owner.email))
        if owner.email is None:
            yield from (s for s in others if fold(s.name) == fold(owner.name))


def _fallback(crms: Sequence[SeenCrm], people: Sequence[Seat], seats: _Seats) -> Seat:
    desks = {crm.name: desk for crm in crms if (desk := a_desk(crm))}
    if len(desks) == len(crms):
        first = next(iter(desks.values()))
        seat = seats.new(first.name, "", is_queue=True)
        seat.crm = {name: desk.crm_id for name, desk in desks.items()}
        return seat
    everywhere = [seat for seat in people if len(seat.crm) == len(crms)]
    if everywhere:
        return everywhere[0]
    names = " and ".join(crm.name for crm in crms)
    problem = f"{names}: no queue, and no user who is in each, to be the fallback"
    raise ConfigError([f"{problem}; make a queue there, or start with one of them: --source"])
