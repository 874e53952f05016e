"""Whether a Lead is new, as the intake states it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.salesforce.key_prefixes import QUEUE
from connectors.salesforce.paging import read_stamp
from connectors.setup import Intake
from leads.keys import CrmOwnerId


def why_not(
    body: Mapping[str, Any], intake: Intake, unowned: frozenset[CrmOwnerId | None]
) -> str | None:
    """None for a new lead, else a phrase."""
    owner, status = body.get("OwnerId"), body.get("Status")
    if body.get("IsConverted"):
        return "converted"
    if not intake.any_owner and owner not in unowned:
        is_queue = str(owner).startswith(QUEUE)
        return "owned by another queue" if is_queue else "owned by a person"
    if intake.statuses and status not in intake.statuses:
        return f"status {status or '(blank)'}"
    if intake.created_after and _is_before(body.get("CreatedDate"), intake.created_after):
        return f"created before {intake.created_after:%Y-%m-%d}"
    return None


def handed_back(body: Mapping[str, Any], intake: Intake) -> str | None:
    """The status by which its owner gives a lead up."""
    status = body.get("Status")
    return str(status) if status in intake.returned and not body.get("IsConverted") else None


def _is_before(created: Any, limit: datetime) -> bool:
    """One whose time cannot be read is not old: it is a reject, for somebody to look at."""
    try:
        return read_stamp(str(created)) < limit
    except ValueError:
        return False
