"""What a report knows beside its leads: who has how much in hand, turns, fields, calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """An owner's open leads now, and the cap; None: uncapped."""

    owner: str
    open_leads: float
    cap: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """
    A member's place in a pool: leads it was due, and leads it had.

    `strategy` is the pool's by the configuration in force; blank where it has no such pool.
    """

    pool: str
    owner: str
    entitled: float
    assigned: int
    strategy: str = "round_robin"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldHealth:
    """A field of a source: of so many leads, filled and flawed; in the last week and before."""

    source: str
    field: str
    leads: int
    filled: int
    flawed: int
    leads_before: int
    filled_before: int
    flawed_before: int
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What reading a source costs: calls of its API a day, and how many are allowed, if known."""

    source: str
    part: str
    a_day: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Requests made to a source in the period, over so many days on which there were any."""

    source: str
    calls: int
    days: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Returner:
    """How many leads an owner handed back, and how many of them as no lead."""

    owner: str
    leads: int
    no_lead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUps:
    """Of an owner's follow-ups that were due: how many came in time, late, or not at all."""

    owner: str
    in_time: int
    late: int
    never: int

    @property
    def due(self) -> int:
        return self.in_time + self.late + self.never


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """`fallbacks` and `returns` count by reason; `conflicts` by CRM; `drifts` are alerts' texts."""

    loads: tuple[Load, ...] = ()
    turns: tuple[Turn, ...] = ()
    fields: tuple[FieldHealth, ...] = ()
    drifts: tuple[str, ...] = ()
    calls: tuple[Calls, ...] = ()
    made: tuple[Made, ...] = ()
    returners: tuple[Returner, ...] = ()
    follow_ups: tuple[FollowUps, ...] = ()
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    returns: Mapping[str, int] = field(default_factory=dict)
    breached: int = 0
    deliveries: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rejected: int = 0
    undecided: int = 0
