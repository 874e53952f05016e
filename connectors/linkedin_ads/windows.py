"""All leads of a stretch of time, though the vendor lists them in pages that may shift."""

from collections.abc import Iterator

from connectors.linkedin_ads.client import Json, LeadSyncClient
from connectors.linkedin_ads.failures import NAME
from connectors.linkedin_ads.wire import Listing
from leads.errors import TransientError

AT_ONCE = 2000
"""As many leads are held in memory, with their forms; a longer list is read in parts."""

_OPERATION, _PATH = "read leads", "/leadFormResponses"
_TRIES = 5


class _Shifted(Exception):
    """Somebody's lead was withdrawn while we read: the next page skips one."""


class _TooMany(Exception):
    """Not to be held at once."""


def leads_between(
    client: LeadSyncClient, listing: Listing, start: int, end: int, size: int
) -> Iterator[list[Json]]:
    """Yield the leads from `start` until before `end` in parts: the older part first."""
    try:
        found = _whole(client, listing, (start, end), size)
    except _TooMany:
        middle = (start + end) // 2
        yield from leads_between(client, listing, start, middle, size)
        yield from leads_between(client, listing, middle, end, size)
    else:
        yield sorted(found, key=lambda lead: (submitted_at(lead), str(lead.get("id"))))


def submitted_at(lead: Json) -> int:
    """Milliseconds since 1970; 0 for a lead whose time is missing."""
    at = lead.get("submittedAt")
    return at if isinstance(at, int) else 0


def _whole(
    client: LeadSyncClient, listing: Listing, span: tuple[int, int], size: int
) -> list[Json]:
    for _ in range(_TRIES):
        try:
            return _read(client, listing, span, size)
        except _Shifted:
            continue
    problem = f"the list of {listing} changed at every one of {_TRIES} attempts to read it"
    raise TransientError(NAME, _OPERATION, problem)


def _read(client: LeadSyncClient, listing: Listing, span: tuple[int, int], size: int) -> list[Json]:
    """
    Page until a short page. Each page begins with the last lead of the page before.

    `start` is an offset: a lead that is withdrawn moves all behind it up by one, and the next page
    would skip one. Then the lead that must come again does not.
    """
    query = listing.leads_query(*span)
    found: dict[str, Json] = {}
    last, offset = "", 0
    while True:
        page = client.page(_OPERATION, _PATH, query, offset, size)
        leads = {str(lead.get("id")): lead for lead in page["elements"]}
        is_all_known = len(leads) == size and leads.keys() <= found.keys()
        if last and (last not in leads or is_all_known):
            raise _Shifted
        found |= leads
        if len(page["elements"]) < size:
            return list(found.values())
        if _is_too_many(page, len(found)) and span[1] - span[0] > 1:
            raise _TooMany
        last = str(page["elements"][-1].get("id"))
        offset += size - 1


def _is_too_many(page: Json, found: int) -> bool:
    """The total spares us reading what we cannot hold; not every answer has one."""
    total = (page.get("paging") or {}).get("total")
    return found >= AT_ONCE or (isinstance(total, int) and total > AT_ONCE)
