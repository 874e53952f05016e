"""composite: up to 25 calls in one request, each with its own answer."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.references import filled
from sandbox.salesforce.wire import Answer, Call

_PATH = re.compile(r"/services/data/v(\d+\.0)/(.*)")
_REFERENCE_ID = re.compile(r"[A-Za-z]\w*", re.ASCII)
_MOST = 25
_REFUSED = 400


class Composite:
    """Runs the parts in order. With allOrNone, one that fails undoes them all."""

    def __init__(self, answer: Callable[[SalesforceOrg, Call], Answer]) -> None:
        self._answer = answer

    def run(self, org: SalesforceOrg, call: Call) -> Answer:
        body = call.json()
        parts = _parts(body.get("compositeRequest"))
        if body.get("allOrNone") is not True:
            return _wrap(self._all(org, parts))
        with org.transaction() as undo:
            answers = self._all(org, parts)
            if any(answer["httpStatusCode"] >= _REFUSED for answer in answers):
                undo()
                answers = [_halted(answer) for answer in answers]
        return _wrap(answers)

    def _all(self, org: SalesforceOrg, parts: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """A part may use what an earlier one answered, if that one went well."""
        answers: list[dict[str, Any]] = []
        good: dict[str, Any] = {}
        for part in parts:
            answers.append(self._part(org, part, good))
            if answers[-1]["httpStatusCode"] < _REFUSED:
                good[part["referenceId"]] = answers[-1]["body"]
        return answers

    def _part(
        self, org: SalesforceOrg, part: Mapping[str, Any], good: Mapping[str, Any]
    ) -> dict[str, Any]:
        try:
            answer = self._answer(org, _call_of(filled(part, good)))
        except Refusal as refusal:
            answer = Answer(status=refusal.status, body=refusal.as_request_error())
        return {
            "body": answer.body,
            "httpHeaders": dict(answer.headers),
            "httpStatusCode": answer.status,
            "referenceId": part["referenceId"],
        }


def _parts(listed: Any) -> list[Mapping[str, Any]]:
    """Check the request as a whole. Raises Refusal."""
    if not isinstance(listed, list) or not listed or not all(map(_is_part, listed)):
        message = (
            "compositeRequest: a list of requests with method, url and referenceId is required"
        )
        raise Refusal("INVALID_INPUT", message)
    if len(listed) > _MOST:
        message = f"Limit exceeded: a composite request may have {_MOST} subrequests"
        raise Refusal("LIMIT_EXCEEDED", message)
    names = [part["referenceId"] for part in listed]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise Refusal("INVALID_INPUT", f"Duplicate referenceId: {', '.join(repeated)}")
    return listed


def _is_part(part: Any) -> bool:
    if not isinstance(part, dict) or not isinstance(part.get("httpHeaders") or {}, dict):
        return False
    texts = [part.get(name) for name in ("method", "url", "referenceId")]
    return all(isinstance(text, str) for text in texts) and bool(
        _REFERENCE_ID.fullmatch(part["referenceId"])
    )


def _call_of(part: Mapping[str, Any]) -> Call:
    address = urlsplit(part["url"])
    matched = _PATH.fullmatch(address.path)
    # A part has its own headers only: what the outer request carries does not reach it.
    return Call(
        method=part["method"].upper(),
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
