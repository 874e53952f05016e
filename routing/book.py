"""The standing of a batch in memory: read once, kept up decision by decision, saved at the end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType

from leads.absence import Barred
from leads.arrears import count
from leads.decision import (
    BY_NOBODY,
    NO_ARREARS,
    NOTHING_DRAWN,
    Accrual,
    Decision,
    HeldBy,
    Standing,
    Tally,
)
from leads.keys import OwnerId, PoolName
from leads.matches import AccountMatch, SamePerson
from routing.matcher import Matcher
from routing.quota import Quotas

_NONE = Tally(entitled=0.0, assigned=0)
_NOBODY_BARRED: Mapping[str, Mapping[OwnerId, Barred]] = MappingProxyType({})
_NEVER = datetime.max.replace(tzinfo=UTC)
_tally = partial(tuple.__new__, Tally)  # Tally(...) takes twice as long
_NOTHING_OF_ITS_OWN = (None,) * 5


class Book:
    """Open leads, rotation, absences, quotas. Not for use by two threads at once."""

    def __init__(
        self,
        *,
        open_leads: Mapping[OwnerId, float],
        rotation: Mapping[PoolName, Mapping[OwnerId, Tally]],
        away: Mapping[OwnerId, datetime],
        quotas: Quotas | None = None,
        barred: Mapping[str, Mapping[OwnerId, Barred]] = _NOBODY_BARRED,
        matcher: Matcher | None = None,
        by_turns: str = "",
        drawn: Mapping[PoolName, Mapping[str, int]] = NOTHING_DRAWN,
        arrears: Mapping[PoolName, Mapping[OwnerId, float]] = NO_ARREARS,
    ) -> None:
        """
        `barred` has, for each CRM, to whom it gives nothing. `matcher` is the model in force;
        `by_turns` says why there is none, where a pool would ask it.
        """
        self._open = dict(open_leads)
        self._rotation = {pool: dict(tallies) for pool, tallies in rotation.items()}
        self._away = dict(away)
        self._quotas = quotas or Quotas({})
        self._barred = barred
        self._by_turns = by_turns
        self._drawn = {pool: Counter(segments) for pool, segments in drawn.items()}
        self._arrears = {pool: dict(owners) for pool, owners in arrears.items()}
        self.matcher = matcher
        self._plain = self._view()

    @property
    def open_leads(self) -> Mapping[OwnerId, float]:
        return MappingProxyType(self._open)

    @property
    def rotation(self) -> Mapping[PoolName, Mapping[OwnerId, Tally]]:
        return MappingProxyType(self._rotation)

    @property
    def away(self) -> Mapping[OwnerId, datetime]:
        return MappingProxyType(self._away)

    def standing(
        self,
        *,
        person: SamePerson | None = None,
        account: AccountMatch | None = None,
        held_since: datetime | None = None,
        held_by: HeldBy | None = None,
        taker: OwnerId | None = None,
        returned: Mapping[OwnerId, str] = BY_NOBODY,
        no_lead: bool = False,
        crm: str | None = None,
        at: datetime = _NEVER,
    ) -> Standing:
        """
        Give a view, not a copy: it moves with the next `apply`. A decision keeps a copy.

        `crm` is where the lead is owned: whom that had barred by then is left out of it.
        """
        barred = self._barred.get(crm) if crm else None
        own = (person, account, held_since, held_by, taker)
        if not (barred or returned or no_lead) and own == _NOTHING_OF_ITS_OWN:
            return self._plain  # as of most leads
        return replace(
            self._plain,
            person=person,
            account=account,
            held_since=held_since,
            held_by=held_by,
            taker=taker,
            returned=returned,
            no_lead=no_lead,
            barred={o: b.why for o, b in barred.items() if b.since <= at} if barred else BY_NOBODY,
        )

    def _view(self) -> Standing:
        """Give what holds of every lead; what of it moves is not copied."""
        return Standing(
            open_leads=self._open,
            rotation=self._rotation,
            away=self._away,
            taken=self._quotas.counts,
            by_turns=self._by_turns,
            drawn=self._drawn,
            arrears=self._arrears,
        )

    def apply(self, decision: Decision) -> None:
        """Count the lead for its owner, and the turn in the rotation."""
        self._count(decision, 1)
        self._draw(decision)

    def void(self, decision: Decision) -> None:
        """
        Take a decision back: the charge and everybody's accrual with it.

        Taking back the charge alone would leave the others a debt for a lead nobody had.
        """
        self._count(decision, -1)

    def take_turn(self, decision: Decision) -> None:
        """Count the turn, and what caps count in a period: a lead that fills nobody's hands."""
        self._quotas.add(decision, 1)
        self._draw(decision)
        for accrual in decision.accruals:
            self._accrue(accrual, 1)

    def close(self, owner: OwnerId) -> None:
        """One lead of this owner's is no longer open."""
        self._open[owner] = max(0.0, self._open.get(owner, 0.0) - 1)

    def _count(self, decision: Decision, sign: int) -> None:
        owner = decision.owner
        self._quotas.add(decision, sign)
        self._open[owner] = max(0.0, self._open.get(owner, 0.0) + sign)
        for accrual in decision.accruals:
            self._accrue(accrual, sign)

    def _draw(self, decision: Decision) -> None:
        """Count it for good: a lead that is decided again takes the next place of its stratum."""
        match = decision.saw.match if decision.saw else None
        if match is not None:
            self._drawn.setdefault(match.pool, Counter())[match.segment] += 1
            count(self._arrears.setdefault(match.pool, {}), match, decision.owner)

    def _accrue(self, accrual: Accrual, sign: int) -> None:
        tallies, charged = self._rotation.setdefault(accrual.pool, {}), accrual.charged
        for owner, share in accrual.shares.items():
            entitled, assigned = tallies.get(owner, _NONE)
            tallies[owner] = _tally((entitled + sign * share, assigned))
        if charged is not None and charged in accrual.shares:
            entitled, assigned = tallies[charged]
            tallies[charged] = Tally(entitled, assigned + sign)
