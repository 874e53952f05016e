"""A limit on how often a vendor is asked, kept before the vendor has to remind us of it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """How time is told and spent; a measurement may leap over the waits."""

    clock: Clock = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Slots(Protocol):
    """Who may ask when. Shared by threads here, by processes in `shared_pace`."""

    def take(self, calls: int, seconds: float, clock: Clock) -> tuple[int, float]:
        """
        Reserve the earliest instant with fewer than `calls` in the `seconds` before it.

        Whoever keeps the slots reads the clock, after it has waited for them.
        """
        ...

    def move(self, ticket: int, at: float) -> None:
        """Count a call as made at `at`, later than was thought."""
        ...

    def close(self, until: float) -> None:
        """Give out nothing before `until`."""
        ...


class Pace:
    """
    At most `calls` in any `seconds`. `wait` returns when it is one's turn.

    Turns are given out in order of asking: each caller takes its slot at once and sleeps outside
    the lock, so that nobody who waits blocks somebody who only wants to know when.
    """

    def __init__(
        self,
        calls: int,
        seconds: float,
        *,
        slack: float = 0.0,
        slots: Slots | None = None,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._calls, self._seconds, self._slack = calls, seconds, slack
        self._slots = slots or MemorySlots()
        self._clock, self._sleep = clock, sleep

    def wait(self) -> None:
        self._take()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """
        Wait for one's turn and make the call inside.

        The vendor counts a call when it arrives: at the latest when it is answered. What takes
        longer than `slack` is counted then, so that no delay on the way squeezes two windows
        into one.
        """
        ticket, at = self._take()
        try:
            yield
        finally:
            latest = self._clock() - self._slack
            if latest > at:
                self._slots.move(ticket, latest)

    def rest(self, seconds: float) -> None:
        """Let nobody ask for so long: the vendor said so to one of us."""
        self._slots.close(self._clock() + seconds)

    def _take(self) -> tuple[int, float]:
        ticket, at = self._slots.take(self._calls, self._seconds, self._clock)
        pause = at - self._clock()
        if pause > 0:
            self._sleep(pause)
        return ticket, at


class MemorySlots:
    """Slots of this process."""

    def __init__(self) -> None:
        self._taken: dict[int, float] = {}
        self._number, self._closed = 0, 0.0
        self._lock = threading.Lock()

    def take(self, calls: int, seconds: float, clock: Clock) -> tuple[int, float]:
        with self._lock:
            now = clock()
            self._taken = {n: at for n, at in self._taken.items() if at > now - seconds}
            at = now
            if len(self._taken) >= calls:
                at = max(at, sorted(self._taken.values())[-calls] + seconds)
            at = max(at, self._closed)
            self._number += 1
            self._taken[self._number] = at
            return self._number, at

    def move(self, ticket: int, at: float) -> None:
        with self._lock:
            if ticket in self._taken:
                self._taken[ticket] = at

    def close(self, until: float) -> None:
        with self._lock:
            self._closed = max(self._closed, until)
