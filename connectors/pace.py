"""A limit on how often a vendor is asked, kept before the vendor has to remind us of it."""

import threading
import time
from collections import deque
from collections.abc import Callable


class Pace:
    """
    At most `calls` in any `seconds`, over all threads. `wait` returns when it is one's turn.

    Turns are given out in order of asking: each caller takes its slot under the lock and sleeps
    outside it, so that nobody who waits blocks somebody who only wants to know when.
    """

    def __init__(
        self,
        calls: int,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._slots: deque[float] = deque(maxlen=calls)
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()

    def wait(self) -> None:
        pause = self._take_slot()
        if pause > 0:
            self._sleep(pause)

    def _take_slot(self) -> float:
        with self._lock:
            now = self._clock()
            is_full = len(self._slots) == self._slots.maxlen
            slot = max(now, self._slots[0] + self._seconds) if is_full else now
            self._slots.append(slot)
            return slot - now
