"""A vendor's limit, and how much of it was used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox.journal import Entry

_SEARCH = "/search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many calls in any window of so many seconds."""

    name: str
    calls: int
    seconds: float

    def used(self, times: Sequence[datetime]) -> float | None:
        """
        The shortest time in which the limit allows these calls, as a share of the time they took.

        None where the first window alone holds them: it was never in the way.
        """
        windows = (len(times) - 1) // self.calls
        if windows <= 0:
            return None
        return windows * self.seconds / (times[-1] - times[0]).total_seconds()


SEARCHES = Limit(name="HubSpot searches, 5 in 1 s", calls=5, seconds=1.0)
CALLS = Limit(name="HubSpot's other calls, 190 in 10 s", calls=190, seconds=10.0)


def by_limit(requests: Sequence[Entry]) -> dict[Limit, list[datetime]]:
    """When each of HubSpot's calls was made, by the limit that counts it."""
    made: dict[Limit, list[datetime]] = {SEARCHES: [], CALLS: []}
    for entry in requests:
        is_search = str(entry.detail["path"]).endswith(_SEARCH)
        made[SEARCHES if is_search else CALLS].append(entry.at)
    return made
