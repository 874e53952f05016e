"""
What a LinkedIn webhook brings, before anything of it is believed. No I/O.

One secret proves both the challenge and the notifications: the answer to a challenge of
`hmacsha256=` and a body would be that body's valid signature. LinkedIn challenges with UUIDs, so
nothing else is answered.
"""

import re
from collections.abc import Mapping
from typing import Any

from connectors.inbound import (
    NOT_READABLE,
    UNAUTHORIZED,
    Notice,
    Received,
    Refusal,
    Unread,
    hmac_sha256,
    is_same,
    known_by,
)
from connectors.inbound_json import Unreadable, read_json
from connectors.linkedin_ads.failures import NAME
from connectors.linkedin_ads.wire import LEAD_ID

SIGNATURE_HEADER = "x-li-signature"
CHALLENGE_PARAMETER = "challengeCode"
CLIENT_SECRET = "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET"  # noqa: S105  (a variable's name)
_CREATED, _DELETED = "CREATED", "DELETED"
_SIGNED_PREFIX = b"hmacsha256="
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_LEAD_URN = re.compile(rf"urn:li:leadGenFormResponse:({LEAD_ID.pattern})", re.ASCII)


def answer_challenge(code: str, secret: str) -> Mapping[str, str] | Refusal:
    """Answer the JSON that proves who we are; LinkedIn waits for 3 seconds."""
    if not secret:
        return Refusal(status=UNAUTHORIZED, problem="there is no secret to answer with")
    if not _UUID.fullmatch(code):
        return Refusal(status=NOT_READABLE, problem="challengeCode is not a UUID")
    response = hmac_sha256(secret, code.encode())
    return {"challengeCode": code, "challengeResponse": response}


def verify_notification(body: bytes, signature: str, secret: str) -> Received:
    """
    Answer which leads to fetch, and which to erase; nothing for other kinds of event.

    A notification may come twice, and before its lead can be read.
    """
    if not (secret and is_same(signature, hmac_sha256(secret, _SIGNED_PREFIX + body))):
        return Refusal(status=UNAUTHORIZED, problem="X-LI-Signature is not of this body")
    try:
        told = read_json(body)
    except Unreadable as error:
        return Refusal(status=NOT_READABLE, problem=str(error))
    created: dict[str, None] = {}
    erased: dict[str, None] = {}
    unread: dict[Unread, None] = {}
    for event in told if isinstance(told, list) else [told]:
        match _read(event):
            case Unread() as each:
                unread[each] = None
            case (action, lead_id):
                (erased if action == _DELETED else created)[lead_id] = None
            case None:
                pass
    if not (created or erased or unread):
        return ()
    return (Notice(source=NAME, ids=tuple(created), erased=tuple(erased), unread=tuple(unread)),)


def _read(event: Any) -> tuple[str, str] | Unread | None:
    """Answer what was done with which lead; None for events of other kinds."""
    if not (isinstance(event, dict) and isinstance(event.get("type"), str)):
        return Unread(problem="an event is no object with a type")
    action = event.get("leadAction")
    if event["type"] != "LEAD_ACTION" or action not in (_CREATED, _DELETED):
        return None
    lead = _LEAD_URN.fullmatch(str(event.get("leadGenFormResponse")))
    if lead:
        return action, lead[1]
    return Unread(
        problem=f"{action} with a leadGenFormResponse that names no lead",
        about=known_by(event, ["occurredAt"]),
        erases=action == _DELETED,
    )
