"""The second record of a person goes to whoever has the first; the rotation is not charged."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from leads.decision import Decision, Method
from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from routing.book import Book
from routing.policy import Owner, Policy
from routing.sla import due


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRecord:
    """An earlier record of the same person, and who has it."""

    record: LeadKey
    owner: OwnerId


def same_person_decision(
    lead: Lead, first: FirstRecord, policy: Policy, book: Book, now: datetime
) -> Decision | None:
    """
    Return the decision, or None where that owner has left the policy or the lead's CRM.

    While that owner is on leave the backup has it; without one the rules decide. An owner at the
    cap gets no record more, not even this one; nor does anybody else, so that two do not work one
    person: the fallback has it.
    """
    has_it = policy.owners.get(first.owner)
    owner = _present(has_it, policy, book, now)
    crm = policy.crm_of.get(lead.key.source)
    if has_it is None or owner is None or (crm is not None and crm not in owner.crm):
        return None
    reason = f"{has_it.name} already has this person's record {first.record}"
    if owner is not has_it:
        reason += f" and is on leave; {owner.name} is the backup"
    method = Method.SAME_PERSON
    if adds_a_record(lead, first, policy) and _is_full(owner, book):
        reason += f", but is at {owner.max_open} of {owner.max_open} open leads"
        owner, method = policy.owners[policy.fallback], Method.FALLBACK
        reason += f"; so it goes to the fallback, {owner.name}"
    sla = policy.slas[policy.fallback_sla]
    return Decision(
        lead=lead.key,
        owner=owner.id,
        pool=None,
        rule=None,
        method=method,
        reason=f"{reason}.",
        policy=policy.hash,
        decided_at=now,
        sla=sla.name,
        sla_due=due(sla, owner, now),
    )


def _present(owner: Owner | None, policy: Policy, book: Book, now: datetime) -> Owner | None:
    """Return the owner, or the backup of one on leave, or None when that one is on leave too."""
    if owner is None or not _is_on_leave(owner, book, now):
        return owner
    backup = policy.owners.get(owner.backup) if owner.backup else None
    return None if backup is None or _is_on_leave(backup, book, now) else backup


def _is_on_leave(owner: Owner, book: Book, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(owner.timezone)).date()
    is_off = any(absence.first <= today <= absence.last for absence in owner.away)
    return is_off or book.away.get(owner.id, now) > now


def adds_a_record(lead: Lead, first: FirstRecord, policy: Policy) -> bool:
    """Whether the CRM will hold one record more: not where an ad's lead is found in it already."""
    crm = policy.crm_of.get(lead.key.source)
    is_from_an_ad = crm is not None and crm != lead.key.source
    return not (is_from_an_ad and policy.crm_of.get(first.record.source) == crm)


def _is_full(owner: Owner, book: Book) -> bool:
    return owner.max_open is not None and book.open_leads.get(owner.id, 0) + 1 > owner.max_open
