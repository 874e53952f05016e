"""What Pipedrive's refusals ask of the caller: by HTTP status, and by header where it is finer."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from connectors.http import rest_asked, retry_after, sort_status
from leads.errors import AuthError, ConnectorError, ContractError, RateLimited

NAME = "pipedrive"
CREDENTIALS = "Check FIRSTTOUCH_PIPEDRIVE_TOKEN: a user has one token, and a new one ends the old"
BUDGET_LEFT, BUDGET_A_DAY = "x-daily-ratelimit-token-remaining", "x-daily-ratelimit-token-limit"
_RESET = "x-ratelimit-reset"
_WINDOW = 2.0
_LONG = 3600.0
"""Until a day's budget is back, or a block is lifted: far beyond any wait worth taking."""
_CODE = re.compile(r"[A-Za-z]+(_[A-Za-z]+)+")


class NotThere(ContractError):
    """There is no such record, or no longer."""


class Refused(ContractError):
    """Something in what was sent is not taken; Pipedrive's sentence is the only one to say what."""


def sort_response(
    status: int, body: Any, headers: Mapping[str, str], operation: str
) -> ConnectorError:
    """Only codes are repeated in the text: the sentences may quote what was sent."""
    told = body if isinstance(body, dict) else {}
    problem = _code(told)
    text = f"{problem} (HTTP {status})".strip()
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return AuthError(NAME, operation, text, CREDENTIALS)
        case HTTPStatus.PAYMENT_REQUIRED:
            remedy = "Look at the company's billing in Pipedrive"
            return AuthError(NAME, operation, f"the account is not open {text}", remedy)
        case HTTPStatus.FORBIDDEN if not isinstance(body, dict):
            return _blocked(operation)
        case HTTPStatus.FORBIDDEN:
            remedy = "The token's user needs that right, and the API, in their permission set"
            return AuthError(NAME, operation, text, remedy)
        case HTTPStatus.NOT_FOUND:
            return NotThere(NAME, operation, text)
        case HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY:
            return Refused(NAME, operation, text)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _rate_limited(headers, operation)
        case _:
            return sort_status(
                status, connector=NAME, operation=operation, problem=problem, headers=headers
            )


def _code(told: Mapping[str, Any]) -> str:
    """A code stands in `code`, or at the beginning of `error`; without one nothing is told."""
    for name in ("code", "error"):
        if found := _CODE.match(str(told.get(name) or "")):
            return found[0]
    return ""


def _blocked(operation: str) -> RateLimited:
    """Whoever goes on after a 429 is shut out by the network in front, with a page for people."""
    error = RateLimited(NAME, operation, "shut out for asking too often (HTTP 403, no JSON)")
    error.retry_after, error.rest = _LONG, "left alone for an hour"
    return error


def _rate_limited(headers: Mapping[str, str], operation: str) -> RateLimited:
    """The day's budget ends at midnight of a server's time zone that no answer names."""
    if headers.get(BUDGET_LEFT) == "0":
        error = RateLimited(NAME, operation, "the day's API budget is used up (HTTP 429)")
        error.retry_after = _LONG
        return error
    error = RateLimited(NAME, operation, "too many calls in two seconds (HTTP 429)")
    asked = retry_after(headers)
    if asked is None:
        asked = _seconds(headers.get(_RESET))
    error.retry_after = _WINDOW if asked is None else asked
    error.rest = rest_asked(asked)
    return error


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text or ""))
    except ValueError:
        return None
