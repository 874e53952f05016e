"""Meta calls back: a challenge at the subscription, then signed notices that hold ids only."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime

import httpx

from sandbox.meta.app import SECRET
from sandbox.meta.pages import MetaBusiness
from sandbox.meta.records import Lead

VERIFY_TOKEN = "sandbox-meta-verify-token"


def is_verified(url: str, token: str = VERIFY_TOKEN) -> bool:
    """Ask whether a webhook is its owner's: it must know the token, and answer in plain text."""
    challenge = str(secrets.randbelow(10**10))
    asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": challenge}
    try:
        answer = httpx.get(url, params=asked, timeout=5.0, trust_env=False)
    except httpx.TransportError:
        return False
    is_plain = answer.headers.get("content-type", "").startswith("text/plain")
    return answer.status_code == httpx.codes.OK and is_plain and answer.text == challenge


def is_subscribed(business: MetaBusiness, lead: Lead) -> bool:
    """Whether the page tells the app of its leads; the app's own subscription is not enough."""
    return "leadgen" in business.subscribed[business.forms[lead.form_id].page_id]


def leadgen(business: MetaBusiness, lead: Lead, now: datetime) -> bytes:
    """The notice of one lead: the documentation's numbers, and no ad where there was none."""
    page_id = business.forms[lead.form_id].page_id
    value = {
        "leadgen_id": int(lead.id),
        "page_id": int(page_id),
        "form_id": int(lead.form_id),
        "created_time": int(lead.created.timestamp()),
    }
    if lead.ad:
        value |= {"ad_id": int(lead.ad.id), "adgroup_id": int(lead.ad.id)}
    change = {"field": "leadgen", "value": value}
    entry = {"id": page_id, "time": int(now.timestamp()), "changes": [change]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def signed(body: bytes, secret: str = SECRET) -> Mapping[str, str]:
    """Headers of one notice."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
