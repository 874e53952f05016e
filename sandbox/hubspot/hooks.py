"""The vendor calls back: signed batches of events, again and again until they are taken."""

import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from sandbox.hubspot.account import PORTAL_ID, Account

CLIENT_SECRET = "sandbox-hubspot-client-secret"
MOST_EVENTS, ATTEMPTS, TIMEOUT = 100, 10, 5.0
_OK = range(200, 300)
_numbers = itertools.count(1)


def contact_event(
    account: Account, contact_id: str, deed: str = "creation", **more: Any
) -> dict[str, Any]:
    """One event as a subscription of contacts gets it."""
    number = next(_numbers)
    return {
        "eventId": number,
        "subscriptionId": 11_000,
        "portalId": PORTAL_ID,
        "appId": 160_432,
        "occurredAt": int(account.ground.clock.now().timestamp() * 1000),
        "subscriptionType": f"contact.{deed}",
        "attemptNumber": 0,
        "objectId": int(contact_id),
        "changeSource": "CRM",
        "changeFlag": "NEW",
        **more,
    }


def signed(account: Account, url: str, body: bytes, secret: str = CLIENT_SECRET) -> dict[str, str]:
    """Headers of one request: the v3 signature is over method, address, body and time."""
    timestamp = str(int(account.ground.clock.now().timestamp() * 1000))
    message = b"POST" + url.encode() + body + timestamp.encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "X-HubSpot-Request-Timestamp": timestamp,
        "X-HubSpot-Signature-v3": base64.b64encode(digest).decode(),
    }


def send_events(
    account: Account,
    url: str,
    events: Sequence[Mapping[str, Any]],
    *,
    secret: str = CLIENT_SECRET,
    attempts: int = ATTEMPTS,
    pause: float = 0.05,
) -> list[int]:
    """
    Send `events` to `url`; answer the last status of each batch, 0 when nobody answered.

    What is not answered by a 2xx in five seconds is sent again, as the vendor does over 24 hours;
    `pause` stands for its waits.
    """
    with httpx.Client(timeout=TIMEOUT, trust_env=False) as http:
        return [
            _send(account, http, url, batch, secret=secret, attempts=attempts, pause=pause)
            for batch in _batches(events)
        ]


def _batches(events: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    for start in range(0, len(events), MOST_EVENTS):
        yield events[start : start + MOST_EVENTS]


def _send(
    account: Account,
    http: httpx.Client,
    url: str,
    batch: Sequence[Mapping[str, Any]],
    *,
    secret: str,
    attempts: int,
    pause: float,
) -> int:
    status = 0
    for attempt in range(attempts):
        body = json.dumps([{**event, "attemptNumber": attempt} for event in batch]).encode()
        try:
            sent = http.post(url, content=body, headers=signed(account, url, body, secret))
            status = sent.status_code
        except httpx.TransportError:
            status = 0
        account.ground.log("webhook", "contacts", _ids(batch), status=status, attempt=attempt)
        if status in _OK:
            break
        time.sleep(pause)
    return status


def _ids(batch: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(event["objectId"]) for event in batch)
