"""What a lead must have to be of use, and how much of what came could not be read."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from leads.errors import RecordError
from leads.lead import Flaw, FlawKind, Lead

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""So far in the future an instant may be for no better reason than that two clocks differ."""

MALFORMED: Final = frozenset({FlawKind.UNREADABLE, FlawKind.AMBIGUOUS, FlawKind.FUTURE})
"""Of these a value came and is not what was sent: blank, or another instant."""


def created_by(lead: Lead, now: datetime) -> Lead:
    """
    Answer a lead that was created by `now`: one that is said to be from the future came now.

    Its deadlines, and how long it may be held back, count from its creation: in 2099 they would be
    kept by whoever looks at it first in 2099.
    """
    if lead.created_at <= now + CLOCKS_DIFFER:
        return lead
    flaw = Flaw(field="created_at", kind=FlawKind.FUTURE, raw=lead.created_at.isoformat())
    return replace(lead, created_at=now, flaws=(*lead.flaws, flaw))


def require_contact(lead: Lead, required_any: tuple[str, ...]) -> None:
    """Raise RecordError unless one of the fields `required_any` has a value, or none is asked."""
    if not required_any or any(getattr(lead, field, None) is not None for field in required_any):
        return
    unread = sorted({flaw.field for flaw in lead.flaws if _concerns(flaw.field, required_any)})
    found = f"could not be read: {', '.join(unread)}" if unread else "blank"
    reason = f"nobody can be contacted ({found})"
    raise RecordError(lead.key.source_id, " or ".join(required_any), reason)


def is_malformed(lead: Lead) -> bool:
    """Tell whether any value came that could not be read. A placeholder is blank, not malformed."""
    return any(flaw.kind in MALFORMED for flaw in lead.flaws)


def malformed_share(leads: Iterable[Lead], rejected: int = 0) -> float:
    """Answer the share of records, from 0 to 1, that were set aside or had an unreadable value."""
    marks = [is_malformed(lead) for lead in leads]
    total = len(marks) + rejected
    return (sum(marks) + rejected) / total if total else 0.0


def _concerns(field: str, required_any: tuple[str, ...]) -> bool:
    """`work_email` and `mobile_phone` are other places for an e-mail and a phone number."""
    return field == "whatsapp" or any(field.endswith(required) for required in required_any)
