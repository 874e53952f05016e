"""Specialists who are not in a pool, and come before those of it without the preferred skills."""

from collections.abc import Mapping
from dataclasses import replace

from leads.decision import Candidate, CandidateStatus
from leads.keys import OwnerId
from routing.attempt import Attempt, Considered
from routing.eligibility import Ask, Schedules
from routing.policy import Member, Owner, Pool
from routing.roster import Roster, Seat, obstacle_of, roster_of, skipped
from routing.targets import try_pool
from routing.wording import listed


def outsiders_of(
    pool: Pool, skills: frozenset[str], owners: Mapping[OwnerId, Owner], schedules: Schedules
) -> Roster:
    """
    Seat everybody with these skills who is no member, each by their own weight.

    They have their turns in the pool's own rotation, each lead among those it could have gone to.
    """
    members = {member.owner for member in pool.members}
    found = [
        Member(owner=owner.id, weight=owner.weight)
        for owner in owners.values()
        if owner.id not in members and skills <= owner.skills and not owner.is_queue
    ]
    seated = replace(pool, members=tuple(found), is_sticky=False, joiners=0, returners=0)
    where = f"with {listed(sorted(skills))} from outside pool {pool.name}"
    return roster_of(seated, owners, schedules, where=where)


def try_with_outsiders(roster: Roster, outsiders: Roster, ask: Ask) -> Attempt:
    """Choose among members with the preferred skills, else outsiders with them, else the rest."""
    if not outsiders.seats or any(_comes_first(roster, seat, ask) for seat in roster.able(ask)):
        return try_pool(roster, ask)
    found = try_pool(outsiders, ask)
    if found.owner is None:
        rest = try_pool(roster, ask)
        return replace(rest, looked_at=_both(found.looked_at, rest.looked_at))
    owners = (*roster.owners, *found.looked_at.owners)
    return replace(
        found,
        looked_at=Considered(
            owners, lambda again: (*_passed_over(roster, again), *found.looked_at.tell(again))
        ),
    )


def _comes_first(roster: Roster, seat: Seat, ask: Ask) -> bool:
    has_the_account = roster.pool.is_sticky and seat.owner.id == ask.account_owner
    return has_the_account or ask.prefer <= seat.owner.skills


def _both(first: Considered, then: Considered) -> Considered:
    return Considered(
        (*first.owners, *then.owners), lambda ask: (*first.tell(ask), *then.tell(ask))
    )


def _passed_over(roster: Roster, ask: Ask) -> list[Candidate]:
    """Tell of the members: who could have taken it lacks a preferred skill."""
    told = []
    for seat in roster.seats:
        problem = obstacle_of(roster.name, seat, ask)
        if problem is not None:
            told.append(skipped(seat.owner.id, problem))
            continue
        wanted = listed(sorted(ask.prefer - seat.owner.skills))
        reason = f"able to take it, but without the preferred skill {wanted}"
        told.append(Candidate(owner=seat.owner.id, status=CandidateStatus.ELIGIBLE, reason=reason))
    return told
