"""Cursors: opaque, held by a record and not by a number, so that new leads shift nothing."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from sandbox.meta.errors import bad_parameter

GRAPH = "https://graph.facebook.com"
DEFAULT_LIMIT, MAX_LIMIT = 25, 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """After which record to go on, how many pages were served, and whether one was empty."""

    record_id: str = ""
    pages: int = 0
    skipped: bool = False

    def encode(self) -> str:
        text = f"{self.record_id}|{self.pages}|{int(self.skipped)}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> Cursor:
    if not text:
        return Cursor()
    try:
        record_id, pages, skipped = (
            base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("|")
        )
        return Cursor(record_id=record_id, pages=int(pages), skipped=skipped == "1")
    except (ValueError, binascii.Error):
        raise bad_parameter("Invalid cursors values") from None


def read_limit(query: QueryParams) -> int:
    text = query.get("limit", str(DEFAULT_LIMIT))
    if not text.isdecimal() or int(text) < 1:
        raise bad_parameter("param limit must be a positive integer")
    return min(int(text), MAX_LIMIT)


def cut(
    records: Sequence[T], ids: Sequence[str], query: QueryParams
) -> tuple[list[T], Cursor, bool]:
    """The records after `after`, or those before `before`; where they begin; if there are more."""
    limit = read_limit(query)
    cursor = read_cursor(query.get("before") or query.get("after"))
    start = _place(ids, cursor)
    if query.get("before"):
        end, start = start, max(0, start - limit)
        cursor = Cursor(record_id=ids[start - 1] if start else "", pages=max(0, cursor.pages - 1))
    else:
        end = start + limit
    return list(records[start:end]), cursor, end < len(records)


def _place(ids: Sequence[str], cursor: Cursor) -> int:
    """How many records stand before a cursor."""
    if not cursor.record_id:
        return 0
    if cursor.record_id not in ids:
        raise bad_parameter("Invalid cursors values")
    return ids.index(cursor.record_id) + 1


def paging(
    path: str, query: QueryParams, token: str, before: Cursor, after: Cursor, *, more: bool
) -> dict[str, Any]:
    """
    What stands under `paging`.

    `next` and `previous` are absolute addresses at the real host with the token in them, as the
    vendor sends them: a client that follows one would carry the token off to wherever it says.
    """
    told: dict[str, Any] = {"cursors": {"before": before.encode(), "after": after.encode()}}
    kept = {k: v for k, v in query.items() if k not in {"after", "before", "access_token"}}
    if before.record_id:
        parameters = {"access_token": token, **kept, "before": before.encode()}
        told["previous"] = f"{GRAPH}{path}?{urlencode(parameters)}"
    if more:
        parameters = {"access_token": token, **kept, "after": after.encode()}
        told["next"] = f"{GRAPH}{path}?{urlencode(parameters)}"
    return told
