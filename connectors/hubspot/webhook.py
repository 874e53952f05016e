"""What HubSpot's webhooks bring, before anything of it is believed. No I/O."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.hubspot.failures import NAME
from connectors.inbound import (
    NOT_READABLE,
    UNAUTHORIZED,
    Notice,
    Received,
    Refusal,
    Unread,
    is_record_number,
    known_by,
)
from connectors.inbound_json import Unreadable, read_json

SIGNATURE_HEADER = "x-hubspot-signature-v3"
TIMESTAMP_HEADER = "x-hubspot-request-timestamp"
CLIENT_SECRET = "FIRSTTOUCH_HUBSPOT_CLIENT_SECRET"  # noqa: S105  (a variable's name)
WINDOW = timedelta(minutes=5)
_LONGEST_STAMP = 15
_DECODED = {
    "%3A": ":",
    "%2F": "/",
    "%3F": "?",
    "%40": "@",
    "%21": "!",
    "%24": "$",
    "%27": "'",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}
"""What the documentation wants decoded in an address before it is signed, and nothing else."""
_ENCODED = re.compile("|".join(_DECODED), re.IGNORECASE)
_PREFIXES = {"contacts": "contact.", "leads": "lead."}
_TYPE_IDS = {"contacts": "0-1", "leads": "0-136"}
_ID_KEYS = ("objectId", "newObjectId", "primaryObjectId")
_KNOWN_BY = ("eventId", "subscriptionId", "occurredAt")
_CONTACTS, _DELETION, _ERASURE = "contacts", "deletion", "privacyDeletion"
_DEEDS = ("creation", "propertyChange", "merge", "restore", "associationChange", _ERASURE)
_NO_EVENT = "an event is no object with a subscriptionType"
_PORTAL = "portalId"
_ELSEWHERE = "an event of another portal, which is not obeyed"
_UNSURE = "privacyDeletion, and HubSpot could not be asked which portal is ours"


def verify_webhook(
    *,
    method: str,
    uri: str,
    body: bytes,
    timestamp: str | None,
    signature: str | None,
    secret: str,
    now: datetime,
    kind: str = "contacts",
    portal: str | None = None,
) -> Received:
    """
    Answer which records of `kind` to fetch, each once, and which to erase.

    The secret is the app's: what another portal than `portal`, ours, says of its own records would
    be of a stranger here. While ours is not known (None), its orders to erase wait for a person.
    `uri` is the whole address as HubSpot calls it. A time that lies ahead is refused as an old one
    is: a request recorded once could be kept for later.
    """
    # As documented, or with the address as it came, which HubSpot's own clients sign.
    addresses = (decoded(uri), uri)
    wanted = [sign(method, address, body, timestamp or "", secret) for address in addresses]
    if not (secret and _is_one_of(signature or "", wanted)):
        return Refusal(status=UNAUTHORIZED, problem="X-HubSpot-Signature-v3 is not of this request")
    if not _is_recent(timestamp or "", now):
        problem = "X-HubSpot-Request-Timestamp is not within five minutes of our clock"
        return Refusal(status=UNAUTHORIZED, problem=problem)
    try:
        told = read_json(body)
    except Unreadable as error:
        return Refusal(status=NOT_READABLE, problem=str(error))
    return _notices(told if isinstance(told, list) else [told], kind, portal)


def sign(method: str, uri: str, body: bytes, timestamp: str, secret: str) -> str:
    message = method.encode() + _bytes(uri) + body + _bytes(timestamp)
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def decoded(uri: str) -> str:
    return _ENCODED.sub(lambda found: _DECODED[found[0].upper()], uri)


def _is_one_of(given: str, wanted: list[str]) -> bool:
    """Compare with each, in constant time."""
    return any(hmac.compare_digest(_bytes(given), _bytes(each)) for each in wanted)


def _bytes(text: str) -> bytes:
    return text.encode(errors="backslashreplace")


def _is_recent(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= _LONGEST_STAMP):
        return False
    age = now.timestamp() - int(timestamp) / 1000
    return abs(age) <= WINDOW.total_seconds()


def _notices(told: list[Any], kind: str, portal: str | None) -> tuple[Notice, ...]:
    """
    One event may come several times, and a record in several events: its id is all that counts.

    Ids of events are no key: HubSpot does not promise that they differ.
    """
    events = [event for event in told if _is_event(event)]
    here = [event for event in events if not _is_elsewhere(event, portal)]
    ours = [event for event in here if _is_of(event, kind)]
    orders = [event for event in ours if _deed(event) == _ERASURE]
    ordered = {i for order in orders for i in _ids(order)}
    erased = dict.fromkeys(i for e in orders if not _is_unsure(e, portal) for i in _ids(e))
    ids = dict.fromkeys(i for e in ours if _deed(e) not in (_DELETION, _ERASURE) for i in _ids(e))
    wanted = tuple(i for i in ids if i not in ordered)
    nothing = [Unread(problem=_NO_EVENT)] if len(events) < len(told) else []
    unsure = [_untried(order) for order in orders if _is_unsure(order, portal) and any(_ids(order))]
    others = [
        Unread(problem=_ELSEWHERE, about=known_by(event, (_PORTAL,)))
        for event in events
        if _is_elsewhere(event, portal) and _is_of(event, kind)
    ]
    unread = tuple(
        dict.fromkeys([*nothing, *_unread(ours), *_of_persons(here, kind), *unsure, *others])
    )
    if not (wanted or erased or unread):
        return ()
    # A privacy deletion is of the contact for good, by law: not of one record among others.
    notice = Notice(
        source=NAME,
        ids=wanted,
        erased=tuple(erased),
        erases_person=bool(erased),
        unread=unread,
    )
    return (notice,)


def _is_event(event: Any) -> bool:
    return isinstance(event, dict) and isinstance(event.get("subscriptionType"), str)


def _is_elsewhere(event: Mapping[str, Any], portal: str | None) -> bool:
    return portal is not None and _PORTAL in event and str(event[_PORTAL]) != portal


def _is_unsure(event: Mapping[str, Any], portal: str | None) -> bool:
    """What names no portal cannot be of another: HubSpot names it always."""
    return portal is None and _PORTAL in event


def _untried(order: Mapping[str, Any]) -> Unread:
    about = known_by(order, ("objectId", _PORTAL, *_KNOWN_BY))
    return Unread(problem=_UNSURE, about=about, erases=True)


def _is_of(event: Mapping[str, Any], kind: str) -> bool:
    """Older subscriptions are `contact.creation`, generic ones `object.creation` with a type."""
    subscription = event["subscriptionType"]
    if subscription.startswith("object."):
        return event.get("objectTypeId") == _TYPE_IDS.get(kind)
    return bool(subscription.startswith(_PREFIXES.get(kind, "?")))


def _deed(event: Mapping[str, Any]) -> str:
    return str(event["subscriptionType"]).partition(".")[2]


def _ids(event: Mapping[str, Any]) -> Iterator[str]:
    """A merge names more than one record: the one that is left, under either of its names."""
    for key in _ID_KEYS:
        value = str(event.get(key))
        if is_record_number(value):
            yield value


def _unread(ours: list[dict[str, Any]]) -> Iterator[Unread]:
    """Yield the events that name no record. A deletion asks nothing of us."""
    for event in ours:
        deed = _deed(event)
        if deed == _DELETION or any(_ids(event)):
            continue
        # The rest of its name is HubSpot's own, and may be anything.
        named = deed if deed in _DEEDS else "an event"
        problem = f"{named} whose objectId is no number"
        yield Unread(problem=problem, about=known_by(event, _KNOWN_BY), erases=deed == _ERASURE)


def _of_persons(events: list[dict[str, Any]], kind: str) -> Iterator[Unread]:
    """Yield erasures of contacts where what is stored are leads, whose ids are others."""
    if kind == _CONTACTS:
        return
    problem = "privacyDeletion of a contact, while leads are read here by ids of their own"
    for event in events:
        if _is_of(event, _CONTACTS) and _deed(event) == _ERASURE:
            about = known_by(event, ("objectId", *_KNOWN_BY))
            yield Unread(problem=problem, about=about, erases=True)
