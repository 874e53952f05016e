"""Who may call the generic webhook: holders of the secret sign, holders of the token name ids."""

from datetime import datetime
from enum import StrEnum

from connectors.inbound import CLOSED, UNAUTHORIZED, Refusal, Sent, hmac_sha256, is_same

SIGNATURE = "x-firsttouch-signature"
TIMESTAMP = "x-firsttouch-timestamp"
WINDOW_SECONDS = 300
_PREFIX = "sha256="
_BEARER = "bearer "


class Proof(StrEnum):
    """What a caller has shown."""

    SIGNED = "signed"  # may bring leads whole
    TOKEN = "token"  # noqa: S105  may only name records, which are then read at their source


def prove(sent: Sent, *, secret: str, token: str, now: datetime) -> Proof | Refusal:
    """
    Say what proof a request carries. Nothing of the body is read before.

    An empty secret or token opens nothing: proof that nobody here can look at is answered as a
    closed door is, so that the sender keeps it and whoever runs this is told what is not set.
    """
    if SIGNATURE in sent.headers:
        return _signed(sent, secret, now) if secret else _not_open("signed requests", "secret")
    given = sent.headers.get("authorization", "")
    if given.lower().startswith(_BEARER):
        if not token:
            return _not_open("requests by token", "token")
        if is_same(given[len(_BEARER) :].strip(), token):
            return Proof.TOKEN
        return Refusal(status=UNAUTHORIZED, problem="the token is not ours")
    needed = "send X-Firsttouch-Timestamp and X-Firsttouch-Signature"
    return Refusal(status=UNAUTHORIZED, problem=f"the request is not signed: {needed}")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """
    Return the signature header's value.

    The time is signed with the body: alone, anybody could replay an old body with a new time.
    """
    return _PREFIX + hmac_sha256(secret, timestamp.encode() + b"." + body)


def _not_open(to: str, what: str) -> Refusal:
    return Refusal(
        status=CLOSED, problem=f"this webhook is not open to {to}: its {what} is not set"
    )


def _signed(sent: Sent, secret: str, now: datetime) -> Proof | Refusal:
    timestamp = sent.headers.get(TIMESTAMP, "")
    given = sent.headers[SIGNATURE]
    if not is_same(given, sign(secret, timestamp, sent.body)):
        wanted = "sha256=HMAC-SHA256(secret, timestamp + '.' + raw body) in hex"
        return Refusal(status=UNAUTHORIZED, problem=f"the signature is not {wanted}")
    if not _is_recent(timestamp, now):
        problem = f"{TIMESTAMP} is not the present time in seconds since 1970, within 5 minutes"
        return Refusal(status=UNAUTHORIZED, problem=problem)
    return Proof.SIGNED


def _is_recent(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdecimal()):
        return False
    return abs(now.timestamp() - int(timestamp[:15])) <= WINDOW_SECONDS
