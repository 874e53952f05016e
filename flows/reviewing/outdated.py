"""Proposals of a policy that is in force no more: taken back, decided by the one that is."""

from collections.abc import Sequence
from dataclasses import replace

from flows.decide import decide_all, is_on
from flows.plurals import count_of
from flows.wiring import Wiring
from leads.keys import RunId
from store.desk import Desk
from store.review_rows import Proposal, ReviewState

_WHY = "its policy was in force no more"


def decide_outdated(wiring: Wiring, run: RunId) -> int:
    """
    Decide again what an earlier policy proposed and nobody answered; answer how many.

    Only for the policy in force: another process may still decide by the one before. Nothing waits
    for longer than it would have; the first of this policy are looked at as ever.
    """
    policy = wiring.configuration.policy
    paused = wiring.store.paused()

    def decide(desk: Desk) -> int:
        found = [
            each
            for each in desk.outdated(policy.hash)
            if is_on(wiring, each.review.lead.source, paused)
        ]
        return _decide(wiring, desk, found, run) if found and _is_in_force(wiring) else 0

    return wiring.store.at_desk(wiring.now(), decide)


def _is_in_force(wiring: Wiring) -> bool:
    latest = wiring.store.latest_version()
    return latest is not None and latest.hash == wiring.configuration.policy.hash


def outdated_line(count: int) -> str:
    what = count_of(count, "lead")
    told = f"{what} that waited for a review under an earlier policy: decided again by this one"
    return told if count else ""


def _decide(wiring: Wiring, desk: Desk, found: Sequence[Proposal], run: RunId) -> int:
    now = wiring.now()
    for each in found:
        desk.answer(
            replace(
                each.review,
                state=ReviewState.OUTDATED,
                answered_at=now,
                by="the policy in force",
                reason=_WHY,
            )
        )
    waiting = [desk.waits_again(each.review.lead) for each in found]
    if waiting:
        no_later = {each.review.lead: each.review.deadline for each in found}
        decide_all(wiring, desk, waiting, run, no_later=no_later)
    return len(waiting)
