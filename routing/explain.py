"""A decision in sentences a rep understands: why this owner, and why not each other one."""

from collections.abc import Iterator

from leads.decision import Accrual, Candidate, CandidateStatus, Decision, RuleTrial, Tally
from leads.keys import OwnerId
from routing.policy import Owner, Policy
from routing.targets import NO_TALLY
from routing.wording import moment, place


def explain(decision: Decision, policy: Policy) -> list[str]:
    """
    Give the reason, the rules in order, everybody considered, and the rotation; one line each.

    Times are in the owner's zone. `policy` should be the one decided by: with another one, owners
    it does not know appear by their id.
    """
    return [
        _who(decision, policy),
        decision.reason,
        _when(decision, policy),
        *(_rule(trial) for trial in decision.rules),
        *(_candidate(candidate, policy) for candidate in decision.candidates),
        *_rotation(decision, policy),
    ]


def _who(decision: Decision, policy: Policy) -> str:
    return f"Lead {decision.lead} went to {_name(decision.owner, policy)}."


def _when(decision: Decision, policy: Policy) -> str:
    owner = policy.owners.get(decision.owner)
    zone = owner.timezone if owner else "UTC"
    decided, due = moment(decision.decided_at, zone), moment(decision.sla_due, zone)
    return (
        f"It was decided on {decided} under policy {decision.policy}; "
        f"SLA {decision.sla} wants a first touch by {due}."
    )


def _rule(trial: RuleTrial) -> str:
    if trial.matched:
        return f"Rule {trial.rule} matched."
    return f"Rule {trial.rule} did not match: {'; '.join(trial.failed_on)}."


def _candidate(candidate: Candidate, policy: Policy) -> str:
    name = _name(candidate.owner, policy)
    match candidate.status:
        case CandidateStatus.CHOSEN:
            return f"{name} was chosen: {candidate.reason}."
        case CandidateStatus.ELIGIBLE:
            return f"{name} could have had it: {candidate.reason}."
        case CandidateStatus.SKIPPED:
            return f"{name} was skipped: {candidate.reason}."


def _rotation(decision: Decision, policy: Policy) -> Iterator[str]:
    """Say where everybody stands in the rotation once this lead is counted."""
    for accrual in decision.accruals:
        before = decision.saw.rotation.get(accrual.pool, {}) if decision.saw else {}
        for owner in accrual.shares:
            after = _after(before.get(owner, NO_TALLY), owner, accrual)
            due = f"had {after.assigned} of {after.entitled:.2f} leads due"
            where = place(after.entitled - after.assigned)
            name = _name(owner, policy)
            yield f"In pool {accrual.pool}, {name} has now {due}: {where}."


def _after(tally: Tally, owner: OwnerId, accrual: Accrual) -> Tally:
    charge = 1 if owner == accrual.charged else 0
    entitled = tally.entitled + accrual.shares[owner]
    return Tally(entitled=entitled, assigned=tally.assigned + charge)


def _name(owner: OwnerId, policy: Policy) -> str:
    known: Owner | None = policy.owners.get(owner)
    return known.name if known else owner
