"""Whether a lead is new, as the intake states it."""

from collections.abc import Mapping
from typing import Any

from connectors.pipedrive.mapping import LABELS, OWNER, moment
from connectors.setup import Intake
from leads.keys import CrmOwnerId


def owner_of(lead: Mapping[str, Any]) -> CrmOwnerId | None:
    owner = lead.get(OWNER)
    return CrmOwnerId(str(owner)) if owner else None


def why_not(
    body: Mapping[str, Any], intake: Intake, unowned: frozenset[CrmOwnerId | None]
) -> str | None:
    """None for a new lead, else a phrase. A status is a label: a lead has any number of them."""
    lead, labels = body["lead"], set(body[LABELS])
    created = lead.get("add_time")
    if lead.get("is_archived"):
        return "archived"
    if not intake.any_owner and owner_of(lead) not in unowned:
        return "owned by a person"
    if intake.statuses and not labels.intersection(intake.statuses):
        return f"labels {', '.join(sorted(labels)) or '(none)'}"
    if intake.created_after and created and moment(created) < intake.created_after:
        return f"created before {intake.created_after:%Y-%m-%d}"
    return None


def handed_back(body: Mapping[str, Any], intake: Intake) -> str | None:
    """The label by which its owner gives a lead up."""
    return next((each for each in body[LABELS] if each in intake.returned), None)
