"""What LinkedIn's refusals ask of the caller: by HTTP status, and by code where that is finer."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from typing import Any

from connectors.http import rest_asked, retry_after, sort_status
from leads.errors import AuthError, ConnectorError, ContractError, RateLimited

NAME = "linkedin_ads"
CREDENTIALS = "Check FIRSTTOUCH_LINKEDIN_ADS_TOKEN: a person must grant access again"
_EXPIRED = 65602
_VERSION_GONE = HTTPStatus.UPGRADE_REQUIRED
_CODE = re.compile(r"[A-Z][A-Z_]{2,60}")


class TokenExpired(AuthError):
    """The access token had its time: a refresh token gives a new one."""


class NotPermitted(AuthError):
    """The leads of one owner are closed to us; another owner's may be open."""


class NotThere(ContractError):
    """There is no such thing, or no longer."""


def sort_response(
    status: int, body: Any, headers: Mapping[str, str], operation: str, now: datetime
) -> ConnectorError:
    """Only codes are repeated in the text."""
    told = body if isinstance(body, dict) else {}
    problem = _problem(told)
    text = f"{problem} (HTTP {status})".strip()
    match status:
        case HTTPStatus.UNAUTHORIZED:
            kind = TokenExpired if told.get("serviceErrorCode") == _EXPIRED else AuthError
            return kind(NAME, operation, text, CREDENTIALS)
        case HTTPStatus.FORBIDDEN if told:
            remedy = "The token's owner needs a role there that may manage leads, the app Lead Sync"
            return NotPermitted(NAME, operation, text, remedy)
        case HTTPStatus.NOT_FOUND:
            return NotThere(NAME, operation, text, "It is gone, or never was")
        case status if status == _VERSION_GONE:
            remedy = "Set api_version in sources.linkedin_ads.connection to a later month"
            return ContractError(NAME, operation, text, remedy)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _rate_limited(text, headers, operation, now)
        case _:
            return sort_status(
                status, connector=NAME, operation=operation, problem=problem, headers=headers
            )


def _problem(told: Mapping[str, Any]) -> str:
    code, number = str(told.get("code") or ""), told.get("serviceErrorCode")
    named = code if _CODE.fullmatch(code) else ""
    return " ".join(filter(None, (named, str(number) if isinstance(number, int) else "")))


def _rate_limited(
    text: str, headers: Mapping[str, str], operation: str, now: datetime
) -> RateLimited:
    """Limits are a day's, and the day ends at 00:00 UTC; no header says so."""
    error = RateLimited(NAME, operation, f"rate limit, until 00:00 UTC: {text}")
    asked = retry_after(headers)
    error.retry_after = seconds_to_midnight(now) if asked is None else asked
    error.rest = rest_asked(asked)
    return error


def seconds_to_midnight(now: datetime) -> float:
    at = now.astimezone(UTC)
    midnight = datetime.combine(at.date() + timedelta(days=1), time(), UTC)
    return (midnight - at).total_seconds()
