"""How LinkedIn words a refusal: an HTTP status, and the same status in the body."""

from typing import Any

from starlette.responses import Response

from sandbox.app import compact_json
from sandbox.faults import Fault, FaultKind

_DAY_LIMIT = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."


class LinkedInError(Exception):
    """One refused request. `service_code` is left out where LinkedIn leaves it out."""

    def __init__(
        self, status: int, code: str, message: str, *, service_code: int | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self._message, self._service_code = message, service_code

    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = {"status": self.status}
        if self._service_code is not None:
            told["serviceErrorCode"] = self._service_code
        return {**told, "code": self.code, "message": self._message}

    def answer(self, headers: dict[str, str] | None = None) -> Response:
        return compact_json(self.body(), self.status, headers)


def revoked_token() -> LinkedInError:
    told = "The token used in the request has been revoked by the user"
    return LinkedInError(401, "REVOKED_ACCESS_TOKEN", told, service_code=65601)


def expired_token() -> LinkedInError:
    told = "The token used in the request has expired"
    return LinkedInError(401, "EXPIRED_ACCESS_TOKEN", told, service_code=65602)


def invalid_token() -> LinkedInError:
    return LinkedInError(401, "INVALID_ACCESS_TOKEN", "Invalid access token", service_code=65600)


def access_denied() -> LinkedInError:
    told = "Not enough permissions to access resource"
    return LinkedInError(403, "ACCESS_DENIED", told, service_code=100)


def no_version() -> LinkedInError:
    told = "A version must be present. Please specify a version by adding the LinkedIn-Version "
    return LinkedInError(400, "VERSION_MISSING", f"{told}header.")


def no_such_version(version: str) -> LinkedInError:
    return LinkedInError(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active")


def bad_query(name: str) -> LinkedInError:
    """What an encoded parenthesis, a bare URN, or one encoded twice comes to."""
    told = f"Invalid query parameters passed to request: {name}"
    return LinkedInError(400, "ILLEGAL_ARGUMENT", told)


def no_such_protocol(version: str) -> LinkedInError:
    told = f"Rest.li protocol version {version} used by the client is not supported!"
    return LinkedInError(400, "ILLEGAL_ARGUMENT", told)


def bad_body(problem: str) -> LinkedInError:
    return LinkedInError(400, "INVALID_REQUEST_BODY", problem)


def not_found(what: str) -> LinkedInError:
    return LinkedInError(404, "NOT_FOUND", f"Could not find entity: {what}")


def over_limit() -> LinkedInError:
    """Until 00:00 UTC; nothing in the answer says so."""
    return LinkedInError(429, "TOO_MANY_REQUESTS", _DAY_LIMIT, service_code=101)


def fault_answer(fault: Fault) -> Response:
    """The vendor's own words for a fault that answers for the whole request."""
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else None
    if fault.kind is FaultKind.RATE_LIMITED:
        return over_limit().answer(headers)
    return LinkedInError(503, "SERVICE_UNAVAILABLE", "Service is unavailable").answer(headers)
