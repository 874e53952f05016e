"""Open results of queries, by the locators that lead to their next pages."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.soql.run import Result

_LIFE = timedelta(days=2)
_MOST = 200
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A result being paged through: it stays as it was when the query ran."""

    result: Result
    size: int
    since: datetime


class Cursors:
    """Open results by locator. The oldest make room; one lives two days."""

    def __init__(self) -> None:
        self._open: dict[str, Cursor] = {}

    def keep(self, cursor: Cursor) -> str:
        locator = "0r8" + "".join(secrets.choice(_LETTERS) for _ in range(15))
        self._open[locator] = cursor
        while len(self._open) > _MOST:
            del self._open[next(iter(self._open))]
        return locator

    def find(self, locator: str, now: datetime) -> Cursor:
        """Raises Refusal: INVALID_QUERY_LOCATOR."""
        cursor = self._open.get(locator)
        if cursor is None or now - cursor.since > _LIFE:
            raise Refusal("INVALID_QUERY_LOCATOR", "invalid query locator")
        return cursor

    def end_all(self) -> None:
        self._open.clear()
