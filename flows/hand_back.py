"""Handing back: whoever has a lead gives it up, and it is routed at once to somebody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.decide import decide_all
from flows.plurals import count_of
from flows.wiring import Wiring
from leads.decision import Decision, Method
from leads.keys import CrmOwnerId, LeadKey, OwnerId, RunId
from routing.policy import Policy
from store.desk import Desk
from store.return_rows import AskedBack, HandBack
from store.rows import DeliveryState, LeadState, StoredDelivery, StoredLead

BATCH = 200
_A_MOMENT = timedelta(minutes=1)
"""Two who hand a lead back at once begin apart: one may be through before the other asks."""
_OURS = (DeliveryState.WRITTEN, DeliveryState.UNCHANGED)
_DECIDED = (LeadState.DECIDED, LeadState.DUPLICATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What is asked of one lead. `attempt` is the decision that is meant: a later one is not.

    `owner_in_crm` is who has the record there, as it was seen last; `by` who asks, if it is known.
    `at` is when a person asked: without `by`, whoever was given it since is not meant.
    """

    lead: LeadKey
    attempt: int
    owner_in_crm: CrmOwnerId | None
    reason: str
    is_lead: bool
    by: OwnerId | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """
    What came of it: a decision; none, if a pool holds the lead now; or why nothing did.

    `is_early`: there is nothing yet to hand back, but there will be.
    """

    decision: Decision | None = None
    refusal: str = ""
    is_early: bool = False


def hand_back(wiring: Wiring, asked: Asked, run: RunId) -> Returned:
    """Take the lead from whoever has it and decide it anew; of two who ask at once, one does."""
    return wiring.store.at_desk(wiring.now(), lambda desk: _hand_back(wiring, desk, asked, run))


def answer_statuses(wiring: Wiring, crm: str, run: RunId) -> list[Decision]:
    """
    Hand back what people gave up by a status in `crm`; answer what was decided anew.

    Each is one transaction: after a crash the others are still asked for.
    """
    made: list[Decision] = []
    with wiring.store.desk(wiring.now()) as desk:
        waiting = desk.asked_back(crm, limit=BATCH) if crm in wiring.crms else []
    for each in waiting:
        made += _answer(wiring, each, run)
    return made


def handed_back_line(crm: str, count: int) -> str:
    """Return one sentence of what was given to others by its status in `crm`; empty of nothing."""
    if not count:
        return ""
    what = count_of(count, "lead was", "leads were")
    return f"{crm}: {what} handed back by a status; `firsttouch returns` says by whom, and why"


def _answer(wiring: Wiring, asked: AskedBack, run: RunId) -> list[Decision]:
    def answer(desk: Desk) -> list[Decision]:
        stored = desk.stored(asked.lead)
        found = _hand_back(wiring, desk, _asked(wiring, asked, stored), run)
        if not found.is_early:
            desk.answer_asked_back(asked)
        return [found.decision] if found.decision else []

    return wiring.store.at_desk(wiring.now(), answer)


def _asked(wiring: Wiring, asked: AskedBack, stored: StoredLead) -> Asked:
    return Asked(
        lead=asked.lead,
        attempt=attempt_of(stored),
        owner_in_crm=CrmOwnerId(asked.owner_seen or ""),
        reason=asked.status,
        is_lead=not wiring.configuration.returns.is_no_lead(asked.status),
    )


def attempt_of(stored: StoredLead) -> int:
    """Return the number of the lead's latest decision that was to be written; 0 of none."""
    return max((each.attempt for each in stored.deliveries), default=0)


def _hand_back(wiring: Wiring, desk: Desk, asked: Asked, run: RunId) -> Returned:
    stored, policy = desk.stored(asked.lead), wiring.configuration.policy
    refusal = why_not(stored, asked, policy)
    if refusal.refusal:
        return refusal
    assert stored.decision is not None
    last = stored.deliveries[-1]
    back = HandBack(
        lead=asked.lead,
        attempt=last.attempt,
        owner=last.delivery.owner,
        by=asked.by,
        reason=asked.reason,
        is_lead=asked.is_lead,
        at=wiring.now(),
    )
    is_void = not _is_charged(stored.decision, policy, is_lead=asked.is_lead)
    waiting = desk.take_back(back, is_void=is_void)
    made = decide_all(wiring, desk, [waiting], run)
    return Returned(decision=made[0] if made else None)


