"""Reading records' changes in order by a search that has neither snapshot nor tie-break."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import NAME
from connectors.hubspot.mapping import changed_at, changed_by, epoch_ms, problem_of
from connectors.hubspot.settings import HubSpotSettings
from connectors.place import EPOCH, Place
from leads.errors import ContractError
from leads.record import Cursor

_ID = "hs_object_id"
_TICK = timedelta(milliseconds=1)


def place_of(since: Cursor | None, settings: HubSpotSettings, now: datetime) -> Place:
    """Search shows a change only after a while, so a read looks back."""
    return Place(NAME, since, look_back_seconds=settings.look_back_seconds, now=now, tick=_TICK)


def newest(found: Sequence[Json], kind: str) -> datetime:
    return EPOCH + max(changed_at(record, kind) for record in found) * _TICK


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

    def since(self, start: datetime) -> Iterator[list[Json]]:
        """
        Yield what changed at or after `start`.

        Each page asks again from the last instant seen. `after` is not followed: it is an offset,
        so that a contact edited while we read moves to the end, everything behind it slides up
        one, and the next page skips one. Records that have no place in the order are left out, and
        put into `broken`.
        """
        at = epoch_ms(start)
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
