"""How long a person can be overwritten: from our reading of the owners until the vendor writes."""

import statistics
import sys
from collections.abc import Mapping, Sequence

from bench.grounds import Grounds, grounds
from bench.machine import machine
from sandbox.journal import Entry

_LEADS = 2_000
_PATHS: Mapping[str, tuple[str, str]] = {
    "hubspot": ("/contacts/batch/read", "/contacts/batch/update"),
    "salesforce": ("/query", "/composite/sobjects"),
}


def windows(requests: Sequence[Entry], read: str, write: str) -> list[float]:
    """Answer, for each write, how many seconds before it the last reading was answered."""
    found: list[float] = []
    last: Entry | None = None
    for entry in requests:
        path = str(entry.detail["path"]).rstrip("/")
        if path.endswith(read):
            last = entry
        elif path.endswith(write) and last is not None:
            found.append((entry.at - last.at).total_seconds())
            last = None
    return found


def measure(at: Grounds) -> Mapping[str, list[float]]:
    """Deliver everything that waits, and say how long each batch's window was."""
    at.tick()
    return {crm: windows(at.requests(crm), *paths) for crm, paths in _PATHS.items()}


def main() -> int:
    """Print the windows; the vendor's own time on the network comes on top."""
    print(machine())
    with grounds(_LEADS) as at:
        found = measure(at)
    print(f"{'CRM':<12}{'batches':>9}{'median ms':>12}{'longest ms':>12}")
    for crm, seconds in found.items():
        if seconds:
            middle, longest = statistics.median(seconds) * 1000, max(seconds) * 1000
            print(f"{crm:<12}{len(seconds):>9}{middle:>12.0f}{longest:>12.0f}")
    print("\nfrom the vendor's answer to our reading until its answer to our write, on loopback")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
