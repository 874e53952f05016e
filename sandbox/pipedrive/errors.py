"""Pipedrive's refusals, in its own words."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from sandbox.app import compact_json
from sandbox.faults import Fault, FaultKind

_SEE = "Please check developers.pipedrive.com"
_SCHEMA = "ERR_SCHEMA_VALIDATION_FAILED"


class Refused(Exception):
    """A request that is not carried out, and its answer."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.status, self.error, self.more = status, error, more

    def answer(self, headers: Mapping[str, str] | None = None) -> Response:
        body = {"success": False, "error": self.error, "error_info": _SEE, **self.more}
        return compact_json(body, self.status, dict(headers or {}))


def unauthorised() -> Refused:
    return Refused(401, "unauthorized access", errorCode=401)


def bad_request(problem: str) -> Refused:
    return Refused(400, f"{_SCHEMA}: {problem}", data=None, additional_data=None)


def not_found(what: str) -> Refused:
    return Refused(404, f"{what} not found", data=None, additional_data=None)


def too_many() -> Refused:
    return Refused(429, "request over limit", errorCode=429)


def fault_answer(fault: Fault) -> Response:
    """The vendor's own words for a fault that answers for the whole request."""
    if fault.kind is FaultKind.RATE_LIMITED:
        headers = {"x-ratelimit-reset": fault.retry_after} if fault.retry_after else None
        return too_many().answer(headers)
    return Refused(503, "Service unavailable", errorCode=503).answer()
