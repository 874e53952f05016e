"""Why the chosen member of a pool came before each other one, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from leads.decision import Candidate, CandidateStatus
from leads.keys import OwnerId
from routing.capacity import USUAL_CAP, in_hand
from routing.eligibility import Ask
from routing.policy import Owner, Strategy
from routing.selection import TOLERANCE, Contest
from routing.wording import listed, place


class Contender(NamedTuple):
    """One of a contest, with what is told of it."""

    share: float
    deficit: float
    load: float


def contenders_of(contest: Contest) -> dict[OwnerId, Contender]:
    """Take the columns apart: only where it is told."""
    columns = zip(contest.shares, contest.deficits, contest.loads, strict=True)
    return dict(zip(contest.owners, map(Contender._make, columns), strict=True))


def next_in_turn(chosen: Owner, count: int, where: str, strategy: Strategy, ask: Ask) -> str:
    """Say how the owner was found among so many, to follow "so"."""
    if count == 1:
        return f"{chosen.name} is the only one {where} to choose"
    if strategy is Strategy.LEAST_LOADED:
        has = in_hand(chosen, ask.open_leads(chosen.id))
        return f"{chosen.name} has the lightest load of {count} {where} ({has})"
    return f"{chosen.name} is next in turn of {count} {where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The contenders for one lead, how many, and the one chosen."""

    strategy: Strategy
    chosen: Owner
    count: int
    contenders: Mapping[OwnerId, Contender]
    ask: Ask
    is_sticky: bool = False

    def verdict(self, owner: Owner) -> Candidate:
        """Say what became of a member who could take the lead."""
        contender = self.contenders.get(owner.id)
        if contender is None and self.is_sticky:
            reason = f"able to take it, but {self.chosen.name} owns the account"
            return Candidate(owner=owner.id, status=CandidateStatus.ELIGIBLE, reason=reason)
        if contender is None:
            wanted = listed(sorted(self.ask.prefer - owner.skills))
            reason = f"able to take it, but without the preferred skill {wanted}"
            return Candidate(owner=owner.id, status=CandidateStatus.ELIGIBLE, reason=reason)
        if owner.id == self.chosen.id:
            reason = self._why_chosen(contender)
            return Candidate(owner=owner.id, status=CandidateStatus.CHOSEN, reason=reason)
        reason = self._why_not(owner, contender)
        return Candidate(owner=owner.id, status=CandidateStatus.ELIGIBLE, reason=reason)

    def _why_chosen(self, contender: Contender) -> str:
        count = self.count
        if self.is_sticky:
            return "owns the account"
        if count == 1:
            return "the only one to choose"
        if self.strategy is Strategy.LEAST_LOADED:
            return f"{self._load(self.chosen)}, the lightest load of {count}"
        return f"{place(contender.deficit)}, next in turn of {count}"

    def _why_not(self, owner: Owner, contender: Contender) -> str:
        first = self.contenders[self.chosen.id]
        name = self.chosen.name
        if self.strategy is Strategy.LEAST_LOADED:
            if contender.load > first.load + TOLERANCE:
                return f"{self._load(owner)}, {name} {self._load(self.chosen)}"
            return f"{self._load(owner)} like {name}, and {_turn(contender, first, name)}"
        return _turn(contender, first, name)

    def _load(self, owner: Owner) -> str:
        open_leads = self.ask.open_leads(owner.id)
        if owner.max_open is None:
            return f"at {open_leads:g} open leads (uncapped, measured against {USUAL_CAP})"
        return f"at {in_hand(owner, open_leads)}"


def _turn(contender: Contender, first: Contender, name: str) -> str:
    gap = first.deficit - contender.deficit
    if abs(gap) <= TOLERANCE and abs(first.share - contender.share) <= TOLERANCE:
        return f"{place(contender.deficit)}, level with {name}: lots were drawn"
    if gap > 0:
        return f"{place(contender.deficit)}, {name} {place(first.deficit)}"
    return (
        f"{place(contender.deficit)}, but {name} ({place(first.deficit)}) has the larger weight "
        "and would sooner fall too far behind"
    )
