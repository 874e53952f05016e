"""Leads of a file, or of the store, decided by today's configuration and by another one."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from config.configuration import Configuration
from config.load import load
from config.model_sources import CRMS
from flows.commands.simulate import Request, starting_point
from flows.exits import note
from flows.file_order import FileOrder
from flows.moments import instant, since
from flows.simulating.backtest import Backtest
from flows.simulating.simulation import csv_source, nobody_takes
from flows.which_store import read_store
from flows.wiring import config_folder, utc_now
from leads.errors import ConfigError
from leads.record import CrmOwner
from reports.backtest import Comparison, Pair, compare, limits

DEFAULT_SINCE = "30d"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What to compare with, and where the page goes. `stored_since` None: leads are of a file."""

    config: Path
    page: Path | None
    store: str | None
    stored_since: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What differs, what the two are called, what to know of it, and each lead's two ends."""

    found: Comparison
    names: tuple[str, str]
    notes: list[str]
    pairs: list[Pair]


def compare_policies(request: Request, against: Against, say: Say = note) -> Compared:
    """Decide every lead by both; `say` is told what of a file could not be read."""
    today, proposed = load(config_folder(request.config)), load(against.config)
    start = starting_point(request, today.policy)
    if against.stored_since is not None:
        start = replace(start, inactive=_inactive(against.store))
    test = Backtest(today, proposed, start)
    if against.stored_since is None:
        _take_file(test, request, (today, proposed), say)
    else:
        _take_store(test, against)
    pairs = list(test.pairs())
    if against.stored_since is None:
        _tell_order(test, request.leads, say)
    found = compare(pairs)
    names = _names(config_folder(request.config), against.config)
    taken_from = dict.fromkeys(each for c in (today, proposed) for each in nobody_takes(c.policy))
    notes = [*limits(found, names), *_notes(request), *taken_from]
    return Compared(found=found, names=names, notes=notes, pairs=pairs)


def _take_file(
    test: Backtest, request: Request, both: tuple[Configuration, Configuration], say: Say
) -> None:
    clock = instant("--now", request.clock) if request.clock else None
    sources = [csv_source(request.leads, each, created_at=clock or utc_now()) for each in both]
    for said in sources[0].notes:
        say(said)
    for page in sources[0].pull(None):
        for raw in page.records:
            slots = test.new(raw.source_id)
            for run, source, slot in zip(test.runs, sources, slots, strict=True):
                run.take(source, raw, clock, slot)
    for said in test.runs[0].unread.told(request.leads):
        say(said)


def _tell_order(test: Backtest, leads: Path, say: Say) -> None:
    order = FileOrder()
    for decision in test.decisions():
        order.add(decision)
    for said in order.told(leads):
        say(said)


def _inactive(store: str | None) -> dict[str, list[CrmOwner]]:
    """Return whom the CRMs had deactivated when they were last looked at, and since when."""
    with read_store(store) as opened:
        return {
            crm: [owner for owner in opened.crm_owners(crm) if not owner.is_active] for crm in CRMS
        }


def _take_store(test: Backtest, against: Against) -> None:
    """Take each lead at the instant it was decided then."""
    now = utc_now()
    begin = since("--since", against.stored_since or DEFAULT_SINCE, now)
    with read_store(against.store) as store:
        decided = store.decided_leads(begin, now)
    if not decided:
        raise ConfigError([f"--from-store: no lead was decided since {begin:%Y-%m-%d %H:%M} UTC"])
    for each in decided:
        shown = str(each.lead.key)
        for run, slot in zip(test.runs, test.new(shown), strict=True):
            run.take_lead(each.lead, each.decision.decided_at, shown, slot)


def _names(today: Path, proposed: Path) -> tuple[str, str]:
    """Call each by its folder's name; by the path where both are named the same."""
    names = today.resolve().name, proposed.resolve().name
    return names if names[0] != names[1] else (str(today), str(proposed))


def _notes(request: Request) -> list[str]:
    if request.open_for:
        return [f"A lead counts as open for {request.open_for} after it was given."]
    return ["No lead is closed here, so caps fill up: --open-for 14d closes each after that."]
