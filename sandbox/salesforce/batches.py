"""composite/batch: up to 25 calls that know nothing of each other."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sandbox.salesforce.errors import Refusal, not_there, too_many_operations
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.wire import Answer, Call

_MOST = 25
_OLDEST = 34
_REFUSED = 400
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
# The documented form begins at the version; clients send the whole path, too.
_PATH = re.compile(r"/?(?:services/data/)?v(\d+)\.0/(.*)")
_HALTED = Refusal(
    "BATCH_PROCESSING_HALTED",
    "The batch was halted because a previous request in it was unsuccessful.",
    status=412,
)


class Batch:
    """Runs the parts in order; what one did stays, whatever becomes of the next."""

    def __init__(self, answer: Callable[[SalesforceOrg, Call], Answer]) -> None:
        self._answer = answer

    def run(self, org: SalesforceOrg, call: Call) -> Answer:
        body = call.json()
        calls = _calls(body.get("batchRequests"), call)
        stops = body.get("haltOnError") is True
        results: list[dict[str, Any]] = []
        for number, part in enumerate(calls):
            if stops and _has_errors(results):
                results.append(_told(_as_answer(_HALTED)))
            else:
                results.append(_told(self._part(org, part, is_first=number == 0)))
        return Answer(body={"hasErrors": _has_errors(results), "results": results})

    def _part(self, org: SalesforceOrg, part: Call, *, is_first: bool) -> Answer:
        try:
            if not is_first:  # the request itself has paid for one: each part counts
                org.allowance.spend(org.now())
            if part.path.startswith("composite"):
                raise not_there()
        except Refusal as refusal:
            return _as_answer(refusal)
        return self._answer(org, part)


def _calls(listed: Any, outer: Call) -> list[Call]:
    if not isinstance(listed, list) or not listed:
        raise Refusal("INVALID_INPUT", "batchRequests: a list of requests is required")
    if len(listed) > _MOST:
        raise too_many_operations(_MOST)
    return [_call(part, outer) for part in listed]


def _call(part: Any, outer: Call) -> Call:
    """Raises Refusal, and then no part is run."""
    if not isinstance(part, Mapping) or not _is_text(part, "method") or not _is_text(part, "url"):
        raise Refusal("INVALID_INPUT", "batchRequests: each request needs a method and a url")
    method, address = part["method"].upper(), urlsplit(part["url"])
    matched = _PATH.fullmatch(address.path)
    newest = int(outer.version.partition(".")[0])
    if method not in _METHODS or not matched or not _OLDEST <= int(matched[1]) <= newest:
        message = f"batchRequests: cannot be run: {part['method']} {part['url']}"
        raise Refusal("INVALID_INPUT", message)
    return Call(
        method=method,
        version=f"{matched[1]}.0",
        path=matched[2].strip("/"),
        params=dict(parse_qsl(address.query, keep_blank_values=True)),
        body=json.dumps(part["richInput"]) if "richInput" in part else "",
    )


def _is_text(part: Mapping[str, Any], name: str) -> bool:
    return isinstance(part.get(name), str)


def _has_errors(results: list[dict[str, Any]]) -> bool:
    return any(result["statusCode"] >= _REFUSED for result in results)


def _told(answer: Answer) -> dict[str, Any]:
    return {"statusCode": answer.status, "result": answer.body}


def _as_answer(refusal: Refusal) -> Answer:
    return Answer(status=refusal.status, body=refusal.as_request_error())
