"""Things that go wrong on purpose: scripted one by one, or a share of all requests."""

import random
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What the next matching request meets instead of, or on top of, its answer."""

    RATE_LIMITED = "rate_limited"  # the vendor's own status, headers and body
    SERVER_ERROR = "server_error"  # 503 with the vendor's JSON
    HTML_ERROR = "html_error"  # 502 with a proxy's HTML page
    HTML_PAGE = "html_page"  # 200 with somebody's HTML page; the request was not carried out
    TRUNCATED = "truncated"  # the answer's body stops half way; the request WAS carried out
    STALLED = "stalled"  # the same, but the connection stays open as long as TIMEOUT waits
    MALFORMED = "malformed"  # 200 with a body that is not JSON; the request was not carried out
    MISSHAPEN = "misshapen"  # the first record of the answer lacks the field `detail`
    TIMEOUT = "timeout"  # no answer for `seconds`, or until the client hangs up; carried out
    DROPPED = "dropped"  # no answer but a hang-up; carried out if `detail` is "after"
    TOKEN_EXPIRED = "token_expired"  # the token in use stops being valid
    REPEATED = "repeated"  # a list's records come a second time
    EMPTY_PAGE = "empty_page"  # a page of a list is empty, and another follows
    SHUFFLED = "shuffled"  # a list's records come in another order
    EDITED = "edited"  # somebody changes a record, or a new one comes, while a list is read
    EDITED_BEFORE = "edited_before"  # somebody changes a record just before a request is met
    ROW_REFUSED = "row_refused"  # one row of a batch write is refused; `detail` is its code


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """
    `path` is a part of the request path it waits for, with its method before it where that is
    what tells a write from a read ("PATCH /leads/"); `record_id` narrows ROW_REFUSED.

    Without `seconds` whoever asks meets their own time-out, however long that is.
    """

    kind: FaultKind
    path: str = ""
    record_id: str | None = None
    detail: str = ""
    seconds: float | None = None
    retry_after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Faults that are each met once, in order; and those that a share (0..1) of requests meets."""

    script: tuple[Fault, ...] = ()
    shares: Mapping[Fault, float] = field(default_factory=dict)


Possible = Callable[[FaultKind], bool]
"""Whether a request can meet a kind at all: an order that the vendor promises is kept."""


class Faults:
    """
    Scripted faults go first, each once, in order; then shares (0..1), drawn from a seed.

    `edit` is what EDITED and EDITED_BEFORE do; without one there is nobody to edit anything.
    `edit_before`, where there is one, is what EDITED_BEFORE does instead: it sees the request.
    """

    def __init__(self, seed: int = 0) -> None:
        self.edit: Callable[[], object] | None = None
        self.edit_before: Callable[[bytes], object] | None = None
        self._script: deque[Fault] = deque()
        self._shares: dict[Fault, float] = {}
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def script(self, *faults: Fault) -> None:
        with self._lock:
            self._script.extend(faults)

    def set_share(self, kind: FaultKind, share: float, **more: Any) -> None:
        """`more`: what else such a fault is, as in Fault; each combination has its own share."""
        with self._lock:
            self._shares[Fault(kind=kind, **more)] = share

    def obey(self, orders: Orders) -> None:
        """Forget what was ordered before."""
        with self._lock:
            self._script = deque(orders.script)
            self._shares = dict(orders.shares)

    def clear(self) -> None:
        with self._lock:
            self._script.clear()
            self._shares.clear()

    @property
    def scripted(self) -> int:
        """How many scripted faults nothing has met yet."""
        with self._lock:
            return len(self._script)

    def for_request(self, asked: str, is_possible: Possible = lambda _: True) -> Fault | None:
        """Take the fault that a request meets, if any: `asked` is its method and its path."""

        def matches(fault: Fault) -> bool:
            is_of_row = fault.kind is FaultKind.ROW_REFUSED
            return not is_of_row and fault.path in asked and is_possible(fault.kind)

        with self._lock:
            return self._take(matches)

    def for_row(self, record_id: str) -> Fault | None:
        """Take the fault that this row of a batch meets, if any."""

        def matches(fault: Fault) -> bool:
            is_of_row = fault.kind is FaultKind.ROW_REFUSED
            return is_of_row and fault.record_id in (None, record_id)

        with self._lock:
            return self._take(matches)

    def _take(self, matches: Callable[[Fault], bool]) -> Fault | None:
        for fault in self._script:
            if matches(fault):
                self._script.remove(fault)
                return fault
        for fault, share in self._shares.items():
            if matches(fault) and self._random.random() < share:
                return fault
        return None
