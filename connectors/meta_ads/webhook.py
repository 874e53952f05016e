"""What Meta's webhooks bring, before anything of it is believed. No I/O."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.inbound import (
    NOT_READABLE,
    UNAUTHORIZED,
    Notice,
    Received,
    Refusal,
    Unread,
    hmac_sha256,
    is_number,
    is_same,
    known_by,
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
    read = dict.fromkeys(_read(told))
    ids = tuple(each for each in read if isinstance(each, str))
    unread = tuple(each for each in read if isinstance(each, Unread))
    return (Notice(source=NAME, ids=ids, unread=unread),) if read else ()


def _read(told: Any) -> Iterator[str | Unread]:
    """Yield ids of leads, which come as numbers and as text; an entry may hold several changes."""
    entries = told.get("entry") if isinstance(told, dict) else None
    if not isinstance(entries, list):
        yield Unread(problem="the body has no list named entry")
        return
    for entry in entries:
        if not isinstance(entry, dict):
            yield Unread(problem="an entry is no object")
        elif isinstance(entry.get("changes"), list):
            yield from (each for change in entry["changes"] for each in _lead_of(change))
        elif "changes" in entry:
            yield Unread(problem="an entry's changes are no list", about=known_by(entry, ["time"]))


def _lead_of(change: Any) -> Iterator[str | Unread]:
    """Yield the lead of a change; of a page's other news, nothing."""
    if not isinstance(change, dict):
        yield Unread(problem="a change is no object")
        return
    if change.get("field") != "leadgen":
        return
    value = change.get("value")
    of_lead = value if isinstance(value, dict) else {}
    lead_id = str(of_lead.get("leadgen_id"))
    if is_number(lead_id):
        yield lead_id
    else:
        about = known_by(of_lead, ["page_id", "form_id", "created_time"])
        yield Unread(problem="a leadgen change whose leadgen_id is no number", about=about)