def _is_charged(made: Decision, policy: Policy, *, is_lead: bool) -> bool:
    """Whether the turn counts all the same, by the pool that gave the lead."""
    pool = policy.pools.get(made.pool) if made.pool else None
    if pool is None:
        return False
    return pool.charges_hand_backs if is_lead else pool.charges_rejected


def why_not(stored: StoredLead, asked: Asked, policy: Policy) -> Returned:
    """Say what stands in the way of handing a lead back; without a refusal, nothing does."""
    if stored.state not in _DECIDED or not stored.deliveries:
        return Returned(refusal=f"nobody has it: it is {stored.state}")
    last = stored.deliveries[-1]
    if asked.by is None and _is_anothers(last, asked):
        return Returned(refusal=_given_on(stored, last, policy))
    if last.state is DeliveryState.PENDING:
        crm = last.delivery.crm
        why = f"nobody has it yet: its owner is still to be written to {crm}"
        return Returned(refusal=f"{why}; hand it back when it is", is_early=True)
    if last.state not in _OURS or asked.owner_in_crm != last.delivery.crm_owner:
        return Returned(refusal=_not_ours(last, asked, policy))
    return Returned(refusal=_not_theirs(stored, last, asked, policy))


def _is_anothers(last: StoredDelivery, asked: Asked) -> bool:
    """Whether it was given on since the caller looked, which is a moment before they ask."""
    if last.attempt != asked.attempt:
        return True
    return last.attempt > 1 and asked.at is not None and last.created_at > asked.at - _A_MOMENT


def _given_on(stored: StoredLead, last: StoredDelivery, policy: Policy) -> str:
    owner, saw = last.delivery.owner, stored.decision.saw if stored.decision else None
    why = "somebody handed it back" if saw and saw.returned else "it was decided again"
    name, since = policy.name_of(owner), f"{last.created_at:%H:%M:%S} UTC"
    return f"{why} a moment ago: {name} has it since {since}; say --by {owner} to hand it back"


def _not_ours(last: StoredDelivery, asked: Asked, policy: Policy) -> str:
    """A person's choice, or the vendor's: it is not ours to take back."""
    crm = last.delivery.crm
    if last.state is DeliveryState.REFUSED:
        return f"{crm} refused its owner; the next sync gives it to the fallback"
    if last.state is DeliveryState.GONE:
        return f"its record was deleted in {crm}"
    now = asked.owner_in_crm or last.owner_found
    names = {owner.crm.get(crm): owner.name for owner in policy.owners.values()}
    whose = f"{names.get(CrmOwnerId(now), now)}'s" if now else "nobody's"
    return f"it is {whose} in {crm} by a person's choice, which stands: change the owner there"


def _not_theirs(stored: StoredLead, last: StoredDelivery, asked: Asked, policy: Policy) -> str:
    """Nothing (""), or why who asks cannot, or who has it must keep it."""
    assert stored.decision is not None
    owner, saw = last.delivery.owner, stored.decision.saw
    name = policy.name_of(owner)
    if asked.by is not None and asked.by != owner:
        return f"it is {name}'s and not {policy.name_of(asked.by)}'s"
    if last.attempt != asked.attempt:
        return f"somebody handed it back a moment ago: it is {name}'s now"
    if not asked.is_lead and stored.decision.method is Method.STEWARD:
        return f"it is set aside with {name} already"
    if asked.is_lead and saw is not None and owner in saw.returned:
        last_resort = f"{name} handed it back before, and is where it ends"
        return f"{last_resort}: change the owner in {last.delivery.crm}, or say that it is no lead"
    return ""
