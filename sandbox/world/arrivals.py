"""When leads come in: in clumps, more of them lately, and often several in one second."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.world.record import Record

WINDOW = timedelta(hours=9)
_IN_A_CLUMP = 5
_CLUMP_SECONDS = 20.0
_PAGE_EDGES = (10, 25, 50, 100, 200, 500, 1000, 2000)


def moments(rng: random.Random, count: int, now: datetime) -> list[datetime]:
    """Answer `count` instants of the last hours, in whole seconds, oldest first."""
    clumps = [_recent(rng) for _ in range(1 + count // _IN_A_CLUMP)]
    latest = (now - timedelta(seconds=5)).replace(microsecond=0)
    drawn = []
    for _ in range(count):
        after = timedelta(seconds=int(rng.expovariate(1 / _CLUMP_SECONDS)))
        drawn.append(min(latest, latest - rng.choice(clumps) + after))
    return sorted(drawn)


def tied_at_page_edges(records: Sequence[Record]) -> tuple[Record, ...]:
    """
    Sort by time, and give the first record of each page the time of the one before it.

    Whatever page size a client asks for, some page then ends within a second.
    """
    ordered = sorted(records, key=lambda record: record.created)
    for edge in _PAGE_EDGES:
        if edge < len(ordered):
            ordered[edge] = replace(ordered[edge], created=ordered[edge - 1].created)
    return tuple(ordered)


def _recent(rng: random.Random) -> timedelta:
    share = rng.betavariate(1.0, 2.2)
    return timedelta(seconds=int(WINDOW.total_seconds() * share))
