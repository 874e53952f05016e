"""What HubSpot's refusals ask of the caller. Every field of its error bodies is optional."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from connectors.http import LONGEST_OBEYED_WAIT, rest_asked, retry_after, sort_status
from connectors.hubspot.refusal_words import plain_words, properties_in
from leads.errors import AuthError, ConnectorError, ContractError, RateLimited, TransientError
from leads.keys import CrmOwnerId
from leads.ownership import WriteStatus

NAME = "hubspot"
CREDENTIALS = "Check FIRSTTOUCH_HUBSPOT_TOKEN and the scopes of its app"
_WINDOWS = {"TEN_SECONDLY_ROLLING": 10.0, "SECONDLY": 1.0}
_UNREADABLE_LOGIN = 530
"""What stands before HubSpot answers so to a token cut short or with a space in it."""
_UNTIL_MIDNIGHT = 3600.0
"""A daily limit ends at midnight of the account's time zone: far beyond any wait worth taking."""
_EXISTING = re.compile(r"Existing ID: ?(\d+)", re.IGNORECASE | re.ASCII)
_SCOPE = re.compile(r"[a-z0-9._-]{1,80}")
_TAKEN = frozenset({"CONFLICT", "CONFLICTING_UNIQUE_VALUE"})
_ROWS_THAT_MAY_PASS = frozenset({"RATE_LIMITS", "INTERNAL_ERROR", "SERVICE_UNAVAILABLE", *_TAKEN})
_GONE = "OBJECT_NOT_FOUND"


class Taken(TransientError):
    """
    Something else holds what was to be unique, or wrote it between our look and our write.

    Looking again settles that, mostly; `existing` is the record that HubSpot names, if it does.
    """

    def __init__(self, operation: str, problem: str, existing: str | None = None) -> None:
        super().__init__(NAME, operation, problem)
        self.existing = existing


class Unfit(ContractError):
    """Values that HubSpot does not take: `refused` has its code for each property."""

    def __init__(self, operation: str, problem: str, refused: Mapping[str, str]) -> None:
        super().__init__(NAME, operation, problem)
        self.refused = refused


class SecondTimes:
    """Which records a conflict was met for before: looking once more will not help those."""

    def __init__(self) -> None:
        self._met: set[str] = set()

    def is_second(self, keys: Collection[str]) -> bool:
        again = self._met.issuperset(keys)
        self._met.update(keys)
        return again


def sort_response(
    status: int, text: str | None, headers: Mapping[str, str] | None, operation: str
) -> ConnectorError:
    """Codes, properties and plain words are repeated: messages quote values, e-mails among them."""
    body = _read(text)
    codes = list(codes_of(body))
    problem = " ".join(dict.fromkeys(codes))
    if status == 0:
        return ContractError(NAME, operation, "no secure connection could be agreed")
    if status == 429:  # noqa: PLR2004
        return _rate_limited(body, headers or {}, operation)
    if status == _UNREADABLE_LOGIN:
        problem = "what was sent is not of a token's form (HTTP 530)"
        return AuthError(NAME, operation, problem, CREDENTIALS)
    if status == 409 or _TAKEN & set(codes):  # noqa: PLR2004
        return Taken(operation, f"{problem or 'conflict'} (HTTP {status})", existing_of(body))
    if status == 400:  # noqa: PLR2004
        refused = refused_values(body)
        problem = _told(body, refused)
        if refused:
            return Unfit(operation, f"{problem or 'refused'} (HTTP 400)", refused)
    if scopes := " ".join(_scopes(body)):
        problem = f"{problem} ({scopes})"
    remedy = CREDENTIALS if status in (401, 403) else ""
    return sort_status(
        status,
        connector=NAME,
        operation=operation,
        problem=problem,
        remedy=remedy,
        headers=headers,
    )


def codes_of(error: Mapping[str, Any]) -> Iterator[str]:
    """Codes of a whole refusal or of one entry of a 207's `errors`."""
    if error.get("category"):
        yield str(error["category"])
    for part in error.get("errors") or ():
        if isinstance(part, dict) and part.get("code"):
            yield str(part["code"])


def refused_values(error: Mapping[str, Any]) -> dict[str, str]:
    """
    Name the properties whose values a refusal is about, with HubSpot's code for each.

    A 207 tells them nowhere but in its sentence, as JSON behind a colon; where it is reworded, the
    record is refused as a whole.
    """
    found: dict[str, str] = {}
    for part in error.get("errors") or ():
        context = part.get("context") if isinstance(part, dict) else None
        names = (context or {}).get("propertyName") or ()
        found |= {str(name): str(part.get("code") or "") for name in names}
    return found or dict(_listed_values(str(error.get("message") or "")))


