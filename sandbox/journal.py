"""What a vendor was asked and what it did: the witness that tests count by."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One event at one vendor.

    `event`: `request` (every HTTP request: method, path, status), `served` (record ids that left
    in an answer), `created`, `owner_written` (detail has `from` and `to`), `written`, `refused`
    (detail has the vendor's code), `person` (a simulated person changed a record), `fault`.
    """

    at: datetime
    vendor: str
    event: str
    object: str = ""
    ids: tuple[str, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)


class Journal:
    """Append-only and thread-safe. Keeps the last million events."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=1_000_000)
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)

    def entries(self, vendor: str | None = None, event: str | None = None) -> Sequence[Entry]:
        with self._lock:
            kept = list(self._entries)
        return [e for e in kept if vendor in (None, e.vendor) and event in (None, e.event)]

    def as_json(self, vendor: str | None = None, event: str | None = None) -> list[dict[str, Any]]:
        rows = (asdict(entry) for entry in self.entries(vendor, event))
        return [{**row, "at": row["at"].isoformat()} for row in rows]
