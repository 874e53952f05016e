"""Whether a contact or a lead is new, as the intake states it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.hubspot.kinds import CONTACTS, IntakeObject
from connectors.hubspot.mapping import OWNER
from connectors.setup import Intake
from leads.keys import CrmOwnerId


def why_not(
    body: Mapping[str, Any],
    intake: Intake,
    unowned: frozenset[CrmOwnerId | None],
    kind: IntakeObject = CONTACTS,
) -> str | None:
    """None for a new lead, else a phrase."""
    properties = body["properties"]
    status, lifecycle = properties.get(kind.status), properties.get(kind.stage)
    created = properties.get("createdate")
    if not intake.any_owner and (properties.get(OWNER) or None) not in unowned:
        return "owned by a person"
    if intake.statuses and status not in intake.statuses:
        return f"status {status or '(blank)'}"
    if intake.lifecycle and lifecycle not in intake.lifecycle:
        return f"lifecycle {lifecycle or '(blank)'}"
    if intake.created_after and created and _is_before(created, intake.created_after):
        return f"created before {intake.created_after:%Y-%m-%d}"
    return None


def handed_back(
    body: Mapping[str, Any], intake: Intake, kind: IntakeObject = CONTACTS
) -> str | None:
    """The status, or the stage, by which its owner gives a record up."""
    properties = body["properties"]
    shown = (properties.get(kind.status), properties.get(kind.stage))
    return next((str(each) for each in shown if each in intake.returned), None)


def _is_before(created: str, limit: datetime) -> bool:
    return datetime.fromisoformat(created) < limit
