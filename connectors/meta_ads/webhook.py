"""What Meta's webhooks bring, before anything of it is believed. No I/O."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.inbound import (
    NOT_READABLE,
    UNAUTHORIZED,
    Notice,
    Received,
    Refusal,
    Unread,
    hmac_sha256,
    is_record_number,
    is_same,
    known_by,
)
from connectors.inbound_json import Unreadable, read_json
from connectors.meta_ads.failures import NAME
from connectors.meta_ads.mapping import of_other_page

SIGNATURE_HEADER = "x-hub-signature-256"
APP_SECRET = "FIRSTTOUCH_META_ADS_APP_SECRET"  # noqa: S105  (a variable's name)
VERIFY_TOKEN = "FIRSTTOUCH_META_ADS_VERIFY_TOKEN"  # noqa: S105  (a variable's name)
_FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class _Told:
    """A new lead, and the page whose form it is of; "" where that is not told."""

    lead_id: str
    page_id: str


def answer_challenge(query: Mapping[str, str], verify_token: str) -> str | Refusal:
    """Answer the text that Meta wants to see when a subscription is made."""
    if query.get("hub.mode") != "subscribe" or "hub.challenge" not in query:
        return Refusal(status=NOT_READABLE, problem="not a verification by hub.mode=subscribe")
    if not is_same(query.get("hub.verify_token", ""), verify_token):
        return Refusal(status=_FORBIDDEN, problem="hub.verify_token is not ours")
    return query["hub.challenge"]


def verify_webhook(
    body: bytes, signature: str, app_secret: str, pages: Collection[str] = ()
) -> Received:
    """
    Answer which leads to fetch; nothing for other kinds of change. It may come again.

    Only those of `pages` are fetched, where any are listed: of others no more is kept than ids.
    """
    if not (app_secret and is_same(signature, f"sha256={hmac_sha256(app_secret, body)}")):
        return Refusal(status=UNAUTHORIZED, problem="X-Hub-Signature-256 is not of this body")
    try:
        told = read_json(body)
    except Unreadable as error:
        return Refusal(status=NOT_READABLE, problem=str(error))
    read = dict.fromkeys(_read(told))
    leads = [each for each in read if isinstance(each, _Told)]
    others = [each for each in leads if pages and each.page_id and each.page_id not in pages]
    notice = Notice(
        source=NAME,
        ids=tuple(dict.fromkeys(each.lead_id for each in leads if each not in others)),
        records=tuple(of_other_page(each.lead_id, each.page_id) for each in others),
        unread=tuple(each for each in read if isinstance(each, Unread)),
    )
    return (notice,) if read else ()


def _read(told: Any) -> Iterator[_Told | Unread]:
    """Yield ids of leads, which come as numbers and as text; an entry may hold several changes."""
    entries = told.get("entry") if isinstance(told, dict) else None
    if not isinstance(entries, list):
        yield Unread(problem="the body has no list named entry")
        return
    for entry in entries:
        if not isinstance(entry, dict):
            yield Unread(problem="an entry is no object")
        elif isinstance(entry.get("changes"), list):
            page_id = _number(entry.get("id"))
            yield from (each for change in entry["changes"] for each in _lead_of(change, page_id))
        elif "changes" in entry:
            yield Unread(problem="an entry's changes are no list", about=known_by(entry, ["time"]))


def _lead_of(change: Any, page_id: str) -> Iterator[_Told | Unread]:
    """Yield the lead of a change; of a page's other news, nothing."""
    if not isinstance(change, dict):
        yield Unread(problem="a change is no object")
        return
    if change.get("field") != "leadgen":
        return
    value = change.get("value")
    of_lead = value if isinstance(value, dict) else {}
    lead_id = str(of_lead.get("leadgen_id"))
    if is_record_number(lead_id):
        yield _Told(lead_id, _number(of_lead.get("page_id")) or page_id)
    else:
        about = known_by(of_lead, ["page_id", "form_id", "created_time"])
        yield Unread(problem="a leadgen change whose leadgen_id is no number", about=about)


def _number(value: Any) -> str:
    return text if is_record_number(text := str(value)) else ""
