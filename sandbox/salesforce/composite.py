"""composite: up to 25 calls in one request, each with its own answer."""

from typing import Any

from sandbox.salesforce.errors import Refusal, too_many_operations
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.parts import REFUSED, PartRunner, check_parts
from sandbox.salesforce.wire import Answer, Call

_MOST = 25


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
        run = self._parts.all_or_none if body.get("allOrNone") is True else self._parts.each
        return _wrap(run(org, parts))


def _refused_whole(refusal: Refusal) -> Answer:
    """Too many parts are answered in the shape of a composite, with one part that is nobody's."""
    told = {"body": refusal.as_request_error(), "httpHeaders": {}, "httpStatusCode": REFUSED}
    return _wrap([{**told, "referenceId": None}], status=REFUSED)


def _wrap(answers: list[dict[str, Any]], status: int = 200) -> Answer:
    return Answer(status=status, body={"compositeResponse": answers})
