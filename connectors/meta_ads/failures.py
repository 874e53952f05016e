"""What the Graph's error codes ask of the caller: nearly all of them come with HTTP 400."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.http import rest_asked, retry_after, sort_status
from leads.errors import AuthError, ConnectorError, ContractError, RateLimited, TransientError

NAME = "meta_ads"
CREDENTIALS = "Check FIRSTTOUCH_META_ADS_TOKEN and FIRSTTOUCH_META_ADS_APP_SECRET"
_PERMISSIONS = "The token needs leads_retrieval, pages_show_list and pages_read_engagement"
_NEW_TOKEN = frozenset({102, 104, 190})
_PERMISSION_CODES = frozenset({10, *range(200, 300)})
_LIMITS = frozenset({4, 17, 32, 613, 80001, 80004, 80005})
_MAY_PASS = frozenset({1, 2, 341})
_BLOCKED = 368
_BLOCKED_FOR = 3600.0
_NOT_THERE = (100, 33)
_BAD_REQUEST = 100
_PROOF = (
    "Meta answers so to a wrong app secret: check that FIRSTTOUCH_META_ADS_APP_SECRET is of the "
    "app which FIRSTTOUCH_META_ADS_TOKEN was made with"
)


class NotThere(ContractError):
    """The object was deleted, or the token may not see it: the Graph does not tell which."""


def sort_response(
    status: int, body: Any, headers: Mapping[str, str], operation: str
) -> ConnectorError:
    """Only codes are repeated in the text."""
    told = body.get("error") if isinstance(body, dict) else None
    error = told if isinstance(told, dict) else {}
    code, subcode = error.get("code"), error.get("error_subcode")
    problem = f"code {code}" + (f"/{subcode}" if subcode else "") if code else ""
    text = f"{problem} (HTTP {status})" if problem else ""
    if code in _NEW_TOKEN:
        return AuthError(NAME, operation, text, CREDENTIALS)
    if code in _PERMISSION_CODES:
        return AuthError(NAME, operation, text, _PERMISSIONS)
    if code in _LIMITS or code == _BLOCKED:
        return _rate_limited(text, headers, operation, is_blocked=code == _BLOCKED)
    if code in _MAY_PASS or error.get("is_transient"):
        passing = TransientError(NAME, operation, text)
        passing.retry_after = retry_after(headers)
        return passing
    if (code, subcode) == _NOT_THERE:
        return NotThere(NAME, operation, text, "It is gone, or the token may not see it")
    if code == _BAD_REQUEST:
        return ContractError(NAME, operation, text, _PROOF)
    return sort_status(
        status, connector=NAME, operation=operation, problem=problem, headers=headers
    )


def _rate_limited(
    text: str, headers: Mapping[str, str], operation: str, *, is_blocked: bool
) -> RateLimited:
    error = RateLimited(NAME, operation, f"rate limit: {text}")
    minutes = max(_minutes(headers.get("x-business-use-case-usage")), default=0)
    error.retry_after = minutes * 60.0 if minutes else retry_after(headers)
    error.rest = rest_asked(error.retry_after)
    if is_blocked:
        error.retry_after, error.rest = _BLOCKED_FOR, ""
    return error


def _minutes(usage: str | None) -> Iterator[int]:
    """`estimated_time_to_regain_access` is in minutes, not in seconds."""
    try:
        told = json.loads(usage or "{}")
        for entries in told.values():
            for entry in entries:
                yield int(entry.get("estimated_time_to_regain_access") or 0)
    except (ValueError, AttributeError, TypeError):
        return
