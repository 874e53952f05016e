"""How the Graph API words a refusal: nearly always HTTP 400, told apart by its codes."""

import uuid
from typing import Any

from starlette.responses import Response

from sandbox.app import compact_json
from sandbox.faults import Fault, FaultKind

_LIMITS = {
    "4": "Application request limit reached",
    "17": "User request limit reached",
    "32": "Page request limit reached",
    "613": "Calls to this api have exceeded the rate limit.",
    "80005": (
        "There have been too many leadgen api calls to this Page account. "
        "Wait a bit and try again. For more info, please refer to "
        "https://developers.facebook.com/docs/graph-api/overview/rate-limiting."
    ),
}


class GraphError(Exception):
    """One refused request."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        kind: str = "OAuthException",
        subcode: int | None = None,
        status: int = 400,
        transient: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self._told: dict[str, Any] = {"message": message, "type": kind}
        if transient:
            self._told["is_transient"] = True
        self._told["code"] = code
        if subcode is not None:
            self._told["error_subcode"] = subcode

    def body(self) -> dict[str, Any]:
        return {"error": {**self._told, "fbtrace_id": f"A{uuid.uuid4().hex[:22]}"}}

    def answer(self, headers: dict[str, str] | None = None) -> Response:
        return compact_json(self.body(), self.status, headers)


def no_such_object(object_id: str, verb: str = "get") -> GraphError:
    return GraphError(
        100,
        f"Unsupported {verb} request. Object with ID '{object_id}' does not exist, cannot be "
        "loaded due to missing permissions, or does not support this operation. Please read the "
        "Graph API documentation at https://developers.facebook.com/docs/graph-api",
        kind="GraphMethodException",
        subcode=33,
    )


def unknown_path(path: str) -> GraphError:
    return GraphError(2500, f"Unknown path components: {path}")


def no_such_field(name: str, node: str) -> GraphError:
    return GraphError(
        100, f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})"
    )


def bad_parameter(problem: str) -> GraphError:
    return GraphError(100, f"(#100) {problem}")


def no_token() -> GraphError:
    return GraphError(104, "An access token is required to request this resource.")


def bad_token() -> GraphError:
    return GraphError(190, "Invalid OAuth access token - Cannot parse access token")


def expired_token() -> GraphError:
    told = (
        "Error validating access token: Session has expired on Friday, 26-Jun-26 15:48:19 PDT. "
        "The current time is Friday, 26-Jun-26 16:10:02 PDT."
    )
    return GraphError(190, told, subcode=463)


def bad_proof() -> GraphError:
    told = "Invalid appsecret_proof provided in the API argument"
    return GraphError(100, told, kind="GraphMethodException")


def no_proof() -> GraphError:
    told = "API calls from the server require an appsecret_proof argument"
    return GraphError(100, told, kind="GraphMethodException")


def lacks_permission(scope: str) -> GraphError:
    return GraphError(200, f"(#200) Requires {scope} permission to manage the object")


def over_limit(code: str) -> GraphError:
    """A rate limit: HTTP 400, no Retry-After."""
    told = f"(#{code}) {_LIMITS.get(code, _LIMITS['4'])}"
    return GraphError(int(code), told, transient=True)


def fault_answer(fault: Fault) -> Response:
    """The vendor's own words for a fault that answers for the whole request."""
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else None
    if fault.kind is FaultKind.RATE_LIMITED:
        return over_limit(fault.detail or "4").answer(headers)
    told = "An unexpected error has occurred. Please retry your request later."
    return GraphError(2, told, status=503, transient=True).answer(headers)
