"""Reading leads' changes in order from a list that pages by offset."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from connectors.pipedrive.client import Json, PipedriveClient, rows_of
from connectors.pipedrive.failures import NAME
from connectors.pipedrive.mapping import (
    CHANGED,
    changed_at,
    problem_of,
    since_text,
    whole_second,
)
from connectors.pipedrive.settings import PipedriveSettings
from connectors.place import EPOCH, Place
from leads.errors import ContractError, TransientError
from leads.record import Cursor

_IN_ORDER = "update_time ASC, id ASC"
_RESTARTS = 5
_TICK = timedelta(seconds=1)


def place_of(
    since: Cursor | None, settings: PipedriveSettings, now: datetime, first: datetime = EPOCH
) -> Place:
    """Nothing tells how late a change may show up in a list, so a read looks back."""
    return Place(
        NAME,
        since,
        look_back_seconds=settings.look_back_seconds,
        now=now,
        tick=_TICK,
        first=first,
    )


def newest(found: Sequence[Json]) -> datetime:
    return max(map(changed_at, found))


class LeadChanges:
    """
    Pages of leads, oldest change first.

    Each page asks again from the last second seen: a lead edited meanwhile moves to the end, and
    an offset would skip what slides up into its place. Within one second (an import's) there is
    nothing but the offset, so that each page there begins with the last lead of the one before;
    where it does not, the second is read from its beginning. Leads without a place in the order
    are left out, and put into `broken`.
    """

    def __init__(self, client: PipedriveClient, operation: str, page_size: int) -> None:
        self._client, self._operation, self._size = client, operation, page_size
        self.broken: list[Json] = []

    def since(self, at: datetime) -> Iterator[list[Json]]:
        second, start, restarts = whole_second(at), 0, 0
        seen: set[tuple[str, str]] = set()
        last_one: tuple[str, str] | None = None
        while True:
            page, is_last = self._page(second, start)
            if start and (not page or _version(page[0]) != last_one):
                start, restarts = 0, restarts + 1
                if restarts > _RESTARTS:
                    problem = "the list keeps changing while it is read"
                    raise TransientError(NAME, self._operation, problem)
                continue
            whole = self._whole(page, is_last=is_last)
            if fresh := [lead for lead in whole if _version(lead) not in seen]:
                yield fresh
            seen.update(map(_version, whole))
            if is_last:
                return
            last = whole_second(changed_at(whole[-1]))
            if last > second:
                second, start, restarts = last, 0, 0
                seen = {_version(lead) for lead in whole if whole_second(changed_at(lead)) == last}
            else:
                start, last_one = start + len(page) - 1, _version(page[-1])

    def _page(self, second: datetime, start: int) -> tuple[list[Json], bool]:
        body = self._client.get(
            self._operation,
            "/v1/leads",
            updated_since=since_text(second),
            sort=_IN_ORDER,
            start=str(start),
            limit=str(self._size),
        )
        page = rows_of(body, self._operation)
        return page, not has_more(body)

    def _whole(self, page: list[Json], *, is_last: bool) -> list[Json]:
        whole = [lead for lead in page if problem_of(lead) is None]
        self.broken += [lead for lead in page if problem_of(lead)]
        if not (whole or is_last):
            problem = f"{problem_of(page[0]) if page else 'no record'}, in a whole page of leads"
            raise ContractError(NAME, self._operation, problem)
        return whole


def has_more(body: Json) -> bool:
    """Whether another page follows; it is told in either of two places."""
    told = body.get("additional_data") or {}
    return bool((told.get("pagination") or told).get("more_items_in_collection"))


def _version(lead: Json) -> tuple[str, str]:
    return str(lead.get("id")), str(lead.get(CHANGED))
