"""If-Modified-Since and If-Unmodified-Since: LastModifiedDate, by the whole second."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.records import Row
from sandbox.salesforce.soql.dates import read_datetime
from sandbox.salesforce.wire import Call


def check_unmodified(call: Call, row: Row) -> None:
    """
    Raises Refusal, 412, when the row changed after the second the header names.

    A change within that very second goes unseen: that window is Salesforce's own.
    """
    asked = _asked(call, "if-unmodified-since")
    if asked is not None and read_datetime(row["LastModifiedDate"]) > asked:
        message = "The record was modified after the If-Unmodified-Since date"
        raise Refusal("PRECONDITION_FAILED", message, status=412)


def is_unmodified(call: Call, row: Row) -> bool:
    """True when a GET may be answered 304."""
    asked = _asked(call, "if-modified-since")
    return asked is not None and read_datetime(row["LastModifiedDate"]) <= asked


def last_modified(row: Row) -> dict[str, str]:
    """Answer the header that carries the row's LastModifiedDate."""
    return {"Last-Modified": format_datetime(read_datetime(row["LastModifiedDate"]), usegmt=True)}


def _asked(call: Call, header: str) -> datetime | None:
    text = call.headers.get(header)
    if text is None:
        return None
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        message = f"Invalid date value in header {header}"
        raise Refusal("INVALID_HEADER_VALUE", message) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
