"""What becomes of a lead that somebody asks for in a pool that is taken from."""

from dataclasses import replace

from leads.decision import Candidate, CandidateStatus, Method
from leads.keys import OwnerId
from routing.attempt import Attempt, considered
from routing.eligibility import Ask, obstacle
from routing.roster import Roster


def taken(roster: Roster, taker: OwnerId, ask: Ask) -> Attempt:
    """Give it to whoever asks for it: at any hour, if they may have it."""
    problem = why_not_taken(roster, taker, ask)
    name = next((seat.owner.name for seat in roster.seats if seat.owner.id == taker), taker)
    if problem is not None:
        skipped = Candidate(owner=taker, status=CandidateStatus.SKIPPED, reason=problem)
        return Attempt(clause=f"{name} is {problem}", looked_at=considered(skipped))
    chosen = Candidate(owner=taker, status=CandidateStatus.CHOSEN, reason="took it")
    return Attempt(
        owner=taker,
        method=Method.TAKE,
        pool=roster.name,
        clause=f"{name} took it from pool {roster.name}",
        looked_at=considered(chosen),
    )


def why_not_taken(roster: Roster, taker: OwnerId, ask: Ask) -> str | None:
    """Say why `taker` cannot have a lead that waits in this pool, in words that follow "is"."""
    seat = next((seat for seat in roster.seats if seat.owner.id == taker), None)
    if seat is None:
        return f"not in pool {roster.name}"
    return obstacle(seat.schedule, replace(ask, any_hour=True), roster.name)