def _listed_values(message: str) -> Iterator[tuple[str, str]]:
    start = message.find("[{")
    try:
        listed = json.loads(message[start:]) if start >= 0 else []
    except ValueError:
        return
    for each in listed:
        if isinstance(each, dict) and each.get("name"):
            yield str(each["name"]), str(each.get("error") or "")


def reason_of(error: Mapping[str, Any], owner: CrmOwnerId, known: Collection[str] = ()) -> str:
    """
    Say why one record was refused: codes, the properties they are about, and whose it was.

    `known` are the portal's properties, which its sentence may name.
    """
    refused = refused_values(error)
    return in_words(_told(error, refused, known), refused, owner)


def _told(error: Mapping[str, Any], refused: Mapping[str, str], known: Collection[str] = ()) -> str:
    pairs = (word for pair in refused.items() for word in reversed(pair))
    codes = " ".join(dict.fromkeys(filter(None, (*codes_of(error), *pairs, *properties_in(error)))))
    said = "" if blames_owner(refused) else plain_words(error, known)
    return ": ".join(filter(None, (codes, said)))


def in_words(problem: str, refused: Mapping[str, str], owner: CrmOwnerId) -> str:
    """Add to `problem` what is to be changed where it is the owner that is not taken."""
    told = problem or "refused without a code"
    if blames_owner(refused):
        return (
            f"{told}: HubSpot has no active owner {owner}; write the right id under crm: hubspot: "
            "of that owner, or activate the user in HubSpot"
        )
    return told


def blames_owner(refused: Mapping[str, str]) -> bool:
    """Whether the owner's id is among the values that were not taken, by `refused_values`."""
    return "hubspot_owner_id" in refused


def sort_row(error: Mapping[str, Any]) -> WriteStatus:
    """Say what one row's refusal asks for: another try, nothing (it is gone), or a person."""
    if _GONE in codes_of(error):
        return WriteStatus.GONE
    return WriteStatus.RETRYABLE if may_pass(error) else WriteStatus.REFUSED


def may_pass(error: Mapping[str, Any]) -> bool:
    return bool(_ROWS_THAT_MAY_PASS & set(codes_of(error)))


def is_taken(error: Mapping[str, Any]) -> bool:
    """Somebody else holds the value that must be unique."""
    return bool(_TAKEN & set(codes_of(error)))


def existing_of(error: Mapping[str, Any]) -> str | None:
    """
    The record that a refused creation met, which is there under another address perhaps.

    HubSpot tells it nowhere but in a sentence, and no read by e-mail finds it. A sentence reworded
    costs one look more at every sync, and nothing else.
    """
    found = _EXISTING.search(str(error.get("message") or ""))
    return found[1] if found else None


def _scopes(body: Mapping[str, Any]) -> Iterator[str]:
    """Names of the scopes that a MISSING_SCOPES says are lacking."""
    for error in body.get("errors") or ():
        context = error.get("context") if isinstance(error, dict) else None
        for key in ("requiredGranularScopes", "requiredScopes"):
            listed = (context or {}).get(key) or ()
            yield from (str(scope) for scope in listed if _SCOPE.fullmatch(str(scope)))


def _rate_limited(
    body: Mapping[str, Any], headers: Mapping[str, str], operation: str
) -> RateLimited:
    policy = str(body.get("policyName") or "")
    error = RateLimited(NAME, operation, f"rate limit {policy} (HTTP 429)")
    asked = retry_after(headers)
    if policy == "DAILY":
        error.retry_after = _UNTIL_MIDNIGHT
    elif asked is not None and asked <= LONGEST_OBEYED_WAIT:
        error.retry_after, error.rest = asked, rest_asked(asked)
    else:
        # Not documented for a 429, and milliseconds elsewhere: 20,000 means 20 seconds.
        error.retry_after = _WINDOWS.get(policy)
        error.rest = _window_instead(asked, error.retry_after)
    return error


def _window_instead(asked: float | None, window: float | None) -> str:
    """Say what was asked for in a header that is not obeyed, and what is done instead."""
    rested = f"we rest for {window:.0f} s, the window of that limit" if window else ""
    if asked is None:
        return rested
    told = f"it says Retry-After: {asked:.0f}, which HubSpot does not document for a 429"
    return f"{told}; {rested or 'we go by our own pauses'}"


def _read(text: str | None) -> Mapping[str, Any]:
    try:
        body = json.loads(text or "{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
