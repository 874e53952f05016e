"""The parts of a composite request, or of one graph: calls in order, each with its own answer."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.references import filled
from sandbox.salesforce.wire import Answer, Call

Part = Mapping[str, Any]
Told = dict[str, Any]
_PATH = re.compile(r"/services/data/v(\d+\.0)/(.*)")
_NOT_A_PART = re.compile(r"composite(?!/sobjects).*")
_REFERENCE_ID = re.compile(r"[A-Za-z]\w*", re.ASCII)
REFUSED = 400


class PartRunner:
    """Runs parts by `answer`, which never raises."""

    def __init__(self, answer: Callable[[SalesforceOrg, Call], Answer]) -> None:
        self._answer = answer

    def each(self, org: SalesforceOrg, parts: Sequence[Part]) -> list[Told]:
        """A part may use what an earlier one answered, if that one went well."""
        answers: list[Told] = []
        good: dict[str, Any] = {}
        for part in parts:
            answers.append(self._part(org, part, good))
            if not is_refused(answers[-1]):
                good[part["referenceId"]] = answers[-1]["body"]
        return answers

    def all_or_none(self, org: SalesforceOrg, parts: Sequence[Part]) -> list[Told]:
        """One that fails undoes them all."""
        with org.transaction() as undo:
            answers = self.each(org, parts)
            if any(map(is_refused, answers)):
                undo()
                answers = [rolled_back(answer) for answer in answers]
        return answers

    def _part(self, org: SalesforceOrg, part: Part, good: Mapping[str, Any]) -> Told:
        try:
            answer = self._answer(org, call_of(filled(part, good)))
        except Refusal as refusal:
            answer = Answer(status=refusal.status, body=refusal.as_request_error())
        return {
            "body": answer.body,
            "httpHeaders": dict(answer.headers),
            "httpStatusCode": answer.status,
            "referenceId": part["referenceId"],
        }


def is_refused(answer: Told) -> bool:
    return int(answer["httpStatusCode"]) >= REFUSED


def rolled_back(answer: Told) -> Told:
    if is_refused(answer):
        return answer
    refusal = Refusal(
        "PROCESSING_HALTED",
        "The transaction was rolled back since another operation in the same transaction failed.",
    )
    told = {"body": refusal.as_request_error(), "httpHeaders": {}, "httpStatusCode": REFUSED}
    return {**told, "referenceId": answer["referenceId"]}


def check_parts(listed: Any) -> list[Part]:
    """Read a `compositeRequest`. Raises Refusal for one that is out of shape."""
    if not isinstance(listed, list) or not listed or not all(map(_is_part, listed)):
        message = (
            "compositeRequest: a list of requests with method, url and referenceId is required"
        )
        raise Refusal("INVALID_INPUT", message)
    names = [part["referenceId"] for part in listed]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise Refusal("INVALID_INPUT", f"Duplicate referenceId: {', '.join(repeated)}")
    return listed


def call_of(part: Part) -> Call:
    """The call that a part is; one outside the API has a path that no resource has."""
    address = urlsplit(part["url"])
    matched = _PATH.fullmatch(address.path)
    if matched and _NOT_A_PART.fullmatch(matched[2].strip("/")):
        matched = None
    # A part has its own headers only: what the outer request carries does not reach it.
    return Call(
        method=part["method"].upper(),
        version=matched[1] if matched else "",
        path=matched[2].strip("/") if matched else "no such path",
        params=dict(parse_qsl(address.query, keep_blank_values=True)),
        headers={str(k).lower(): str(v) for k, v in (part.get("httpHeaders") or {}).items()},
        body=json.dumps(part["body"]) if "body" in part else "",
    )


def _is_part(part: Any) -> bool:
    if not isinstance(part, dict) or not isinstance(part.get("httpHeaders") or {}, dict):
        return False
    texts = [part.get(name) for name in ("method", "url", "referenceId")]
    return all(isinstance(text, str) for text in texts) and bool(
        _REFERENCE_ID.fullmatch(part["referenceId"])
    )
