"""
Owner writes that Salesforce itself refuses when somebody changed the lead after we read it.

A part of a composite request has headers of its own, so 25 leads share one call and each carries
If-Unmodified-Since. The header compares LastModifiedDate by the whole second. A change after our
read therefore goes unseen only when the lead had been changed earlier in that very second: the
window is what is left of the second in which somebody changed the lead just before we read it,
and for a lead that nobody touched in that second there is none. Such writes are therefore looked at
again, as those by collections are (writer.py, connectors/second_look.py). A collection has no such
condition; its window is the whole time from our read until the write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME
from leads.errors import TransientError

PARTS_AT_ONCE = 25
_FAILED = 300
_NOT_FOUND, _CHANGED_MEANWHILE = 404, 412
_ALIKE = {"NOT_FOUND": "ENTITY_IS_DELETED", None: "UNKNOWN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Write `body` to the lead, unless it was changed after `seen`."""

    record_id: str
    seen: datetime
    body: Mapping[str, Any]


def send_parts(
    client: SalesforceClient, operation: str, parts: Sequence[Part], headers: Mapping[str, str]
) -> list[Row]:
    """Send up to 25; one row each comes back, in order, as of a collection. Not repeated."""
    answer = client.once(
        operation,
        lambda api: api.restful(
            "composite", method="POST", json=_composite(parts, headers, str(api.sf_version))
        ),
    )
    answers = answer.get("compositeResponse") if isinstance(answer, dict) else None
    by_reference = {a.get("referenceId"): a for a in answers or () if isinstance(a, dict)}
    if len(by_reference) != len(parts):
        # Whether it was carried out is unknown; the next try reads what is there.
        raise TransientError(NAME, operation, f"the answer does not have {len(parts)} parts")
    return [_row(by_reference[_reference(n)]) for n in range(len(parts))]


def is_changed_meanwhile(row: Row) -> bool:
    """Somebody changed the lead after we read it, and nothing was written."""
    return row.get("httpStatusCode") == _CHANGED_MEANWHILE


def _composite(parts: Sequence[Part], headers: Mapping[str, str], version: str) -> Row:
    return {
        "allOrNone": False,
        "compositeRequest": [
            {
                "method": "PATCH",
                "url": f"/services/data/v{version}/sobjects/Lead/{part.record_id}",
                "referenceId": _reference(number),
                # The outer request's headers do not reach the parts.
                "httpHeaders": {
                    **headers,
                    "If-Unmodified-Since": format_datetime(part.seen, usegmt=True),
                },
                "body": dict(part.body),
            }
            for number, part in enumerate(parts)
        ],
    }


def _reference(number: int) -> str:
    return f"lead{number}"


def _row(answer: Row) -> Row:
    """Word a part's answer as a collection's row: one table sorts the codes of both."""
    status = int(answer.get("httpStatusCode") or 0)
    if 0 < status < _FAILED:
        return {"success": True, "httpStatusCode": status}
    body = answer.get("body")
    told = [e for e in body if isinstance(e, dict)] if isinstance(body, list) else []
    # What a collection calls deleted, a row's own address calls not found.
    blank = "ENTITY_IS_DELETED" if status == _NOT_FOUND else f"HTTP {status}"
    errors = [{**e, "statusCode": _ALIKE.get(e.get("errorCode"), e.get("errorCode"))} for e in told]
    return {"success": False, "httpStatusCode": status, "errors": errors or [{"statusCode": blank}]}
