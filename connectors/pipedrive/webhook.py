"""
What Pipedrive's webhooks (version 2) bring, before anything of it is believed. No I/O.

Pipedrive signs nothing: it sends the name and the password that were typed in with the address.
"""

import base64
import binascii
from typing import Any

from connectors.inbound import (
    NOT_READABLE,
    UNAUTHORIZED,
    Notice,
    Received,
    Refusal,
    Unread,
    is_same,
    known_by,
)
from connectors.inbound_json import Unreadable, read_json
from connectors.pipedrive.failures import NAME
from connectors.pipedrive.identity import read_lead_id

AUTHORIZATION = "authorization"
PASSWORD = "FIRSTTOUCH_PIPEDRIVE_WEBHOOK_PASSWORD"  # noqa: S105  (a variable's name)
_SCHEME, _VERSION = "basic", "2.0"
_ARRIVED = ("create", "change")


def verify_webhook(body: bytes, authorization: str, password: str) -> Received:
    """
    Answer which lead to fetch; nothing for other objects.

    A lead that was deleted was an order to erase nobody: so is every one that became a deal.
    """
    if not is_same(_password(authorization), password):
        problem = "the HTTP auth password is not the one that this address expects"
        return Refusal(status=UNAUTHORIZED, problem=problem)
    try:
        told = read_json(body)
    except Unreadable as error:
        return Refusal(status=NOT_READABLE, problem=str(error))
    match _read(told.get("meta") if isinstance(told, dict) else None):
        case Unread() as unread:
            return (Notice(source=NAME, unread=(unread,)),)
        case str() as lead_id:
            return (Notice(source=NAME, ids=(lead_id,)),)
        case None:
            return ()


def _password(authorization: str) -> str:
    """Answer what follows the name; "" where there is none."""
    scheme, _, packed = authorization.partition(" ")
    if scheme.lower() != _SCHEME:
        return ""
    try:
        told = base64.b64decode(packed.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return told.partition(":")[2]


def _read(meta: Any) -> str | Unread | None:
    if not isinstance(meta, dict):
        return Unread(problem="an event has no meta")
    if meta.get("version") != _VERSION:
        text = (
            f"an event that is not of version {_VERSION}: make the webhook anew, with that version"
        )
        return Unread(problem=text, about=known_by(meta, ["webhook_id"]))
    if meta.get("entity") != "lead" or meta.get("action") not in _ARRIVED:
        return None
    lead_id = read_lead_id(str(meta.get("entity_id")))
    return lead_id or Unread(
        problem="an event of a lead whose entity_id is no lead's",
        about=known_by(meta, ["webhook_id"]),
    )
