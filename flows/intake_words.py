"""A source none of whose records are new leads: nearly always the configuration's words."""

from collections.abc import Iterator, Mapping

from connectors.setup import Intake
from flows.plurals import count_of
from flows.tick import Tick
from flows.wiring import Wiring

_SHOWN = 6


def intake_warning(wiring: Wiring, tick: Tick) -> Iterator[str]:
    """Yield a warning when a source brought records and never yet one that is a new lead."""
    if not tick.pulled or tick.source not in wiring.configuration.sources:
        return
    seen = wiring.store.only_outside(tick.source)
    if not seen:
        return
    intake = wiring.configuration.sources[tick.source].intake
    records = count_of(sum(seen.values()), "record")
    yield f"WARNING: {tick.source}: not one of {records} is a new lead, so nothing is routed"
    yield f"  seen: {_told(seen)}"
    yield f"  sources.{tick.source}.intake has: {_stated(intake)}"
    yield f"  `firsttouch doctor --source {tick.source}` compares these words with the vendor's"


def _told(seen: Mapping[str, int]) -> str:
    ranked = sorted(seen.items(), key=lambda each: (-each[1], each[0]))
    more = ", ..." if len(ranked) > _SHOWN else ""
    return ", ".join(f"{why} ({count:,})" for why, count in ranked[:_SHOWN]) + more


def _stated(intake: Intake) -> str:
    owners = ", ".join(owner or "null" for owner in intake.owners)
    parts = {"statuses": ", ".join(intake.statuses), "lifecycle": ", ".join(intake.lifecycle)}
    after = {"created_after": f"{intake.created_after:%Y-%m-%d}"} if intake.created_after else {}
    listed = {"owners": owners, **parts, **after}
    return "; ".join(f"{key} {text}" for key, text in listed.items() if text)
