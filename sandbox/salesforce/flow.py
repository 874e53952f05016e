"""A record-triggered Flow on Lead: an HTTP callout that names the record, with a token."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

WEBHOOK_TOKEN, WEBHOOK_SECRET = "sandbox-webhook-token", "sandbox-webhook-secret"


def callout(lead_id: str) -> bytes:
    return json.dumps({"source": "salesforce", "ids": [lead_id]}).encode()


def by_token(token: str = WEBHOOK_TOKEN) -> Mapping[str, str]:
    """Headers as a Flow's External Credential makes them: a Flow cannot sign."""
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}


def signed(body: bytes, now: datetime, secret: str = WEBHOOK_SECRET) -> Mapping[str, str]:
    """Headers as Apex can make them: HMAC-SHA256 of the time, a full stop and the body."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Firsttouch-Timestamp": stamp,
        "X-Firsttouch-Signature": f"sha256={digest}",
    }
