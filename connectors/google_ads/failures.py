"""What the Google Ads API's and the token endpoint's refusals ask of the caller."""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.http import rest_asked, retry_after, sort_status
from leads.errors import AuthError, ConnectorError, ContractError, RateLimited, TransientError

NAME = "google_ads"
_CREDENTIALS = {
    "invalid_client": "Check FIRSTTOUCH_GOOGLE_ADS_CLIENT_ID and ..._CLIENT_SECRET",
    "invalid_grant": "Make a new FIRSTTOUCH_GOOGLE_ADS_REFRESH_TOKEN: this one is no longer good",
}
_ACCESS = (
    "The user of FIRSTTOUCH_GOOGLE_ADS_REFRESH_TOKEN must be let into this account; one under a "
    "manager also needs login_customer_id"
)
_REMEDIES = (
    ("DEVELOPER_TOKEN", "Check FIRSTTOUCH_GOOGLE_ADS_DEVELOPER_TOKEN and its access level"),
    ("CUSTOMER_NOT_ENABLED", "The account is closed or not yet open: remove it from customer_ids"),
    ("CUSTOMER_NOT_FOUND", "Check customer_ids"),
)
_MAY_PASS = frozenset(
    {"TRANSIENT_ERROR", "INTERNAL_ERROR", "DEADLINE_EXCEEDED", "RESOURCE_TEMPORARILY_EXHAUSTED"}
)


class LoginRefused(AuthError):
    """No access token: no account can be read."""


def sort_login(status: int, body: Any, operation: str) -> ConnectorError:
    """Only Google's word for the error is repeated, not its description."""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str) and error in _CREDENTIALS:
        text = f"{error} (HTTP {status})"
        return LoginRefused(NAME, operation, text, _CREDENTIALS[error])
    problem = error if isinstance(error, str) else ""
    return sort_status(status, connector=NAME, operation=operation, problem=problem)


def sort_response(
    status: int, body: Any, headers: Mapping[str, str], operation: str
) -> ConnectorError:
    """Only codes are repeated. A stream's error comes as the only entry of a list."""
    told = body[0] if isinstance(body, list) and body else body
    error = told.get("error") if isinstance(told, dict) else None
    failures = list(_failures(error))
    codes = [str(code) for f in failures for code in (f.get("errorCode") or {}).values()]
    problem = ", ".join(codes) or str((error or {}).get("status") or "")
    text = f"{problem} (HTTP {status})" if problem else f"HTTP {status}"
    if status == 429:  # noqa: PLR2004  (HTTP's own number)
        limited = RateLimited(NAME, operation, f"rate limit: {text}")
        limited.retry_after = max(_delays(failures), default=retry_after(headers) or 0) or None
        limited.rest = rest_asked(limited.retry_after)
        return limited
    if status in (401, 403):
        return AuthError(NAME, operation, text, _remedy(codes))
    if _MAY_PASS & set(codes):
        passing = TransientError(NAME, operation, text)
        passing.retry_after = retry_after(headers)
        return passing
    if "INVALID_CUSTOMER_ID" in codes:
        return ContractError(NAME, operation, text, "Check customer_ids and login_customer_id")
    return sort_status(
        status, connector=NAME, operation=operation, problem=problem, headers=headers
    )


def _failures(error: Any) -> Iterator[Mapping[str, Any]]:
    """Errors of every GoogleAdsFailure among the details."""
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        errors = detail.get("errors") if isinstance(detail, dict) else None
        yield from (e for e in errors or () if isinstance(e, dict))


def _delays(failures: list[Mapping[str, Any]]) -> Iterator[float]:
    """`retryDelay` is a duration as text: "30s". No header has it."""
    for failure in failures:
        quota = (failure.get("details") or {}).get("quotaErrorDetails") or {}
        try:
            yield float(str(quota.get("retryDelay")).removesuffix("s"))
        except ValueError:
            continue


def _remedy(codes: list[str]) -> str:
    found = (text for start, text in _REMEDIES for code in codes if code.startswith(start))
    return next(found, _ACCESS)
