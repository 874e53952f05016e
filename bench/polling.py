"""
From a lead's arrival at a vendor until its owner is in the CRM, by polling alone.

Leads come one by one, over minutes; the waits between are leapt over, on every clock, and the
ticks take what they take. A tick begins a minute after the one before. What starts a tick is not in
it: Prefect's schedule adds what its runs of the sync are late.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.empty_tick import settle
from bench.finding import Finding, hand_over
from bench.grounds import Grounds, grounds
from bench.machine import machine
from bench.webhooks import share_of

MINUTES, ARRIVING = 30, (2, 12)
MINUTE = 60.0
_WAITING = 60
_MOST = 0.99
Record = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Seconds to each owner, in order of size, and those of the longest tick."""

    a_minute: int
    owned: list[float]
    tick: float
    others: int

    @property
    def most(self) -> float:
        return share_of(self.owned, _MOST)

    @property
    def is_kept(self) -> bool:
        return self.most <= MINUTE + self.tick

    def __str__(self) -> str:
        return (
            f"{self.a_minute:>4} a minute: p50 {share_of(self.owned, 0.5):.1f} s, p99 "
            f"{self.most:.1f} s of {len(self.owned)} leads; longest tick {self.tick:.1f} s; "
            f"{self.others} that needed no owner of ours (a person's record, a test, ...)"
        )


def measure(a_minute: int, minutes: int) -> Found:
    """Let leads come for so many minutes, and see when each has its owner."""
    with grounds(_WAITING) as at:
        settle(at)
        arrived: dict[Record, datetime] = {}
        longest = 0.0
        for _ in range(minutes):
            arrived |= _a_minute(at, a_minute, longest)
            longest = max(longest, _tick(at))
        for _ in range(2):  # what HubSpot created from an ad is its own record in the next one
            at.town.clock.skip(timedelta(seconds=MINUTE))
            longest = max(longest, _tick(at))
        owned = owners_at(at)
    took = sorted((owned[r] - since).total_seconds() for r, since in arrived.items() if r in owned)
    return Found(a_minute=a_minute, owned=took, tick=longest, others=len(arrived) - len(took))


def _a_minute(at: Grounds, leads: int, ticked: float) -> Mapping[Record, datetime]:
    """Spread the arrivals over what the last tick has left of its minute."""
    pause = timedelta(seconds=max(0.0, MINUTE - ticked) / leads)
    arrived = {}
    for _ in range(leads):
        record = at.town.life.lead_arrives()
        arrived[record] = at.town.clock.now()
        at.town.clock.skip(pause)
    return arrived


def _tick(at: Grounds) -> float:
    began = time.monotonic()
    if problems := [problem for tick in at.tick() for problem in tick.problems]:
        raise AssertionError(f"a tick met problems: {problems}")
    return time.monotonic() - began


def owners_at(at: Grounds) -> Mapping[Record, datetime]:
    """Answer when each record got the owner we wrote, or was created with one, first."""
    contacts, found = at.town.vendors.hubspot.contacts, {}
    for entry in at.town.journal.entries(event="created"):
        for record in entry.ids if entry.vendor == "hubspot" else ():
            values = contacts[record].state.values if record in contacts else {}
            source, _, lead = str(values.get("firsttouch_id") or "").partition(":")
            if lead and values.get("hubspot_owner_id"):
                found[source, lead] = entry.at
    for entry in at.town.journal.entries(event="owner_written"):
        for record in entry.ids:
            found.setdefault((entry.vendor, record), entry.at)
    return found


def main() -> int:
    """Print each rate; answer 1 when a 99th percentile is over its budget."""
    parser = argparse.ArgumentParser(prog="python -m bench.polling")
    parser.add_argument("--minutes", type=int, default=MINUTES)
    minutes = parser.parse_args().minutes
    print(machine())
    few, many = (measure(rate, minutes) for rate in ARRIVING)
    for found in (few, many):
        print(found)
    finding = Finding(
        what=f"lead at the vendor to owner written, polling, {many.a_minute} leads a minute",
        budget="p99 at most 60 s and one tick's run",
        found=f"p99 {many.most:.1f} s, longest tick {many.tick:.1f} s",
        growth=f"p99 {few.most:.1f} s at {few.a_minute} leads a minute",
        bound="a poll begins once a minute; webhooks do not wait for it",
        is_kept=few.is_kept and many.is_kept,
    )
    return 0 if hand_over(finding) else 1


if __name__ == "__main__":
    sys.exit(main())
