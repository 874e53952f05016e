"""A pool's choice by the model: who gets the lead, and that choice in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leads.decision import Arm, Candidate, CandidateStatus, Match, Part
from leads.keys import OwnerId
from routing.capacity import load
from routing.eligibility import Ask
from routing.matcher import choose_by, floored, likeliest_of, place_of, settled
from routing.policy import Owner
from routing.roster import Roster, Seat
from routing.selection import drawer
from routing.wording import listed, percent

_TOLD = 3
_NONE_YET: Mapping[str, int] = {}
_NO_ARREARS: Mapping[OwnerId, float] = {}
_HUNDRED = 100
_WORTH_TELLING = 0.005


def matched(roster: Roster, seats: Sequence[Seat], ask: Ask) -> Match | None:
    """
    Ask the model about these, or take what it said when this was decided first.

    None where there is none to ask; then they have it by turns.
    """
    owners = roster.division(seats).owners
    if ask.model is None:
        return None
    known = ask.standing.match
    if known is not None and known.pool == roster.name and list(known.owners) == list(owners):
        return known
    if ask.matcher is None or ask.read is None:
        return None
    loads = [load(seat.owner, ask.open_leads(seat.id)) for seat in seats]
    segment = ask.matcher.segment_of(ask.read)
    drawn = ask.standing.drawn.get(roster.name, _NONE_YET).get(segment, 0)
    place = place_of(ask.lead, roster.name, segment, drawn)
    match = ask.matcher.match(ask.read, roster.name, owners, loads, place)
    return floored(match, ask.model.floor, ask.standing.arrears.get(roster.name, _NO_ARREARS))


def chosen_by(match: Match, roster: Roster, ask: Ask) -> OwnerId:
    """Answer whom the model gives it."""
    assert ask.model is not None
    return choose_by(match, ask.model, drawer(roster.name, ask.lead))


def with_odds(
    match: Match, owner: OwnerId, roster: Roster, seats: Sequence[Seat], ask: Ask
) -> Match:
    """Note how likely it was that this lead would go to this owner."""
    assert ask.model is not None
    draw = drawer(roster.name, ask.lead)
    return settled(match, owner, roster.division(seats).by_owner, ask.model, draw)


@dataclass(frozen=True, slots=True)
class ModelRanking:
    """What there is to tell of a choice by the model among the seats of a roster."""

    match: Match
    roster: Roster
    chosen: Owner
    ask: Ask

    def clause(self) -> str:
        """Say how the owner was found, to follow "so"."""
        name, where = self.chosen.name, self.roster.where
        if len(self.match.owners) == 1:
            return f"{name} is the only one {where} to choose"
        count = len(self.match.owners)
        if self.match.arm is Arm.EXPLORED:
            return f"{name} was drawn among {count} {where}, to learn how owners do with such leads"
        if self._is_by_floor():
            floor = f"short of the floor ({percent(self.match.floor)} of an equal share)"
            return f"{name}, {floor}, comes first of {count} {where}, {self._because()}"
        return f"{name} is the best match of {count} {where}, {self._because()}"

    def _is_by_floor(self) -> bool:
        """Whether somebody else was worth more, and had enough."""
        priced = dict(zip(self.match.owners, self.match.priced, strict=True))
        has_less = self.chosen.id in self.match.behind
        return has_less and priced[self.chosen.id] < max(priced.values())

    def _because(self) -> str:
        best, match = self.chosen.id, self.match
        chance = match.chance_of(best) or 0.0
        parts = _parts(match.parts.get(best, ()))
        told = f"{percent(chance)} to close against {percent(match.usual)} on average{parts}"
        likelier = likeliest_of(match)
        if likelier == best or (match.chance_of(likelier) or 0.0) - chance < _WORTH_TELLING:
            return told
        return f"{told}; {self._likelier(likelier)}"

    def _likelier(self, owner: OwnerId) -> str:
        name = self._name(owner)
        chance = percent(self.match.chance_of(owner) or 0.0)
        return f"{name} was likelier ({chance}), but {self._costs(owner)}"

    def _costs(self, owner: OwnerId) -> str:
        """Say why who is likelier was worth less."""
        charges = dict(zip(self.match.owners, self.match.charges, strict=True))
        name = self._name(owner)
        if self._is_by_floor() and owner not in self.match.behind:
            return f"{self.chosen.name} is short of the floor"
        if charges[owner] > charges[self.chosen.id]:
            # A charge below nought is what the floor adds for who would have too few.
            if charges[owner] <= 0:
                return f"the floor asks for more leads for {self.chosen.name}"
            return f"the slots {name} has left are worth more to other leads"
        return f"{name}'s desk is fuller"

    def verdict(self, owner: Owner) -> Candidate:
        """Say what became of somebody who could take the lead."""
        if owner.id == self.chosen.id:
            return _said(owner, CandidateStatus.CHOSEN, self._chosen())
        chance = self.match.chance_of(owner.id)
        if chance is None:
            wanted = listed(sorted(self.ask.prefer - owner.skills))
            return _eligible(owner, f"able to take it, but without the preferred skill {wanted}")
        if self.match.arm is Arm.EXPLORED:
            return _eligible(owner, f"{percent(chance)} to close; lots were drawn, to learn")
        best = self.match.chance_of(self.chosen.id) or 0.0
        name = self.chosen.name
        if chance > best:
            return _eligible(owner, f"{percent(chance)} to close, but {self._costs(owner.id)}")
        return _eligible(owner, f"{percent(chance)} to close, {name} {percent(best)}")

    def _chosen(self) -> str:
        if len(self.match.owners) == 1:
            return "the only one to choose"
        if self.match.arm is Arm.EXPLORED:
            return "drawn among all who could have it, to learn"
        return self._because()

    def _name(self, owner: OwnerId) -> str:
        seats = (seat.owner for seat in self.roster.seats if seat.id == owner)
        return next((known.name for known in seats), owner)


def _eligible(owner: Owner, reason: str) -> Candidate:
    return _said(owner, CandidateStatus.ELIGIBLE, reason)


def _said(owner: Owner, status: CandidateStatus, reason: str) -> Candidate:
    return Candidate(owner=owner.id, status=status, reason=reason)


def _parts(parts: Sequence[Part]) -> str:
    told = [_part(part) for part in parts[:_TOLD] if round(part.points * _HUNDRED)]
    return f": {', '.join(told)}" if told else ""


def _part(part: Part) -> str:
    points = f"({part.points * _HUNDRED:+.0f})"
    if not part.name:
        return f"owner effect {points}"
    return f"{'stronger' if part.points > 0 else 'weaker'} with {part.name} {points}"


def unmatched(match: Match | None, ask: Ask) -> str:
    """Say why a pool that goes by the model gave this lead by turns."""
    if match is not None:
        return f"by turns, as one of the group that version {match.version} is compared with"
    return f"by turns: {ask.standing.by_turns or 'there is no model yet to tell the best match'}"
