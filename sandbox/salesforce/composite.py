"""composite: up to 25 calls in one request, each with its own answer."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.wire import Answer, Call

_PATH = re.compile(r"/services/data/v(\d+\.0)/(.*)")
_MOST = 25
_REFUSED = 400


class Composite:
    """Runs the parts in order. With allOrNone, one that fails undoes them all."""

    def __init__(self, answer: Callable[[SalesforceOrg, Call], Answer]) -> None:
        self._answer = answer

    def run(self, org: SalesforceOrg, call: Call) -> Answer:
        body = call.json()
        parts = body.get("compositeRequest")
        if not isinstance(parts, list) or not parts:
            raise Refusal("INVALID_INPUT", "compositeRequest: a list of requests is required")
        if len(parts) > _MOST:
            message = f"Limit exceeded: a composite request may have {_MOST} subrequests"
            raise Refusal("LIMIT_EXCEEDED", message)
        if body.get("allOrNone") is not True:
            return _wrap([self._part(org, part) for part in parts])
        with org.transaction() as undo:
            answers = [self._part(org, part) for part in parts]
            if any(answer["httpStatusCode"] >= _REFUSED for answer in answers):
                undo()
                answers = [_halted(answer) for answer in answers]
        return _wrap(answers)

    def _part(self, org: SalesforceOrg, part: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._answer(org, _call_of(part))
        return {
            "body": answer.body,
            "httpHeaders": dict(answer.headers),
            "httpStatusCode": answer.status,
            "referenceId": part.get("referenceId"),
        }


def _call_of(part: Mapping[str, Any]) -> Call:
    address = urlsplit(str(part.get("url", "")))
    matched = _PATH.fullmatch(address.path)
    # A part has its own headers only: what the outer request carries does not reach it.
    return Call(
        method=str(part.get("method", "GET")).upper(),
        version=matched[1] if matched else "",
        path=matched[2].strip("/") if matched else "no such path",
        params=dict(parse_qsl(address.query, keep_blank_values=True)),
        headers={str(k).lower(): str(v) for k, v in (part.get("httpHeaders") or {}).items()},
        body=json.dumps(part["body"]) if "body" in part else "",
    )


def _wrap(answers: list[dict[str, Any]]) -> Answer:
    return Answer(body={"compositeResponse": answers})


def _halted(answer: dict[str, Any]) -> dict[str, Any]:
    if answer["httpStatusCode"] >= _REFUSED:
        return answer
    refusal = Refusal(
        "PROCESSING_HALTED",
        "The transaction was rolled back since another operation in the same transaction failed.",
    )
    return {**answer, "body": refusal.as_request_error(), "httpStatusCode": _REFUSED}
