"""What a rep is told of a lead: who, what they asked, by when, why, and where to look."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from config.configuration import Configuration
from leads.decision import Decision, Method
from leads.delivery import Delivery
from leads.fields import CUSTOM
from leads.lead import Lead
from leads.messages import Message
from routing.policy import Owner
from store.running_rows import Notice, NoticeKind

REPEAT = "(repeat)"
_TAKEN = "A colleague took it in the moment in which it was given to you; it stays theirs."
RECORD_URL = {
    "salesforce": "https://login.salesforce.com/{id}",
    "hubspot": "https://app.hubspot.com/contacts/record/0-1/{id}",
    "pipedrive": "https://app.pipedrive.com/leads/inbox/{id}",
}
"""Where to look unless the configuration knows better: these find the org by the reader's login."""

_ANSWERS, _LONGEST_ANSWER = 6, 200
_LONGEST_REASON = 240
_ASKED = ("product", "deal_type", "form", "campaign")


def message_of(notice: Notice, owner: Owner, configuration: Configuration) -> Message:
    """
    Return the message; one that may have been sent before says so.

    Its title says whom it is for: a channel may be a whole team's.
    """
    again = f" {REPEAT}" if notice.repeats else ""
    who = headline(notice.lead) if notice.lead else "a lead"
    if notice.is_withdrawn:
        body = "\n".join(filter(None, (_TAKEN, record_link(notice.delivery, configuration))))
        return Message(
            title=f"Not yours after all, {owner.name}: {who}{again}", body=body, email=owner.email
        )
    if notice.kind is not NoticeKind.ASSIGNED:
        return later_message(notice, owner, configuration, who=who, again=again)
    lines = [*_of_lead(notice.lead), *_of_decision(notice, owner)]
    link = record_link(notice.delivery, configuration)
    body = "\n".join([*lines, *([link] if link else [])])
    what = "Set aside with" if is_no_lead(notice.decision) else "New lead for"
    return Message(title=f"{what} {owner.name}: {who}{again}", body=body, email=owner.email)


def is_no_lead(decision: Decision | None) -> bool:
    """Whether somebody said that it is none: nobody is to be in touch."""
    return decision is not None and decision.method is Method.STEWARD


def later_message(
    notice: Notice, reader: Owner, configuration: Configuration, *, who: str, again: str
) -> Message:
    """Return what is told of a lead after its assignment: a reminder, or that its time is up."""
    name = configuration.policy.name_of(notice.delivery.owner)
    by = _due(notice, reader)
    link = record_link(notice.delivery, configuration)
    match notice.kind:
        case NoticeKind.REMINDER | NoticeKind.ASSIGNED:
            title = f"Reminder for {reader.name}: {who}"
            lines = [f"Be in touch{by}.", *_of_lead(notice.lead)]
        case NoticeKind.FOLLOW_UP:
            title = f"Follow-up for {reader.name}: {who}"
            lines = [f"Be in touch once more{by}.", *_of_lead(notice.lead)]
        case NoticeKind.COLD:
            title = f"For {reader.name}: nobody followed up with {who}"
            lines = [f"{name} was in touch once, and was to be again{by}."]
        case NoticeKind.LATE:
            title = f"For {reader.name}: nobody was in touch in time with {who}"
            lines = [f"{name} was to be in touch{by}, and nobody was."]
        case NoticeKind.PAUSED:
            title = f"For {reader.name}: {name} is late too often"
            off = f"{name} was late several times in a row and gets no new leads for a day"
            lines = [f"{off}; `firsttouch back {notice.delivery.owner}` ends it."]
    body = "\n".join([*lines, *([link] if link else [])])
    return Message(title=f"{title}{again}", body=body, email=reader.email)


def due_at(notice: Notice) -> datetime | None:
    """Return by when to be in touch: by the assignment's clock, else as it was decided."""
    return notice.due_at or (notice.decision.sla_due if notice.decision else None)


def _due(notice: Notice, reader: Owner) -> str:
    due = due_at(notice)
    if due is None:
        return ""
    at = due.astimezone(ZoneInfo(reader.timezone))
    return f" by {at:%a %d %b, %H:%M} ({reader.timezone})"


def headline(lead: Lead) -> str:
    """Return who it is in a few words."""
    name = " ".join(filter(None, (lead.first_name, lead.last_name)))
    return ", ".join(filter(None, (name or lead.email or lead.phone, lead.company)))


def record_link(delivery: Delivery, configuration: Configuration) -> str:
    """Return where the record is looked at; empty where that is not known."""
    return crm_link(delivery.crm, delivery.record_id, configuration) if delivery.record_id else ""


def crm_link(crm: str, record_id: str, configuration: Configuration) -> str:
    """Return where a record of a CRM is looked at; empty where that is not known."""
    stated = configuration.notify.record_url if configuration.notify else {}
    template = stated.get(crm) or RECORD_URL.get(crm, "")
    return template.replace("{id}", record_id)


def _of_lead(lead: Lead | None) -> Iterator[str]:
    if lead is None:
        return
    place = ", ".join(filter(None, (lead.city, lead.country)))
    yield " · ".join(filter(None, (headline(lead), lead.job_title, place)))
    yield " · ".join(filter(None, (lead.email, lead.phone)))
    asked = ", ".join(filter(None, (getattr(lead, name) for name in _ASKED)))
    if asked:
        yield f"Asked for: {asked}"
    yield from _answers(lead)
    came = ", ".join(dict.fromkeys(filter(None, (lead.lead_source, lead.channel, lead.key.source))))
    yield f"Source: {came}"


def _answers(lead: Lead) -> Iterator[str]:
    """What else the form was told: the first few, each cut to a line."""
    for name, text in sorted(lead.custom.items())[:_ANSWERS]:
        said = " ".join(text.split())
        cut = said if len(said) <= _LONGEST_ANSWER else f"{said[: _LONGEST_ANSWER - 1]}…"
        yield f"{name.removeprefix(CUSTOM).replace('_', ' ')}: {cut}"


def _of_decision(notice: Notice, owner: Owner) -> Iterator[str]:
    decision = notice.decision
    if decision is None:
        return
    if is_no_lead(decision):
        yield shortened(decision)
        return
    yield f"Be in touch{_due(notice, owner)}"
    yield f"Why you: {shortened(decision)}"


def shortened(decision: Decision) -> str:
    """Cut a reason that is a paragraph (of the desk: why each of ten could not) at a clause."""
    reason = decision.reason
    if len(reason) <= _LONGEST_REASON:
        return reason
    head = reason[:_LONGEST_REASON]
    ends = [at for mark in (". ", "; ", ", ") if (at := head.rfind(mark)) > _LONGEST_REASON // 2]
    cut = head[: max(ends, default=head.rfind(" "))]
    return f"{cut} … (all of it: firsttouch explain {decision.lead})"
