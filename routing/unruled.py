"""A decision that no rule makes: one owner, and a sentence why."""

from dataclasses import dataclass
from datetime import datetime

from leads.decision import Candidate, CandidateStatus, Decision, Method, Standing
from leads.keys import LeadKey, OwnerId
from routing.policy import Policy
from routing.sla_terms import Sla


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Who has it: `reason` is the decision's sentence, `because` the candidate's."""

    owner: OwnerId
    method: Method
    reason: str
    because: str


def unruled(
    lead: LeadKey,
    settled: Settled,
    policy: Policy,
    *,
    sla: Sla,
    sla_due: datetime,
    now: datetime,
    saw: Standing,
) -> Decision:
    """Return it; nobody's turn is charged."""
    chosen = Candidate(owner=settled.owner, status=CandidateStatus.CHOSEN, reason=settled.because)
    return Decision(
        lead=lead,
        owner=settled.owner,
        pool=None,
        rule=None,
        method=settled.method,
        reason=settled.reason,
        policy=policy.hash,
        decided_at=now,
        sla=sla.name,
        sla_due=sla_due,
        candidates=(chosen,),
        saw=saw,
    )
