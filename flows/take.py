"""Taking: a rep has the next lead of a pool that is taken from; no two get the same."""

from dataclasses import dataclass

from flows.decide import HELD_AT_ONCE, Batch, batch_of, is_on
from flows.planned_writes import writes_for
from flows.recognise import keys_of
from flows.wiring import Wiring
from leads.decision import BY_NOBODY, Decision, HoldKind, Method, Standing
from leads.keys import OwnerId, PoolName, RunId
from store.desk import Desk
from store.rows import WaitingLead


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What came of it. Without a decision `refusals` say why, unless nothing waits at all."""

    decision: Decision | None
    waiting: int
    refusals: tuple[str, ...] = ()

    @property
    def refusal(self) -> str:
        """What stands in the way of the most urgent lead."""
        return self.refusals[0] if self.refusals else ""


def take(wiring: Wiring, pool: PoolName, owner: OwnerId, run: RunId) -> Take:
    """
    Give `owner` the most urgent lead of `pool` that they may have: by SLA deadline, then by age.

    What stands in the way of one lead may not of the next: a skill, a cap on a segment.
    """
    paused = wiring.store.paused()

    def next_of(desk: Desk) -> Take:
        held = desk.held([HoldKind.TAKE], limit=HELD_AT_ONCE, pool=pool)
        waiting = [each for each in held if is_on(wiring, each.lead.key.source, paused)]
        batch = batch_of(wiring, desk, waiting)
        refusals: dict[str, None] = {}
        for each in waiting:
            standing = _standing(wiring, batch, each, owner)
            made = wiring.engine.decide(each.lead, standing, wiring.now())
            if made.method is Method.TAKE:
                keys = keys_of(each.lead, wiring.configuration.policy)
                writes = writes_for(wiring, each.lead, made, each.back, gone=batch.gone)
                desk.record_decision(made, keys, writes, read=each.lead, run=run)
                return Take(decision=made, waiting=len(waiting) - 1)
            why = wiring.engine.why_not_taken(each.lead, standing, wiring.now(), pool)
            refusals[why or made.reason] = None
        return Take(decision=None, waiting=len(waiting), refusals=tuple(refusals))

    return wiring.store.at_desk(wiring.now(), next_of)


def _standing(wiring: Wiring, batch: Batch, waiting: WaitingLead, owner: OwnerId) -> Standing:
    """Give what to decide from as if `owner` took it; any method but TAKE says they may not."""
    return batch.book.standing(
        person=batch.recognise.person(waiting.lead),
        account=batch.recognise.account(waiting.lead),
        held_since=waiting.held_since,
        held_by=waiting.held_by,
        taker=owner,
        returned=waiting.back.returned if waiting.back else BY_NOBODY,
        no_lead=waiting.back is not None and waiting.back.no_lead,
        crm=wiring.crm_of(waiting.lead.key.source),
    )
