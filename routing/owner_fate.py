"""What became of one lead, seen from one owner: had it, or why not."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leads.decision import Accrual, CandidateStatus, Decision, Method, Tally
from leads.keys import LeadKey, OwnerId
from routing.explain import rotation_after
from routing.policy import Policy, Rule, ToAccountOwner, ToOwner, ToPool
from routing.targets import NO_TALLY

_COUNTED = re.compile(r"at [\d.]+( of \d+)? open leads")
NOT_KEPT = "not kept why"


class Fate(StrEnum):
    """The four ways a lead can go, of which each goes one."""

    GOT = "got"
    PASSED_OVER = "passed_over"  # could have had it; another was more due
    SKIPPED = "skipped"  # was asked, and could not
    ELSEWHERE = "elsewhere"  # was not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFate:
    """
    One lead. `what` is alike for all leads of which the same is to be said; `reason` has the
    particulars of this one.

    `is_of_theirs`: its rule gives to a pool of the owner's, or names them. `tally` is the owner's
    place in the rotation with this lead, where it had one. `by_model`: not by turns.
    """

    lead: LeadKey
    at: datetime
    to: OwnerId
    fate: Fate
    what: str
    reason: str
    is_of_theirs: bool
    tally: Tally | None = None
    by_model: bool = False


def fate_of(decision: Decision, owner: OwnerId, policy: Policy) -> LeadFate:
    """`decision` with its candidates as far as they can be told, `policy` the one it went by."""
    rule = next((each for each in policy.rules if each.name == decision.rule), None)
    fate, what, reason = _fate(decision, owner, rule, policy)
    return LeadFate(
        lead=decision.lead,
        at=decision.decided_at,
        to=decision.owner,
        fate=fate,
        what=what,
        reason=reason,
        is_of_theirs=fate is not Fate.ELSEWHERE or _is_listed(rule, owner, policy),
        tally=_tally(decision, owner),
        by_model=decision.method is Method.BEST_MATCH,
    )


def _fate(
    decision: Decision, owner: OwnerId, rule: Rule | None, policy: Policy
) -> tuple[Fate, str, str]:
    if decision.owner == owner:
        return Fate.GOT, decision.method.value, decision.reason
    seen = next((each for each in decision.candidates if each.owner == owner), None)
    if seen is None:
        return _untold(decision, owner, rule, policy)
    if seen.status is CandidateStatus.SKIPPED:
        return Fate.SKIPPED, _obstacle(seen.reason), seen.reason
    return Fate.PASSED_OVER, decision.owner, seen.reason


def _untold(
    decision: Decision, owner: OwnerId, rule: Rule | None, policy: Policy
) -> tuple[Fate, str, str]:
    """Tell by the numbers that are kept, where nothing tells of the owner in words."""
    match = decision.saw.match if decision.saw else None
    if match is not None and owner in match.owners:
        return Fate.PASSED_OVER, decision.owner, f"{NOT_KEPT} another was worth more"
    if any(owner in accrual.shares for accrual in decision.accruals):
        return Fate.PASSED_OVER, decision.owner, f"{NOT_KEPT} another was more due"
    if not decision.candidates and decision.saw and owner in decision.saw.open_leads:
        return Fate.SKIPPED, NOT_KEPT, NOT_KEPT
    what = _elsewhere(decision, owner, rule, policy)
    return Fate.ELSEWHERE, what, what


def _elsewhere(decision: Decision, owner: OwnerId, rule: Rule | None, policy: Policy) -> str:
    name = decision.rule or decision.method.value.replace("_", " ")
    if not _is_listed(rule, owner, policy):
        return name
    if decision.method is Method.TAKE:
        return f"{name} (taken by {decision.owner})"
    before = f"pool {decision.pool}" if decision.pool else decision.method.value.replace("_", " ")
    return f"{name} ({before} came first on its list)"


def _is_listed(rule: Rule | None, owner: OwnerId, policy: Policy) -> bool:
    for target in rule.assign if rule else ():
        match target:
            case ToPool(pool=pool):
                if any(member.owner == owner for member in policy.pools[pool].members):
                    return True
            case ToOwner(owner=named):
                if named == owner:
                    return True
            case ToAccountOwner():
                pass
    return False


def _obstacle(reason: str) -> str:
    """Leave out what differs from lead to lead: until when, how many."""
    reason = reason.partition(" until ")[0].partition(", without a working hour")[0]
    reason = reason.partition(", free again")[0]
    return "at the cap" if _COUNTED.fullmatch(reason) else reason


def _tally(decision: Decision, owner: OwnerId) -> Tally | None:
    for accrual in decision.accruals:
        if owner in accrual.shares:
            return _after(decision, accrual, owner)
    return None


def _after(decision: Decision, accrual: Accrual, owner: OwnerId) -> Tally:
    saw = decision.saw.rotation.get(accrual.pool, {}) if decision.saw else {}
    return rotation_after(saw.get(owner, NO_TALLY), owner, accrual)
