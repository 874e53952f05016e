"""Sending webhooks as their senders do: signed, over real HTTP."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from connectors.http import tls
from connectors.inbound import hmac_sha256
from connectors.webhook.signature import SIGNATURE, TIMESTAMP, sign
from sandbox.meta.app import SECRET as META_SECRET

WEBHOOK_SECRET, WEBHOOK_TOKEN = "hook-secret", "hook-token"
VERIFY_TOKEN = "meta-verify"
SECRETS = {
    "FIRSTTOUCH_WEBHOOK_SECRET": WEBHOOK_SECRET,
    "FIRSTTOUCH_WEBHOOK_TOKEN": WEBHOOK_TOKEN,
    "FIRSTTOUCH_META_ADS_VERIFY_TOKEN": VERIFY_TOKEN,
    "FIRSTTOUCH_META_ADS_APP_SECRET": META_SECRET,
}
JSON = {"content-type": "application/json"}


def meta_body(*lead_ids: str | int) -> bytes:
    """Several changes in one entry, as in Meta's own sample."""
    changes = [{"field": "leadgen", "value": {"leadgen_id": each}} for each in lead_ids]
    told = {"object": "page", "entry": [{"id": 1, "time": 1, "changes": changes}]}
    return json.dumps(told).encode()


def post_meta(
    base: str, body: bytes, *, signature: str | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    proof = signature or f"sha256={hmac_sha256(META_SECRET, body)}"
    sent = {**JSON, "X-Hub-Signature-256": proof, **(headers or {})}
    return httpx.post(f"{base}/webhooks/meta", content=body, headers=sent, timeout=10, verify=tls())


def post_lead(base: str, content: Any) -> httpx.Response:
    body, stamp = json.dumps(content).encode(), str(int(datetime.now(UTC).timestamp()))
    headers = {**JSON, SIGNATURE: sign(WEBHOOK_SECRET, stamp, body), TIMESTAMP: stamp}
    return httpx.post(
        f"{base}/webhooks/webhook", content=body, headers=headers, timeout=10, verify=tls()
    )


def post_ids(base: str, source: str, ids: list[str]) -> httpx.Response:
    headers = {"authorization": f"Bearer {WEBHOOK_TOKEN}"}
    content = {"source": source, "ids": ids}
    return httpx.post(
        f"{base}/webhooks/webhook", json=content, headers=headers, timeout=10, verify=tls()
    )


def until(true: Callable[[], bool], seconds: float = 20.0, every: float = 0.02) -> None:
    """Wait for something that another thread or process does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(every)
