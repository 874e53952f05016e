"""A further record of a person goes to whoever has the first; the rotation is not charged."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from leads.decision import Candidate, CandidateStatus, Decision, Method, Standing
from leads.keys import LeadKey, OwnerId
from leads.matches import SamePerson
from routing.availability import Schedule
from routing.eligibility import Ask, bearing, full
from routing.fallback import fallback_candidate
from routing.policy import Owner, Policy, Rule
from routing.sla import due_on
from routing.wording import gave_up, listed, same_by


def same_person_decision(
    ask: Ask, policy: Policy, schedules: Mapping[OwnerId, Schedule]
) -> Decision | None:
    """
    Return the decision; None where the owner of the first record has left the policy or the CRM.

    While that owner is on leave the backup has it; without one the rules decide. An owner at a cap
    gets no record more, not even this one; nor does anybody else, so that two do not work one
    person: the fallback has it. Whoever has it needs what the lead's own rule requires; else the
    rules decide.
    """
    standing, now = ask.standing, ask.now
    person = standing.person
    if person is None or why_not(ask, policy) is not None:
        return None
    has_it = policy.owners[person.owner]
    owner, chosen = _keeper(has_it, policy, standing, now), Method.SAME_PERSON
    reason = f"{has_it.name} already has this person's record {person.record} ({same_by(person)})"
    skipped = []
    if owner is not has_it:
        reason += f" and is on leave; {owner.name} is the backup"
        skipped.append(_skipped(has_it.id, "on leave"))
    fills = adds_a_record(ask.lead, person, policy)
    at_a_cap = full(schedules[owner.id], ask) if fills else None
    if at_a_cap is not None:
        skipped.append(_skipped(owner.id, at_a_cap))
        reason += f", but is {at_a_cap}"
        owner, chosen = policy.owners[policy.fallback], Method.FALLBACK
        reason += f"; so it goes to the fallback, {owner.name}"
    sla = policy.slas[policy.fallback_sla]
    return Decision(
        lead=ask.lead,
        owner=owner.id,
        pool=None,
        rule=None,
        method=chosen,
        reason=f"{reason}.",
        policy=policy.hash,
        decided_at=now,
        sla=sla.name,
        sla_due=due_on(sla, schedules[owner.id], now, ask.zones),
        candidates=(*skipped, _chosen(owner, chosen, has_it)),
        segments=tuple(sorted(ask.segments)),
        fills=fills,
        saw=what_it_saw(ask, policy, schedules),
    )


def what_it_saw(ask: Ask, policy: Policy, schedules: Mapping[OwnerId, Schedule]) -> Standing:
    """Give the part of the standing that tells whether the first owner keeps the person."""
    standing = ask.standing
    assert standing.person is not None
    first = policy.owners.get(standing.person.owner)
    looked_at = [who for who in (first.id, first.backup) if who] if first else []
    capped = [who for who in looked_at if who in schedules and schedules[who].gauges]
    return Standing(
        open_leads={who: standing.open_leads.get(who, 0.0) for who in looked_at},
        rotation={},
        away={who: standing.away[who] for who in looked_at if who in standing.away},
        person=standing.person,
        taken={who: bearing(schedules[who], ask) for who in capped},
        returned=standing.returned,
        barred={who: standing.barred[who] for who in looked_at if who in standing.barred},
    )


def beside(
    saw: Standing, ask: Ask, policy: Policy, schedules: Mapping[OwnerId, Schedule]
) -> Standing:
    """Add to what the rules saw what was looked at before them."""
    if ask.standing.person is None:
        return saw
    before = what_it_saw(ask, policy, schedules)
    return replace(
        saw,
        open_leads={**before.open_leads, **saw.open_leads},
        away={**before.away, **saw.away},
        barred={**before.barred, **saw.barred},
        taken={**before.taken, **saw.taken},
        person=ask.standing.person,
    )


def why_not(ask: Ask, policy: Policy) -> str | None:
    """Say why whoever has the person's first record cannot keep the person; None: they can."""
    standing, now = ask.standing, ask.now
    person = standing.person
    if person is None:
        return "it is nobody's yet"
    has_it = policy.owners.get(person.owner)
    if has_it is None:
        return f"{person.owner} is not in this configuration"
    keeper = _keeper(has_it, policy, standing, now)
    if not standing.returned.keys().isdisjoint((has_it.id, keeper.id)):
        gone = has_it if has_it.id in standing.returned else keeper
        return f"{gone.name} {gave_up(standing.returned[gone.id])}"
    if _is_on_leave(keeper, standing, now):
        also = f", and so is {keeper.name}, the backup" if keeper is not has_it else ""
        return f"{has_it.name} is on leave{also or ' without a backup'}"
    if ask.crm is not None and ask.crm not in keeper.crm:
        return f"{keeper.name} has no id in {ask.crm}"
    if keeper.id in standing.barred:
        return f"{keeper.name} is {standing.barred[keeper.id]}"
    return _unskilled(keeper, person, policy, ask)


def required(person: SamePerson, rule: Rule | None) -> frozenset[str]:
    """Answer the skills that the lead's rule asks of whoever has the person."""
    return rule.require_skills if rule and person.asks_skills else frozenset()


def _unskilled(keeper: Owner, person: SamePerson, policy: Policy, ask: Ask) -> str | None:
    """Say what the keeper lacks of what the rule requires; or, at a cap, what the fallback does."""
    if not ask.require <= keeper.skills:
        return f"{keeper.name} is {_without(keeper, ask)}"
    fallback = policy.owners[policy.fallback]
    if ask.require <= fallback.skills or not adds_a_record(ask.lead, person, policy):
        return None
    at_a_cap = full(Schedule(keeper), ask)
    if at_a_cap is None:
        return None
    return (
        f"{keeper.name} is {at_a_cap}, and the fallback, {fallback.name}, {_without(fallback, ask)}"
    )


def _without(owner: Owner, ask: Ask) -> str:
    return f"without the skill {listed(sorted(ask.require - owner.skills))}"


def adds_a_record(lead: LeadKey, person: SamePerson, policy: Policy) -> bool:
    """Whether the CRM will hold one record more: not where an ad's lead is found in it already."""
    crm = policy.crm_of.get(lead.source)
    is_from_an_ad = crm is not None and crm != lead.source
    is_there = policy.crm_of.get(person.record.source) == crm
    return not (is_from_an_ad and is_there and person.crm_finds)


def _keeper(owner: Owner, policy: Policy, standing: Standing, now: datetime) -> Owner:
    """Return the owner, or the backup of one on leave, if there is one."""
    if not _is_on_leave(owner, standing, now) or owner.backup is None:
        return owner
    return policy.owners.get(owner.backup, owner)


def _is_on_leave(owner: Owner, standing: Standing, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(owner.timezone)).date()
    is_off = any(absence.first <= today <= absence.last for absence in owner.away)
    return is_off or standing.away.get(owner.id, now) > now


def _skipped(owner: OwnerId, problem: str) -> Candidate:
    return Candidate(owner=owner, status=CandidateStatus.SKIPPED, reason=problem)


def _chosen(owner: Owner, method: Method, has_it: Owner) -> Candidate:
    if method is Method.FALLBACK:
        return fallback_candidate(owner.id)
    reason = "has this person already" if owner is has_it else "stands in as backup"
    return Candidate(owner=owner.id, status=CandidateStatus.CHOSEN, reason=reason)
