"""What became of a lead, around its decisions: where it stands, whose it is, what was written."""

from collections.abc import Mapping

from flows.flaw_words import flaw_sentences
from flows.who_was_first import BY_PROGRAM
from leads.delivery import DeliveryKind
from leads.ownership import SOMEBODY_ELSES, OwnerSeen
from routing.explain import Came
from routing.wording import moment
from store.return_rows import HandBack
from store.review_rows import ReviewRow, ReviewState
from store.rows import DeliveryState, LeadState, StoredDelivery, StoredLead
from store.twins import MIRRORED

Names = Mapping[str, str]
"""Everybody's name, by their id in the configuration and by each of their CRM ids."""

_HAS_IT = frozenset({DeliveryState.WRITTEN, DeliveryState.UNCHANGED})


def whose(
    lead: StoredLead, names: Names, shown: OwnerSeen | None = None, *, zone: str = "UTC"
) -> list[str]:
    """
    Say first whose the lead is, where that is not who the last decision says.

    `shown` is what the CRM said last of the record that the last delivery was for.
    """
    if not lead.deliveries:
        return []
    last = lead.deliveries[-1]
    crm, ours = last.delivery.crm, _name(last.delivery.owner, names)
    if last.state is DeliveryState.CONFLICT:
        owner = _owner(last.owner_found, crm, names)
        if last.delivery.kind is DeliveryKind.CREATE:
            why = (
                f"who has this person's record there already, and keeps it; {ours} does not get it"
            )
        elif shown and shown.by and shown.owner == last.owner_found:
            why = f"to whom we had given its record first, for lead {shown.by}"
            why = f"{why}; {ours} does not get it"
        else:
            why = _by_whom(last, ours)
        return [f"Lead {lead.key} is {owner}'s in {crm}, {why}."]
    if seen := given_away(lead, shown):
        owner = _owner(seen.owner, crm, names)
        read = f"as read there on {moment(seen.at, zone)}"
        if seen.by:
            since = f"we gave its record to them since, for lead {seen.by}, {read}"
        else:
            since = f"somebody else changed it after us, {read}"
        return [f"Lead {lead.key} is {owner}'s in {crm} by now: {since}."]
    return []


def _by_whom(taken: StoredDelivery, ours: str) -> str:
    """Say that a person chose them only where that is known: another program may have."""
    if taken.reason == BY_PROGRAM:
        return f"set there by another Firsttouch, or one with our login, and it stands over {ours}"
    if taken.reason in {"", SOMEBODY_ELSES}:
        return f"who had it before our write, and keeps it; {ours} does not get it"
    return f"by a person's choice, which stands over {ours}"


def given_away(lead: StoredLead, shown: OwnerSeen | None) -> OwnerSeen | None:
    """Answer whom the CRM has shown as the owner since we wrote ours, where that is another."""
    last = lead.deliveries[-1] if lead.deliveries else None
    if last is None or last.state not in _HAS_IT or last.settled_at is None:
        return None
    if shown is None or shown.at <= last.settled_at:
        return None
    ours = {None, "", last.delivery.crm_owner, *last.delivery.expected}
    return None if shown.owner in ours else shown


def came_of(lead: StoredLead, number: int, *, is_last: bool) -> Came:
    """Say what came of the decision of that number: not all that is decided is written."""
    states = {each.state for each in lead.deliveries if each.attempt == number}
    if states & _HAS_IT or not states:
        return Came.WENT
    is_due = DeliveryState.PENDING in states and is_last
    return Came.GOES if is_due else Came.MEANT


def flaw_lines(lead: StoredLead) -> list[str]:
    """Say what of it could not be read as it came."""
    return list(flaw_sentences(lead.lead)) if lead.lead else []


def _duplicate(lead: StoredLead) -> str:
    if lead.reason == MIRRORED:
        return f"Record {lead.key} is the same lead as {lead.duplicate_of}: {MIRRORED}."
    return f"Lead {lead.key} is the same person as {lead.duplicate_of}."


def _gone(lead: StoredLead) -> str:
    if lead.state is LeadState.ERASED:
        kept = "nothing is kept but that there was one lead, and who had it"
        return f"This lead was {lead.reason} at the person's request; {kept}."
    when = lead.reason.rpartition(": ")[2]
    kept = "who was given it, and why, was kept as long as `retention: decisions` says"
    return f"Lead {lead.key} was decided {when}; {kept}."


