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
    records: Sequence[T], ids: Sequence[str], cursor: Cursor, limit: int
) -> tuple[list[T], bool]:
    """The records after the cursor's, at most `limit`, and whether there are more."""
    if not cursor.record_id:
        start = 0
    elif cursor.record_id in ids:
        start = ids.index(cursor.record_id) + 1
    else:
        raise bad_parameter("Invalid cursors values")
    return list(records[start : start + limit]), start + limit < len(records)


def paging(
    path: str, query: QueryParams, token: str, before: Cursor, after: Cursor, *, more: bool
) -> dict[str, Any]:
    """
    What stands under `paging`.

    `next` is an absolute address at the real host with the token in it, as the vendor sends it:
    a client that follows it would carry the token off to wherever an answer says.
    """
    told: dict[str, Any] = {"cursors": {"before": before.encode(), "after": after.encode()}}
    if more:
        kept = {k: v for k, v in query.items() if k not in {"after", "before", "access_token"}}
        parameters = {"access_token": token, **kept, "after": after.encode()}
        told["next"] = f"{GRAPH}{path}?{urlencode(parameters)}"
    return told
