"""composite: up to 25 calls in one request, each with its own answer."""

import re
from typing import Any

from sandbox.salesforce.errors import Refusal, too_many_operations
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.parts import REFUSED, Part, PartRunner, call_of, check_parts
from sandbox.salesforce.wire import Answer, Call

_MOST, _MOST_HEAVY = 25, 5
_HEAVY = re.compile(r"(query|queryAll|composite/sobjects)(/.*)?")
_SINCE = {"tree": 0, "batch": 0, "sobjects": 0, "graph": 50}


class Composite:
    """Runs the parts in order. With allOrNone, one that fails undoes them all."""

    def __init__(self, parts: PartRunner) -> None:
        self._parts = parts

    def run(self, org: SalesforceOrg, call: Call) -> Answer:
        body = call.json()
        listed = body.get("compositeRequest")
        if isinstance(listed, list) and len(listed) > _MOST:
            return _refused_whole(too_many_operations(_MOST))
        parts = check_parts(listed)
        if sum(map(_is_heavy, parts)) > _MOST_HEAVY:
            return _refused_whole(too_many_operations(_MOST_HEAVY, "query or collection "))
        run = self._parts.all_or_none if body.get("allOrNone") is True else self._parts.each
        return _wrap(run(org, parts))


def resources(_org: SalesforceOrg, call: Call) -> Answer:
    version = int(call.version.partition(".")[0])
    names = (name for name, since in _SINCE.items() if version >= since)
    return Answer(body={name: f"{call.base}/composite/{name}" for name in names})


def _is_heavy(part: Part) -> bool:
    return _HEAVY.fullmatch(call_of(part).path) is not None


def _refused_whole(refusal: Refusal) -> Answer:
    """Too many parts are answered in the shape of a composite, with one part that is nobody's."""
    told = {"body": refusal.as_request_error(), "httpHeaders": {}, "httpStatusCode": REFUSED}
    return _wrap([{**told, "referenceId": None}], status=REFUSED)


def _wrap(answers: list[dict[str, Any]], status: int = 200) -> Answer:
    return Answer(status=status, body={"compositeResponse": answers})
