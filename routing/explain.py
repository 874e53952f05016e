"""A decision in sentences a rep understands: why this owner, and why not each other one."""

from collections.abc import Iterator
from enum import StrEnum

from leads.decision import (
    Accrual,
    Arm,
    Candidate,
    CandidateStatus,
    Decision,
    Method,
    RuleTrial,
    Standing,
    Tally,
)
from leads.keys import OwnerId
from leads.lead import Lead
from leads.matches import SamePerson
from routing.availability import Schedule
from routing.capacity import in_hand
from routing.eligibility import Ask, full
from routing.lead_clock import told
from routing.policy import Policy
from routing.rulebook import looks_at
from routing.same_person import required, why_not
from routing.targets import NO_TALLY
from routing.wording import account_by, listed, moment, place, same_by

_ASKED_ABOUT = 5
_ARMS = {
    Arm.MODEL: "one of those that the model gives away",
    Arm.CONTROL: "one of those that go by turns, to compare with",
    Arm.EXPLORED: "one of those that are drawn, to learn",
}


class Came(StrEnum):
    """What came of a decision, as far as its reader must know."""

    WENT = "went to"
    GOES = "goes to"  # the CRM is still to be told
    MEANT = "was decided for"  # it does not stand, or not any longer
    WOULD = "would go to"  # nothing was decided so


def explain(
    decision: Decision, policy: Policy, lead: Lead | None = None, *, came: Came = Came.WENT
) -> list[str]:
    """
    Give the reason, what was recognised, the rules in order, everybody considered, what they had
    in hand, and the rotation before and after; one line each. Of the `lead`, where it is known,
    what its own clock read, if a rule asks for that.

    Times are in the owner's zone. `policy` should be the one decided by: with another one, owners
    it does not know appear by their id.
    """
    return [
        f"Lead {decision.lead} {came} {policy.name_of(decision.owner)}.",
        decision.reason,
        _when(decision, policy, came),
        *_promise(decision, policy),
        *_recognised(decision, policy),
        *_local_clock(decision, policy, lead),
        *(_rule(trial) for trial in decision.rules),
        *(_candidate(candidate, policy) for candidate in decision.candidates),
        *_model(decision, policy),
        *_in_hand(decision, policy),
        *_rotation(decision, policy),
    ]


def _when(decision: Decision, policy: Policy, came: Came) -> str:
    owner = policy.owners.get(decision.owner)
    zone = owner.timezone if owner else policy.timezone
    decided, due = moment(decision.decided_at, zone), moment(decision.sla_due, zone)
    was = "Decided as it was" if came is Came.WOULD else "It was decided"
    owed = f"SLA {decision.sla} wants a first touch by {due}"
    if decision.method is Method.STEWARD:
        owed = "nobody is to be in touch"
    return f"{was} on {decided} under policy {decision.policy}; {owed}."


def _promise(decision: Decision, policy: Policy) -> Iterator[str]:
    """Say whose SLA holds of a lead that a rule took and that ends at the fallback."""
    own = next((rule.sla for rule in policy.rules if rule.name == decision.rule), None)
    if decision.method is not Method.FALLBACK or own is None or own == policy.fallback_sla:
        return
    if decision.sla == own:
        yield f"SLA {own} is the rule's and goes with the lead: the fallback's would end later."
    else:
        yield f"SLA {decision.sla} is the fallback's, and ends sooner than the rule's ({own})."


def _recognised(decision: Decision, policy: Policy) -> Iterator[str]:
    saw = decision.saw
    if saw is None:
        return
    yield from _person(decision, saw, policy)
    account = saw.account
    if account is not None:
        whose = f"{policy.name_of(account.owner)}'s" if account.owner else "nobody's whom we know"
        where = f" ({account.account})" if account.account else ""
        yield f"Its company's account is {account.name}{where}, {whose}: {account_by(account)}."
        yield from (f"Not the account {other}." for other in account.passed_over)


def _person(decision: Decision, saw: Standing, policy: Policy) -> Iterator[str]:
    person = saw.person
    if person is None:
        return
    whose = policy.name_of(person.owner)
    yield f"It is the same person as {person.record}, who is {whose}'s: {same_by(person)}."
    yield from (f"That counts before {other}." for other in person.passed_over)
    ask = _ask_of_person(decision, saw, person, policy)
    problem = why_not(ask, policy)
    if problem is not None:
        yield f"That did not decide it, because {problem}: the rules did."
    yield from _past_a_cap(decision, ask, policy)
    if problem is None:
        yield from _a_record_more(person, ask, policy)


