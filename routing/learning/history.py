"""Leads of the past, and which of them have told enough to learn from."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from leads.keys import OwnerId
from leads.lead import Lead

_SECONDS_A_DAY = 86_400
_HEAVIEST = 5.0
"""One lead that took long stands for at most so many that may yet take as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a lead came out, and when; `value` in the base currency, 0 where no amount is known."""

    won: bool
    at: datetime
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLead:
    """A lead as it was when it came, who first worked it, since when, and how it came out."""

    lead: Lead
    owner: OwnerId
    at: datetime
    end: End | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One lead to learn from; `days` it was open. `weight`: see `ripe`."""

    past: PastLead
    won: bool
    days: float
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ripe:
    """
    `silent` are those of which nothing was heard for the horizon: lost, where `silence_is_loss`,
    else left out. `young` ones tell nothing yet.
    """

    told: tuple[Told, ...]
    silent: int
    young: int
    silence_is_loss: bool

    @property
    def closed(self) -> int:
        return len(self.told)


def ripe(past: Sequence[PastLead], as_of: datetime, horizon: timedelta) -> Ripe:
    """
    Sort out what tells something by `as_of`.

    A lead that is younger than the horizon and still open is censored, not lost. Those of its age
    that closed already are the quick ones, so each counts for as many as were old enough to show
    what took as long as it did: one over that share of all leads (at most 5).

    An older one that is open is lost where hardly anybody notes a loss. Where losses are noted, an
    open one tells who keeps the books, not who wins: it is left out (in the Maven data agents
    differ in this, and in nothing else).
    """
    ages = sorted(_days(as_of - each.at) for each in past)
    ended = [each for each in past if each.end and each.end.at <= as_of]
    lost = sum(not each.end.won for each in ended if each.end)
    is_open = [each for each in past if not each.end or each.end.at > as_of]
    silent = [each for each in is_open if as_of - each.at >= horizon]
    silence_is_loss = len(silent) > lost
    taken = [*ended, *silent] if silence_is_loss else ended
    return Ripe(
        told=tuple(_told(each, ages, as_of, _days(horizon)) for each in taken),
        silent=len(silent),
        young=len(is_open) - len(silent),
        silence_is_loss=silence_is_loss,
    )


def _told(each: PastLead, ages: Sequence[float], as_of: datetime, horizon: float) -> Told:
    end = each.end if each.end and each.end.at <= as_of else None
    days = max(0.0, _days(end.at - each.at)) if end else horizon
    old_enough = len(ages) - bisect_left(ages, days)
    weight = min(_HEAVIEST, len(ages) / max(1, old_enough))
    return Told(past=each, won=bool(end and end.won), days=days, weight=weight)


def _days(span: timedelta) -> float:
    return span.total_seconds() / _SECONDS_A_DAY
