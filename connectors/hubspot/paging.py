"""Reading records' changes in order by a search that has neither snapshot nor tie-break."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import NAME
from connectors.hubspot.mapping import (
    changed_at,
    changed_by,
    epoch_ms,
    milliseconds,
    problem_of,
    stamp,
)
from leads.errors import ContractError
from leads.record import Cursor

_ID = "hs_object_id"
_SETTLED = "settled"
_WAITS = 10
"""How many times the look-back nothing new is to be seen before it is not read any more."""


class Place:
    """
    Where a read begins, and the cursor of what it has reached.

    Search shows a change only after a while, so a read begins so many seconds before the last
    change seen. Where that stays the last for ten times as long, and one more read from there comes
    to its end without another, it is settled: a quiet portal is not asked for its last burst in
    each minute.

    A cursor is `INSTANT`, of that change, `INSTANT INSTANT`, the second when we first saw it, or
    `INSTANT settled`. Raises ContractError for what is none of these.
    """

    def __init__(self, since: Cursor | None, look_back_seconds: float, now: datetime) -> None:
        told, _, seen = (since or "").partition(" ")
        self.is_first = not since
        self._is_settled = seen == _SETTLED
        self._last = _parse(told) if since else 0
        self._now = epoch_ms(now)
        self._seen = _parse(seen) if seen and not self._is_settled else self._now
        look_back = int(look_back_seconds * 1000) if since else 0
        self._is_old = look_back > 0 and self._now - self._seen >= _WAITS * look_back
        self.begin = self._last + 1 if self._is_settled else max(0, self._last - look_back)

    def reached(self, found: Sequence[Json], kind: str) -> Cursor:
        """Take a page, in order: looking back does not move the cursor back."""
        newest = max((changed_at(record, kind) for record in found), default=0)
        if newest > self._last:
            self._last, self._seen = newest, self._now
            self._is_settled = self._is_old = False
        return self.cursor

    def settles(self) -> bool:
        """Say, once a read has come to its end, whether that settled the last change."""
        was_settled, self._is_settled = self._is_settled, self._is_settled or self._is_old
        return self._is_settled and not was_settled

    @property
    def cursor(self) -> Cursor:
        seen = _SETTLED if self._is_settled else stamp(self._seen)
        return Cursor(f"{stamp(self._last)} {seen}")


def _parse(instant: str) -> int:
    try:
        return milliseconds(instant)
    except (ValueError, TypeError):
        problem = f"the stored cursor {instant[:40]!r} is not an instant"
        raise ContractError(NAME, "resume", problem, "Reset this source's cursor") from None


class Changes:
    """Pages of one kind of record, oldest change first."""

    def __init__(
        self,
        client: HubSpotClient,
        kind: str,
        operation: str,
        *,
        properties: Sequence[str],
        page_size: int,
        filters: Sequence[Json] = (),
    ) -> None:
        self._client, self._kind, self._operation = client, kind, operation
        self._changed = changed_by(kind)
        self._properties, self._filters = list(properties), list(filters)
        self._page_size = page_size
        self.broken: list[Json] = []

    def since(self, at: int) -> Iterator[list[Json]]:
        """
        Yield what changed at or after `at`, in epoch milliseconds.

        Each page asks again from the last instant seen. `after` is not followed: it is an offset,
        so that a contact edited while we read moves to the end, everything behind it slides up
        one, and the next page skips one. Records that have no place in the order are left out, and
        put into `broken`.
        """
        seen: frozenset[tuple[str, str]] = frozenset()
        while True:
            page, is_last = self._page(_filter(self._changed, "GTE", at), sort=self._changed)
            if fresh := [c for c in page if self._version(c) not in seen]:
                yield fresh
            if is_last:
                return
            last = changed_at(page[-1], self._kind)
            if last == at:
                yield from self._within(at, seen | {self._version(c) for c in page})
                at, seen = at + 1, frozenset()
            else:
                at = last
                seen = frozenset(self._version(c) for c in page if changed_at(c, self._kind) == at)

    def _within(self, at: int, seen: frozenset[tuple[str, str]]) -> Iterator[list[Json]]:
        """One instant that fills a page (an import's): search sorts by one property, so by id."""
        after = 0
        is_last = False
        while not is_last:
            page, is_last = self._page(
                _filter(self._changed, "EQ", at), _filter(_ID, "GT", after), sort=_ID
            )
            if fresh := [c for c in page if self._version(c) not in seen]:
                yield fresh
            after = int(page[-1]["id"]) if page else after

    def _version(self, record: Json) -> tuple[str, str]:
        return record["id"], record["properties"][self._changed]

    def _page(self, *filters: Json, sort: str) -> tuple[list[Json], bool]:
        """Answer those that are whole, and whether this page is the last."""
        body = {
            "filterGroups": [{"filters": [*self._filters, *filters]}],
            "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
            "properties": self._properties,
            "limit": self._page_size,
        }
        page = self._client.search(self._kind, self._operation, body)
        whole = [record for record in page if problem_of(record, self._kind) is None]
        self.broken += [record for record in page if problem_of(record, self._kind)]
        is_last = len(page) < self._page_size
        if not (whole or is_last):
            problem = f"{problem_of(page[0], self._kind)}, in a whole page of records"
            raise ContractError(NAME, self._operation, problem)
        return whole, is_last


def _filter(name: str, operator: str, value: int) -> Json:
    return {"propertyName": name, "operator": operator, "value": str(value)}