def _past_a_cap(decision: Decision, ask: Ask, policy: Policy) -> Iterator[str]:
    """Say why an owner at a cap has it all the same: the person's record is theirs already."""
    owner = policy.owners.get(decision.owner)
    if owner is None or decision.fills or decision.method is not Method.SAME_PERSON:
        return
    at_a_cap = full(Schedule(owner), ask)
    if at_a_cap is not None:
        yield (
            f"{owner.name} is {at_a_cap}, and has it all the same: the person's record in "
            f"{ask.crm} is used, so this lead is no record more and no cap counts it."
        )


def _a_record_more(person: SamePerson, ask: Ask, policy: Policy) -> Iterator[str]:
    """Say why a CRM that has the person is given a further record of them."""
    is_there = ask.crm is not None and policy.crm_of.get(person.record.source) == ask.crm
    if is_there and ask.crm != ask.lead.source and not person.crm_finds:
        yield (
            f"{ask.crm} looks for its e-mail address and number, and finds that record by neither: "
            "so this lead is a record more there, and caps count it."
        )


def _ask_of_person(decision: Decision, saw: Standing, person: SamePerson, policy: Policy) -> Ask:
    """Give what was asked of whoever has the person: what the rule that decided requires."""
    rule = next((each for each in policy.rules if each.name == decision.rule), None)
    return Ask(
        lead=decision.lead,
        now=decision.decided_at,
        standing=saw,
        crm=policy.crm_of.get(decision.lead.source),
        seen_within=None,
        require=required(person, rule),
        prefer=frozenset(),
        segments=frozenset(decision.segments),
    )


def _local_clock(decision: Decision, policy: Policy, lead: Lead | None) -> Iterator[str]:
    if lead is not None and any(
        looks_at(policy, field) for field in ("local_time", "local_weekday")
    ):
        yield told(lead, decision.decided_at)


def _rule(trial: RuleTrial) -> str:
    if trial.matched:
        return f"Rule {trial.rule} matched."
    return f"Rule {trial.rule} did not match: {'; '.join(trial.failed_on)}."


def _candidate(candidate: Candidate, policy: Policy) -> str:
    name = policy.name_of(candidate.owner)
    match candidate.status:
        case CandidateStatus.CHOSEN:
            return f"{name} was chosen: {candidate.reason}."
        case CandidateStatus.ELIGIBLE:
            return f"{name} could have had it: {candidate.reason}."
        case CandidateStatus.SKIPPED:
            return f"{name} was skipped: {candidate.reason}."


def _model(decision: Decision, policy: Policy) -> Iterator[str]:
    """Say what the model said of everybody it was asked about."""
    match = decision.saw.match if decision.saw else None
    if match is None:
        return
    rows = zip(match.owners, match.chances, match.priced, strict=True)
    ranked = sorted(rows, key=lambda row: (-row[2], row[0]))
    said = [f"{policy.name_of(who)} {chance:.1%}" for who, chance, _ in ranked[:_ASKED_ABOUT]]
    rest = len(ranked) - len(said)
    more = f" and {rest} more" if rest else ""
    yield (
        f"Version {match.version} of the model said, whoever is worth most first: "
        f"{', '.join(said)}{more}; {match.usual:.1%} with the usual owner."
    )
    yield (
        f"Its lot is {match.draw:.3f}, so it is {_ARMS[match.arm]}; that it went where it did had "
        f"a chance of {match.propensity:.0%}."
    )


def _in_hand(decision: Decision, policy: Policy) -> Iterator[str]:
    """Say what everybody looked at had in hand, as far as a cap can be told of."""
    counted = decision.saw.open_leads if decision.saw else {}
    capped = [
        f"{policy.owners[who].name} {in_hand(policy.owners[who], count)}"
        for who, count in counted.items()
        if who in policy.owners and policy.owners[who].max_open is not None
    ]
    if capped:
        yield f"In hand at that moment: {listed(capped)}."


def _rotation(decision: Decision, policy: Policy) -> Iterator[str]:
    """Say where everybody stood in the rotation, and stands once this lead is counted."""
    for accrual in decision.accruals:
        saw = decision.saw.rotation.get(accrual.pool, {}) if decision.saw else {}
        for owner in accrual.shares:
            before = saw.get(owner, NO_TALLY)
            after = rotation_after(before, owner, accrual)
            where = place(after.entitled - after.assigned)
            yield (
                f"In pool {accrual.pool}, {policy.name_of(owner)} had {_due(before)}; "
                f"after this one {_due(after)}: {where}."
            )


def _due(tally: Tally) -> str:
    leads = "lead" if tally.assigned == 1 else "leads"
    return f"{tally.assigned} {leads} with {tally.entitled:.2f} due"


def rotation_after(tally: Tally, owner: OwnerId, accrual: Accrual) -> Tally:
    """Give a member's place once the decision that made `accrual` is counted."""
    charge = 1 if owner == accrual.charged else 0
    entitled = tally.entitled + accrual.shares[owner]
    return Tally(entitled=entitled, assigned=tally.assigned + charge)
