"""Things that go wrong on purpose: scripted one by one, or a share of all requests."""

import random
import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What the next matching request meets instead of, or on top of, its answer."""

    RATE_LIMITED = "rate_limited"  # the vendor's own status, headers and body
    SERVER_ERROR = "server_error"  # 503 with the vendor's JSON
    HTML_ERROR = "html_error"  # 502 with a proxy's HTML page
    TRUNCATED = "truncated"  # the answer's body stops half way; the request WAS carried out
    MALFORMED = "malformed"  # 200 with a body that is not JSON; the request was not carried out
    MISSHAPEN = "misshapen"  # the first record of the answer lacks the field `detail`
    TIMEOUT = "timeout"  # no answer for `seconds`; the request WAS carried out
    TOKEN_EXPIRED = "token_expired"  # the token in use stops being valid
    ROW_REFUSED = "row_refused"  # one row of a batch write is refused; `detail` is its code


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`path` is a part of the request path it waits for; `record_id` narrows ROW_REFUSED."""

    kind: FaultKind
    path: str = ""
    record_id: str | None = None
    detail: str = ""
    seconds: float = 0.0
    retry_after: str | None = None


class Faults:
    """Scripted faults go first, each once, in order; then shares (0..1), drawn from a seed."""

    def __init__(self, seed: int = 0) -> None:
        self._script: deque[Fault] = deque()
        self._shares: dict[FaultKind, float] = {}
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def script(self, *faults: Fault) -> None:
        with self._lock:
            self._script.extend(faults)

    def set_share(self, kind: FaultKind, share: float) -> None:
        with self._lock:
            self._shares[kind] = share

    def clear(self) -> None:
        with self._lock:
            self._script.clear()
            self._shares.clear()

    def for_request(self, path: str) -> Fault | None:
        """Take the fault that this request meets, if any."""
        with self._lock:
            for fault in self._script:
                if fault.kind is not FaultKind.ROW_REFUSED and fault.path in path:
                    self._script.remove(fault)
                    return fault
            for kind, share in self._shares.items():
                if kind is not FaultKind.ROW_REFUSED and self._random.random() < share:
                    return Fault(kind=kind, seconds=0.2)
        return None

    def for_row(self, record_id: str) -> Fault | None:
        """Take the fault that this row of a batch meets, if any."""
        with self._lock:
            for fault in self._script:
                if fault.kind is FaultKind.ROW_REFUSED and fault.record_id in (None, record_id):
                    self._script.remove(fault)
                    return fault
            share = self._shares.get(FaultKind.ROW_REFUSED, 0.0)
            if share and self._random.random() < share:
                return Fault(kind=FaultKind.ROW_REFUSED)
        return None
