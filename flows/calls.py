"""What asking each source costs: the requests of this process, kept by day."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from connectors.base import LeadSource
from connectors.calls import Counting
from store.store import Store

_DAYS: Final = 7


def keep_calls(sources: Mapping[str, LeadSource], store: Store, now: datetime) -> None:
    """Put what was counted since the last time into the store; nothing, if nobody was asked."""
    counting = {name: each for name, each in sources.items() if isinstance(each, Counting)}
    made = {name: calls for name, each in counting.items() if (calls := each.take_calls())}
    if made:
        store.add_calls(made, now.astimezone(UTC))


def call_lines(store: Store, now: datetime, only: str | None) -> Iterator[str]:
    """Say of each source how many requests it was sent today, and a day in the week before."""
    found: dict[str, dict[str, int]] = {}
    for row in store.calls_since(now - timedelta(days=_DAYS)):
        if only in (None, row.source):
            found.setdefault(row.source, {})[row.day] = row.calls
    today = f"{now.astimezone(UTC):%Y-%m-%d}"
    for source, by_day in found.items():
        made = by_day.pop(today, 0)
        usual = f", {sum(by_day.values()) / len(by_day):,.0f} a day before" if by_day else ""
        yield f"{source}: {made:,} requests today (UTC){usual}"
