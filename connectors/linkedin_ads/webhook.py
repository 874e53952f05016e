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
    hmac_sha256,
    is_same,
)
from connectors.inbound_json import Unreadable, read_json
from connectors.linkedin_ads.failures import NAME

SIGNATURE_HEADER = "x-li-signature"
CHALLENGE_PARAMETER = "challengeCode"
CLIENT_SECRET = "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET"  # noqa: S105  (a variable's name)
_SIGNED_PREFIX = b"hmacsha256="
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_LEAD_URN = re.compile(r"urn:li:leadGenFormResponse:([\w-]+)", re.ASCII)


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
    events = told if isinstance(told, list) else [told]
    created = tuple(_leads(events, "CREATED"))
    erased = tuple(_leads(events, "DELETED"))
    if not created and not erased:
        return ()
    return (Notice(source=NAME, ids=created, erased=erased),)


def _leads(events: list[Any], action: str) -> list[str]:
    """Ids of the leads that `action` was taken on, each once."""
    found = (
        _LEAD_URN.fullmatch(str(event.get("leadGenFormResponse")))
        for event in events
        if isinstance(event, dict)
        and event.get("type") == "LEAD_ACTION"
        and event.get("leadAction") == action
    )
    return list(dict.fromkeys(match[1] for match in found if match))
