"""Lead notifications: subscribed to, challenged, signed, and sent at least once."""

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from sandbox.linkedin.records import Lead, Owner, milliseconds

CHALLENGE_SECONDS = 3.0
BLOCKED_AFTER = 3
_SIGNED_PREFIX = b"hmacsha256="


@dataclass(slots=True, kw_only=True)
class Subscription:
    """Who is told of which leads. Three challenges failed in a row end it."""

    id: int
    webhook: str
    owner: Owner
    lead_type: str
    failures: int = field(default=0)

    @property
    def is_blocked(self) -> bool:
        return self.failures >= BLOCKED_AFTER

    def node(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "webhook": self.webhook,
            "owner": self.owner.as_json(),
            "leadType": self.lead_type,
        }


def challenge_response(code: str, secret: str) -> str:
    return hmac.new(secret.encode(), code.encode(), hashlib.sha256).hexdigest()


def signature(body: bytes, secret: str) -> str:
    """What X-LI-Signature says of these bytes."""
    return hmac.new(secret.encode(), _SIGNED_PREFIX + body, hashlib.sha256).hexdigest()


def is_answered(webhook: str, secret: str) -> bool:
    """Challenge a webhook as at its registration and every two hours after."""
    code = str(uuid.uuid4())
    try:
        answer = httpx.get(
            webhook, params={"challengeCode": code}, timeout=CHALLENGE_SECONDS, trust_env=False
        )
        told = answer.json()
    except (httpx.HTTPError, ValueError):
        return False
    wanted = {"challengeCode": code, "challengeResponse": challenge_response(code, secret)}
    return answer.status_code == httpx.codes.OK and told == wanted


def challenge_again(subscription: Subscription, secret: str) -> bool:
    """The challenge of every two hours."""
    passed = is_answered(subscription.webhook, secret)
    subscription.failures = 0 if passed else subscription.failures + 1
    return passed


def notice(lead: Lead, action: str, at: datetime) -> bytes:
    """The body of one notification. `action` is CREATED or DELETED."""
    told: dict[str, Any] = {
        "type": "LEAD_ACTION",
        "leadGenFormResponse": lead.urn,
        "leadGenForm": lead.form.versioned_urn,
        "owner": lead.form.owner.as_json(),
        "leadType": lead.lead_type,
        "leadAction": action,
        "occurredAt": milliseconds(at),
    }
    if lead.campaign:
        creative = f"urn:li:sponsoredCreative:{lead.campaign.id}7"
        told["associatedEntity"] = {"associatedCreative": creative}
    return json.dumps(told, separators=(",", ":")).encode()


def send(webhook: str, body: bytes, secret: str, *, times: int = 1) -> list[int]:
    """Send one notification, as often as LinkedIn may; answer the status of each."""
    headers = {
        "Content-Type": "application/json",
        "X-LI-Signature": signature(body, secret),
        "User-Agent": "LinkedIn Lead Sync",
    }
    with httpx.Client(headers=headers, timeout=10.0, trust_env=False) as http:
        return [http.post(webhook, content=body).status_code for _ in range(times)]