def state_of(lead: StoredLead, names: Names, *, zone: str = "UTC") -> list[str]:
    """Say where a lead stands that was not decided, or that is another one's copy."""
    match lead.state:
        case LeadState.WAITING:
            seen = moment(lead.first_seen, zone)
            return [f"Lead {lead.key} was first seen on {seen} and waits to be decided."]
        case LeadState.HELD:
            until = moment(lead.held_until, zone) if lead.held_until else "a deadline"
            return [f"Lead {lead.key} is held until {until}: {lead.reason}."]
        case LeadState.REJECTED:
            aside = f"Record {lead.key} is set aside for the data steward: {lead.reason}."
            return [aside, "After a fix, `firsttouch rejects replay` reads it again."]
        case LeadState.IGNORED:
            owner = names.get(lead.owner_seen or "")
            has_it = [f"Its owner in {lead.key.source} is {owner}."] if owner else []
            return [f"Record {lead.key} is not ours to route: {lead.reason}.", *has_it]
        case LeadState.ERASED | LeadState.FORGOTTEN:
            return [_gone(lead)]
        case LeadState.DUPLICATE:
            return [_duplicate(lead)]
        case LeadState.DECIDED:
            return []


def review_line(row: ReviewRow, names: Names, of: str = "policy", *, zone: str = "UTC") -> str:
    """Say what a person was asked, and answered; `of`: among whose first it was."""
    until = moment(row.deadline, zone)
    at = moment(row.answered_at, zone) if row.answered_at else ""
    why = f": {row.reason.rstrip('.')}" if row.reason else ""
    match row.state:
        case ReviewState.WAITING:
            return f"Among the first of this {of}: a person could look at it until {until}."
        case ReviewState.HELD:
            return f"Held back by {row.by} on {at}{why}; from {until} on it stands all the same."
        case ReviewState.APPROVED:
            return f"Approved by {row.by} on {at}."
        case ReviewState.CHANGED:
            chosen = names.get(row.chosen or "", row.chosen or "somebody else")
            return f"Changed by {row.by} on {at} to {chosen}{why}."
        case ReviewState.LEFT:
            return f"The model's proposal; nobody answered by {until}, so it went by turns."
        case ReviewState.OUTDATED:
            return f"Nobody had answered by {at}, when its policy was not in force any more."


def delivery_line(stored: StoredDelivery, names: Names, *, is_past: bool, zone: str = "UTC") -> str:
    """Say what became of one write; `is_past`: somebody else has had the lead since."""
    delivery = stored.delivery
    crm, owner = delivery.crm, _name(delivery.owner, names)
    at = moment(stored.settled_at, zone) if stored.settled_at else ""
    match stored.state:
        case DeliveryState.WRITTEN:
            has = "had it there from then on" if is_past else "owns it there"
            return f"Written to {crm} on {at}: {owner} {has}."
        case DeliveryState.UNCHANGED:
            return f"Found in {crm} on {at}: {owner} owned it there already."
        case DeliveryState.CONFLICT:
            return _conflict_line(stored, owner)
        case DeliveryState.REFUSED:
            return f"{crm} refused the write to {owner} on {at}: {stored.reason}."
        case DeliveryState.UNDONE:
            return f"Written to {crm} on {at}, and given back since: {stored.reason}."
        case DeliveryState.GONE | DeliveryState.WITHDRAWN:
            return f"Not written to {crm}: {_why_not(stored)}."
        case DeliveryState.PENDING:
            why = f" ({stored.reason})" if stored.reason else ""
            return f"Still to be written to {crm}, next try {moment(stored.due_at, zone)}{why}."


def _why_not(stored: StoredDelivery) -> str:
    if stored.state is DeliveryState.GONE:
        return "the record was deleted there"
    return stored.reason or "a person decided otherwise first"


def _conflict_line(stored: StoredDelivery, owner: str) -> str:
    crm, why = stored.delivery.crm, stored.reason or SOMEBODY_ELSES
    return f"Not {owner}'s in {crm}: {why}, and that stands."


def return_line(each: HandBack, names: Names, lead: StoredLead, *, zone: str = "UTC") -> str:
    had = names.get(each.owner, each.owner)
    by = f" (said by {names.get(each.by, each.by)})" if each.by and each.by != each.owner else ""
    if each.is_late:
        return f"{had} was {each.reason}{_what_then(each, lead)}."
    aside = "" if each.is_lead else ", as no lead"
    return f"{had} handed it back on {moment(each.at, zone)}{aside}{by}: {each.reason}."


def _what_then(late: HandBack, lead: StoredLead) -> str:
    """Say whether it was taken back indeed: that is so only where the next owner was written."""
    states = {each.state for each in lead.deliveries if each.attempt > late.attempt}
    if states & {*_HAS_IT, DeliveryState.UNDONE}:
        return ", so that it was taken back"
    if DeliveryState.CONFLICT in states:
        return "; a person had chosen its owner by then, which stands"
    return ", so that it is to go to somebody else"


def _name(owner: str, names: Names) -> str:
    return names.get(owner, owner)


def _owner(crm_id: str | None, crm: str, names: Names) -> str:
    """Name whoever the CRM has as the owner; of others than ours only the id may be known."""
    if not crm_id:
        return "somebody else"
    return names.get(crm_id, f"the {crm} owner {crm_id}")
