"""What Meta's webhooks bring, before anything of it is believed. No I/O."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.inbound import (
    NOT_READABLE,
    UNAUTHORIZED,
    Notice,
    Received,
    Refusal,
    hmac_sha256,
    is_same,
)
from connectors.inbound_json import Unreadable, read_json
from connectors.meta_ads.failures import NAME

SIGNATURE_HEADER = "x-hub-signature-256"
APP_SECRET = "FIRSTTOUCH_META_ADS_APP_SECRET"  # noqa: S105  (a variable's name)
VERIFY_TOKEN = "FIRSTTOUCH_META_ADS_VERIFY_TOKEN"  # noqa: S105  (a variable's name)
_FORBIDDEN = 403


def answer_challenge(query: Mapping[str, str], verify_token: str) -> str | Refusal:
    """Answer the text that Meta wants to see when a subscription is made."""
    if query.get("hub.mode") != "subscribe" or "hub.challenge" not in query:
        return Refusal(status=NOT_READABLE, problem="not a verification by hub.mode=subscribe")
    if not is_same(query.get("hub.verify_token", ""), verify_token):
        return Refusal(status=_FORBIDDEN, problem="hub.verify_token is not ours")
    return query["hub.challenge"]


def verify_webhook(body: bytes, signature: str, app_secret: str) -> Received:
    """Answer which leads to fetch; nothing for other kinds of change. It may come again."""
    if not (app_secret and is_same(signature, f"sha256={hmac_sha256(app_secret, body)}")):
        return Refusal(status=UNAUTHORIZED, problem="X-Hub-Signature-256 is not of this body")
    try:
        told = read_json(body)
    except Unreadable as error:
        return Refusal(status=NOT_READABLE, problem=str(error))
    ids = tuple(dict.fromkeys(_lead_ids(told)))
    return (Notice(source=NAME, ids=ids),) if ids else ()


def _lead_ids(told: Any) -> Iterator[str]:
    """Ids come as numbers and as text; an entry may hold several changes."""
    for change in _changes(told):
        value = change.get("value")
        if change.get("field") != "leadgen" or not isinstance(value, dict):
            continue
        lead_id = str(value.get("leadgen_id"))
        if lead_id.isascii() and lead_id.isdecimal():
            yield lead_id


def _changes(told: Any) -> Iterator[dict[str, Any]]:
    for entry in _listed(told, "entry"):
        yield from _listed(entry, "changes")


def _listed(part: Any, name: str) -> list[dict[str, Any]]:
    listed = part.get(name) if isinstance(part, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
