"""How long a person can be overwritten: from our reading of the owners until the vendor writes."""

import argparse
import statistics
import sys
from collections.abc import Mapping, Sequence

from bench.finding import Finding, hand_over
from bench.grounds import Grounds, grounds
from bench.machine import machine
from sandbox.journal import Entry

_LEADS, _FEWER = 2_000, 4
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
    parser = argparse.ArgumentParser(prog="python -m bench.owner_window")
    parser.add_argument("--leads", type=int, default=_LEADS)
    asked = parser.parse_args().leads
    print(machine())
    with grounds(asked) as at:
        found = measure(at)
    with grounds(max(60, asked // _FEWER)) as at:
        fewer = measure(at)
    print(f"{'CRM':<12}{'batches':>9}{'median ms':>12}{'longest ms':>12}")
    for crm, seconds in found.items():
        if seconds:
            middle, longest = statistics.median(seconds) * 1000, max(seconds) * 1000
            print(f"{crm:<12}{len(seconds):>9}{middle:>12.0f}{longest:>12.0f}")
    print("\nfrom the vendor's answer to our reading until its answer to our write, on loopback")
    findings = [
        Finding(
            what=f"how long a person can be overwritten at {crm}, on loopback",
            budget="measured; made good by a second look",
            found=f"median {statistics.median(seconds) * 1000:.0f} ms, longest "
            f"{max(seconds) * 1000:.0f} ms, {len(seconds)} batches",
            growth=f"longest {max(fewer[crm], default=0) * 1000:.0f} ms "
            "with a quarter of the leads",
            bound="the vendor's own time to read and to write a batch",
        )
        for crm, seconds in found.items()
        if seconds
    ]
    return 0 if hand_over(*findings) and all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
