"""What Pipedrive sends when something happens to a lead: webhooks of version 2, unsigned."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.pipedrive.account import PipedriveAccount

WEBHOOK_PASSWORD = "sandbox-pipedrive-hook"
_COMPANY = 4_471_000


def lead_event(
    account: PipedriveAccount, lead_id: str, action: str = "create", **meta: Any
) -> bytes:
    """The body of one event; whoever was deleted has no data any more."""
    lead = account.leads.get(lead_id)
    at = account.ground.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    told = {
        "action": action,
        "entity": "lead",
        "entity_id": lead_id,
        "id": str(uuid5(NAMESPACE_URL, f"{lead_id}/{action}/{at}")),
        "company_id": str(_COMPANY),
        "user_id": str(lead["owner_id"]) if lead else None,
        "version": "2.0",
        "webhook_id": "301",
        "attempt": 1,
        "change_source": "app",
        "timestamp": at,
        "type": "general",
        **meta,
    }
    return json.dumps({"meta": told, "data": lead, "previous": None}).encode()


def authorised(password: str = WEBHOOK_PASSWORD) -> Mapping[str, str]:
    packed = base64.b64encode(f"firsttouch:{password}".encode()).decode()
    return {"Content-Type": "application/json", "Authorization": f"Basic {packed}"}
