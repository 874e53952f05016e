"""How the Google Ads API and Google's token endpoint word a refusal."""

import uuid
from typing import Any

from starlette.responses import Response

from sandbox.app import compact_json
from sandbox.faults import Fault, FaultKind

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_FAILURE = "type.googleapis.com/google.ads.googleads.{version}.errors.GoogleAdsFailure"
_SUMMARY = {
    400: "Request contains an invalid argument.",
    401: "Request had invalid authentication credentials.",
    403: "The caller does not have permission",
    429: "Resource has been exhausted (e.g. check quota).",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
}


class AdsError(Exception):
    """One refused request. `kind` is the family of `code`: queryError, authorizationError..."""

    def __init__(
        self, status: int, kind: str = "", code: str = "", message: str = "", **details: Any
    ) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self._error: dict[str, Any] = (
            {"errorCode": {kind: code}, "message": message} if code else {}
        )
        if details:
            self._error["details"] = details
        self._message = message

    def body(self, version: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "code": self.status,
            "message": _SUMMARY.get(self.status, self._message) if self.code else self._message,
            "status": STATUSES[self.status],
        }
        if self._error:
            told["details"] = [
                {
                    "@type": _FAILURE.format(version=version),
                    "errors": [self._error],
                    "requestId": request_id(),
                }
            ]
        return {"error": told}

    def answer(self, version: str, *, in_list: bool = False) -> Response:
        """Answer it; a stream, which is a list of chunks, has its error as one of them."""
        body = self.body(version)
        return compact_json([body] if in_list else body, self.status)


def request_id() -> str:
    return uuid.uuid4().hex[:22]


def query_error(code: str, message: str) -> AdsError:
    return AdsError(400, "queryError", code, f"Error in query: {message}")


def no_credential() -> AdsError:
    told = "Request is missing required authentication credential. Expected OAuth 2 access token."
    return AdsError(401, message=told)


def bad_credential() -> AdsError:
    told = "Request had invalid authentication credentials. Expected OAuth 2 access token."
    return AdsError(401, message=told)


def bad_developer_token() -> AdsError:
    told = "The developer token is not valid."
    return AdsError(401, "authenticationError", "DEVELOPER_TOKEN_INVALID", told)


def no_developer_token() -> AdsError:
    told = "The developer-token parameter is required for all requests."
    return AdsError(400, "requestError", "DEVELOPER_TOKEN_PARAMETER_MISSING", told)


def no_permission() -> AdsError:
    told = (
        "User doesn't have permission to access customer. Note: If you're accessing a client "
        "customer, the manager's customer id must be set in the 'login-customer-id' header."
    )
    return AdsError(403, "authorizationError", "USER_PERMISSION_DENIED", told)


def not_enabled() -> AdsError:
    told = "The customer account can't be accessed because it is not yet enabled or is deactivated."
    return AdsError(403, "authorizationError", "CUSTOMER_NOT_ENABLED", told)


def bad_customer(text: str) -> AdsError:
    return AdsError(400, "requestError", "INVALID_CUSTOMER_ID", f"Invalid customer ID '{text}'.")


def exhausted(seconds: str) -> AdsError:
    """Too many requests: how long to wait stands in the error's details, in no header."""
    told = "Too many requests. Retry in {seconds} seconds." if seconds else "Too many requests."
    scope: dict[str, str] = {"rateScope": "DEVELOPER", "rateName": "Requests per day"}
    if seconds:
        scope["retryDelay"] = f"{seconds}s"
    message = told.format(seconds=seconds)
    return AdsError(429, "quotaError", "RESOURCE_EXHAUSTED", message, quotaErrorDetails=scope)


def fault_answer(fault: Fault) -> Response:
    """The vendor's own words for a fault that answers for the whole request."""
    if fault.kind is FaultKind.RATE_LIMITED:
        return exhausted(fault.retry_after or "").answer("v26", in_list="Stream" in fault.path)
    told = "The service is currently unavailable."
    return AdsError(503, message=told).answer("v26", in_list="Stream" in fault.path)


def oauth_refusal(status: int, error: str, description: str) -> Response:
    return compact_json({"error": error, "error_description": description}, status)
