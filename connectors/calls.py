"""What asking a vendor costs: requests, counted where they are made."""

import threading
from typing import Protocol, runtime_checkable


class CallCounter:
    """Requests since they were last taken; threads of one connector share it."""

    def __init__(self) -> None:
        self._made = 0
        self._lock = threading.Lock()

    def add(self) -> None:
        with self._lock:
            self._made += 1

    def take(self) -> int:
        """Answer how many were made, and begin at none."""
        with self._lock:
            made, self._made = self._made, 0
        return made


@runtime_checkable
class Counting(Protocol):
    """A connector that counts its requests."""

    def take_calls(self) -> int:
        """Answer how many were made since this was last asked; a repeated one counts again."""
        ...
