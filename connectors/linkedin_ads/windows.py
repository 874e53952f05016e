"""All leads of a stretch of time, though the vendor lists them in pages that may shift."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connectors.linkedin_ads.client import Json, LeadSyncClient
from connectors.linkedin_ads.failures import NAME
from connectors.linkedin_ads.mapping import key_of
from connectors.linkedin_ads.wire import Listing
from leads.errors import TransientError

_OPERATION, _PATH = "read leads", "/leadFormResponses"
_TRIES = 5


class _Shifted(Exception):
    """Somebody's lead was withdrawn while we read: the next page skips one."""


class _TooMany(Exception):
    """Not to be held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One list, `page_size` leads at a time; at most about `at_once` of them are held."""

    client: LeadSyncClient
    listing: Listing
    page_size: int
    at_once: int

    def between(self, start: int, end: int) -> Iterator[list[Json]]:
        """Yield the leads from `start` until before `end` in parts: the older part first."""
        try:
            found = self._whole(start, end)
        except _TooMany:
            middle = (start + end) // 2
            yield from self.between(start, middle)
            yield from self.between(middle, end)
        else:
            yield sorted(found, key=lambda lead: (submitted_at(lead), key_of(lead)))

    def _whole(self, start: int, end: int) -> list[Json]:
        for _ in range(_TRIES):
            try:
                return self._read(start, end)
            except _Shifted:
                continue
        problem = f"the list of {self.listing} changed at each of {_TRIES} attempts to read it"
        raise TransientError(NAME, _OPERATION, problem)

    def _read(self, start: int, end: int) -> list[Json]:
        """
        Page until a short page. Each page begins with the last lead of the page before.

        Pages are found by an offset: a lead that is withdrawn moves all behind it up by one, and
        the next page would skip one. Then the lead that must come again does not.
        """
        query, size = self.listing.leads_query(start, end), self.page_size
        found: dict[str, Json] = {}
        last, offset = "", 0
        while True:
            page = self.client.page(_OPERATION, _PATH, query, offset, size)
            leads = {key_of(lead): lead for lead in page["elements"]}
            is_all_known = len(leads) == size and leads.keys() <= found.keys()
            if last and (last not in leads or is_all_known):
                raise _Shifted
            found |= leads
            if len(page["elements"]) < size:
                return list(found.values())
            if self._is_too_many(page, len(found)) and end - start > 1:
                raise _TooMany
            last = key_of(page["elements"][-1])
            offset += size - 1

    def _is_too_many(self, page: Json, found: int) -> bool:
        """The total spares us reading what we cannot hold; not every answer has one."""
        total = (page.get("paging") or {}).get("total")
        return found >= self.at_once or (isinstance(total, int) and total > self.at_once)


def submitted_at(lead: Any) -> int:
    """Milliseconds since 1970; 0 for a lead whose time is missing."""
    at = lead.get("submittedAt") if isinstance(lead, dict) else None
    return at if isinstance(at, int) else 0
