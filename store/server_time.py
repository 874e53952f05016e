"""How far a server's clock is ahead of a caller's, from answers that took a while each."""

from collections import deque
from dataclasses import dataclass

_KEPT = 16
_ROUNDING = 0.001
"""Seconds by which two samples may miss each other and both be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    """The server's clock was ahead by at least `least` and at most `most` seconds."""

    least: float
    most: float

    @property
    def middle(self) -> float:
        return (self.least + self.most) / 2

    def is_possible_beside(self, other: "_Sample") -> bool:
        latest_start = max(self.least, other.least)
        return latest_start <= min(self.most, other.most) + _ROUNDING


class ServerTime:
    """
    Goes by the answer that came fastest of the last ones: it leaves the least in doubt.

    A pause between asking and answering, as any busy machine makes them, would otherwise be taken
    for a difference of the clocks. Not thread-safe.
    """

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque(maxlen=_KEPT)

    def note(self, before: float, server: float, after: float) -> None:
        """The server said `server` to somebody who asked at `before` and had it at `after`."""
        new = _Sample(least=server - after, most=server - before)
        # What cannot be true beside the newest is from before one of the clocks was set.
        kept = [old for old in self._samples if old.is_possible_beside(new)]
        self._samples = deque([*kept, new], _KEPT)

    @property
    def ahead(self) -> float:
        """Seconds; 0 before anything was noted."""
        if not self._samples:
            return 0.0
        return min(self._samples, key=lambda sample: sample.most - sample.least).middle
