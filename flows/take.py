"""Taking: a rep has the next lead of a pool that is taken from; no two get the same."""

from dataclasses import dataclass

from flows.decide import HELD_AT_ONCE, Batch, batch_of, is_on
from flows.planned_writes import writes_for
from flows.recognise import keys_of
from flows.wiring import Wiring
from leads.decision import BY_NOBODY, CandidateStatus, Decision, HoldKind, Method
from leads.keys import OwnerId, PoolName, RunId
from store.rows import WaitingLead


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What came of it. Without a decision `refusal` says why, unless nothing waits at all."""

    decision: Decision | None
    waiting: int
    refusal: str = ""


def take(wiring: Wiring, pool: PoolName, owner: OwnerId, run: RunId) -> Take:
    """
    Give `owner` the most urgent lead of `pool` that they may have: by SLA deadline, then by age.

    What stands in the way of one lead may not of the next: a skill, a cap on a segment.
    """
    paused = wiring.store.paused()
    with wiring.store.desk(wiring.now()) as desk:
        held = desk.held([HoldKind.TAKE], limit=HELD_AT_ONCE, pool=pool)
        waiting = [each for each in held if is_on(wiring, each.lead.key.source, paused)]
        batch = batch_of(wiring, desk, waiting)
        refusal = ""
        for each in waiting:
            made = _asked_for(wiring, batch, each, owner)
            if made.method is Method.TAKE:
                keys = keys_of(each.lead, wiring.configuration.policy)
                writes = writes_for(wiring, each.lead, made, each.back)
                desk.record_decision(made, keys, writes, read=each.lead, run=run)
                return Take(decision=made, waiting=len(waiting) - 1)
            refusal = refusal or _why_not(made, owner)
    return Take(decision=None, waiting=len(waiting), refusal=refusal)


def _asked_for(wiring: Wiring, batch: Batch, waiting: WaitingLead, owner: OwnerId) -> Decision:
    """Decide as if `owner` took it; any other method than TAKE says that they may not."""
    standing = batch.book.standing(
        person=batch.recognise.person(waiting.lead),
        account=batch.recognise.account(waiting.lead),
        held_since=waiting.held_since,
        taker=owner,
        returned=waiting.back.returned if waiting.back else BY_NOBODY,
        no_lead=waiting.back is not None and waiting.back.no_lead,
    )
    return wiring.engine.decide(waiting.lead, standing, wiring.now())


def _why_not(made: Decision, owner: OwnerId) -> str:
    skipped = (
        each.reason
        for each in made.candidates
        if each.owner == owner and each.status is CandidateStatus.SKIPPED
    )
    return next(skipped, made.reason)
