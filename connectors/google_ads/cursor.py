"""Where each account was read to: the whole of what a pull of Google leads has to remember."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from connectors.google_ads.failures import NAME
from connectors.google_ads.mapping import read_zone
from leads.errors import ContractError
from leads.record import Cursor

MOST_SEEN = 5000
_FARTHEST_BEHIND = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """
    One account. `at`: the newest lead read, in Unix seconds. `zone`: the account's, once known.

    `seen`: what was read within the overlap, as row to Unix seconds, so that it is read again but
    not handed over again. Beyond MOST_SEEN the oldest are forgotten, and handed over twice.
    """

    at: int
    zone: str | None = None
    seen: Mapping[str, int] = field(default_factory=dict)

    def with_lead(self, lead: str, at: int) -> "Mark":
        return Mark(at=max(self.at, at), zone=self.zone, seen={**self.seen, lead: at})

    def pruned(self, overlap: int) -> "Mark":
        kept = [pair for pair in self.seen.items() if pair[1] >= self.at - overlap]
        newest = sorted(kept, key=lambda pair: pair[1])[-MOST_SEEN:]
        return Mark(at=self.at, zone=self.zone, seen=dict(newest))

    def literal(self, overlap: int) -> str:
        """
        The time from which to read, as a query has it: without an offset.

        Whether it is taken for the account's own time or for UTC is not documented: the earlier of
        the two is asked for. An account whose zone is not known may be 12 hours behind UTC.
        """
        since = datetime.fromtimestamp(self.at - overlap, UTC)
        zone = read_zone(self.zone)
        own = since.astimezone(zone) if zone else since - _FARTHEST_BEHIND
        return f"{min(since.replace(tzinfo=None), own.replace(tzinfo=None)):%Y-%m-%d %H:%M:%S}"


def write(marks: Mapping[str, Mark]) -> Cursor:
    return Cursor(json.dumps({account: asdict(mark) for account, mark in marks.items()}))


def read(cursor: Cursor | None) -> dict[str, Mark]:
    if cursor is None:
        return {}
    try:
        return {account: Mark(**mark) for account, mark in json.loads(cursor).items()}
    except (ValueError, TypeError, AttributeError):
        problem = "the stored cursor is not one of this connector's"
        raise ContractError(NAME, "resume", problem, "Reset this source's cursor") from None
