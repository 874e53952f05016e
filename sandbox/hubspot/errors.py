"""How HubSpot words a refusal."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from sandbox.app import compact_json
from sandbox.faults import Fault, FaultKind

_OAUTH_HELP = "https://developers.hubspot.com/docs/methods/auth/oauth-overview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One property value that cannot be stored."""

    name: str
    code: str
    message: str


class Refusal(Exception):
    """One refused request, or one refused row of a batch."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        category: str | None = "VALIDATION_ERROR",
        context: Mapping[str, list[str]] | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.context = dict(context or {})
        self.errors = list(errors)
        self.problems = tuple(problems)

    def body(self) -> dict[str, Any]:
        """The whole answer's body."""
        told: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
        }
        if self.context:
            told["context"] = self.context
        if self.errors:
            told["errors"] = self.errors
        if self.category:
            told["category"] = self.category
        return told

    def of_ids(self, ids: Sequence[str]) -> "Refusal":
        """The same for all these ids."""
        context = {**self.context, "ids": list(ids)}
        return Refusal(self.status, self.message, category=self.category, context=context)

    def row(self, context: Mapping[str, list[str]]) -> dict[str, Any]:
        """One entry of a 207's `errors`."""
        return {
            "status": "error",
            "category": self.category,
            "message": self.message,
            "context": {**self.context, **context},
        }


def not_valid(problems: Sequence[Problem]) -> Refusal:
    """The refusal whose message is a sentence followed by JSON in JSON, as the vendor has it."""
    listed = [
        {"isValid": False, "message": p.message, "error": p.code, "name": p.name} for p in problems
    ]
    return Refusal(
        400,
        f"Property values were not valid: {json.dumps(listed, separators=(',', ':'))}",
        errors=[
            {"message": p.message, "code": p.code, "context": {"propertyName": [p.name]}}
            for p in problems
        ],
        problems=problems,
    )


def not_json(problem: str) -> Refusal:
    """What the vendor's JSON reader says; these bodies carry no category."""
    return Refusal(400, f"Invalid input JSON on line 1, column 1: {problem}", category=None)


def no_such_object(ids: Sequence[str], singular: str) -> Refusal:
    return Refusal(
        404,
        f"Could not get some {singular.upper()} objects, they may be deleted or not exist. "
        "Check that ids are valid.",
        category="OBJECT_NOT_FOUND",
        context={"ids": list(ids)},
    )


def contact_exists(contact_id: str) -> Refusal:
    """The id is nowhere but in the sentence, as recorded answers show."""
    return Refusal(409, f"Contact already exists. Existing ID: {contact_id}", category="CONFLICT")


def missing_scopes(scopes: Sequence[str]) -> Refusal:
    told = "One or more of the following scopes are required."
    error = {"message": told, "context": {"requiredGranularScopes": list(scopes)}}
    return Refusal(
        403,
        "This app hasn't been granted all required scopes to make this call.",
        category="MISSING_SCOPES",
        errors=[error],
    )


def bad_token() -> Refusal:
    return Refusal(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication "
        f"and you can find more details at {_OAUTH_HELP}",
        category="INVALID_AUTHENTICATION",
    )


def expired_token() -> Refusal:
    return Refusal(
        401,
        "The OAuth token used to make this call expired 5 minute(s) ago.",
        category="EXPIRED_AUTHENTICATION",
    )


def too_many(policy: str, headers: Mapping[str, str] | None = None) -> Response:
    """A 429. `policy`: TEN_SECONDLY_ROLLING, SECONDLY (search) or DAILY."""
    body = {
        "status": "error",
        "message": f"You have reached your {policy.lower()} limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": str(uuid.uuid4()),
        "policyName": policy,
        "groupName": "publicapi:private-apps-api-calls",
    }
    return compact_json(body, 429, dict(headers or {}))


def fault_answer(fault: Fault) -> Response:
    """The vendor's own words for a fault that answers for the whole request."""
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else None
    if fault.kind is FaultKind.RATE_LIMITED:
        policy = fault.detail or ("SECONDLY" if "search" in fault.path else "TEN_SECONDLY_ROLLING")
        return too_many(policy, headers)
    body = Refusal(503, "Service temporarily unavailable", category=None).body()
    return compact_json(body, 503, headers)
