"""What Meta tells of its limits: the app's by the hour, and each page's by the day."""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.base import EVERYTHING
from connectors.setup import Quota

CALLS_A_LEAD = 4800
"""In 24 hours, for each lead that a page had in 90 days."""
APP, BUSINESS = "x-app-usage", "x-business-use-case-usage"
_SHARES = ("call_count", "total_cputime", "total_time")
_WHOLE = 100


def part_of(page: str) -> str:
    """Name a page in `quotas`."""
    return f"page {page}"


class Usage:
    """Thread-safe: shares used, in per cent, by page; EVERYTHING is the app."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[str, int] = {}
        self._calls: Counter[str] = Counter()
        self._leads: dict[str, int] = {}

    def note(self, page: str, headers: Mapping[str, str]) -> None:
        """Read the headers of an answer about `page`; "" is no page's own."""
        with self._lock:
            self._used[EVERYTHING] = max(_shares(_read(headers.get(APP))), default=0)
            if page:
                self._calls[page] += 1
                leadgen = list(_of_leads(_read(headers.get(BUSINESS))))
                if leadgen:
                    self._used[page] = max(leadgen)

    def count_leads(self, page: str, leads: int) -> None:
        """A page's leads of the last 90 days, as its forms tell: what its allowance is made of."""
        with self._lock:
            self._leads[page] = leads

    def quota_of(self, page: str) -> Quota:
        """A page without leads has one lead's allowance."""
        with self._lock:
            limit = CALLS_A_LEAD * max(1, self._leads.get(page, 0))
            used = self._used.get(page, 0) * limit // _WHOLE
            return Quota(used=used, limit=limit, ours=self._calls[page])

    def quotas(self) -> dict[str, Quota]:
        with self._lock:
            pages, app = list(self._calls), self._used.get(EVERYTHING, 0)
        of_pages = {part_of(page): self.quota_of(page) for page in pages}
        return {EVERYTHING: Quota(used=app, limit=_WHOLE), **of_pages}


def _read(header: str | None) -> Any:
    try:
        return json.loads(header or "{}")
    except ValueError:
        return {}


def _of_leads(told: Any) -> Iterator[int]:
    """By business or by page, as it comes: the answer was about one page, and so is this."""
    for entries in told.values() if isinstance(told, dict) else ():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("type") == "leadgen":
                yield from _shares(entry)


def _shares(told: Any) -> Iterator[int]:
    values = (told.get(name) for name in _SHARES) if isinstance(told, dict) else ()
    yield from (int(value) for value in values if isinstance(value, int | float))
