"""`firsttouch simulate --against`: what another configuration would have changed."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from config.configuration import Configuration
from config.load import load
from config.model_sources import CRMS
from flows.backtest import Backtest
from flows.commands.simulate import Request, starting_point
from flows.comparison_text import comparison_json, print_comparison, write_page
from flows.exits import note
from flows.moments import instant, since
from flows.simulation import csv_source, nobody_takes
from flows.wiring import config_folder, open_store, utc_now
from leads.errors import ConfigError
from leads.record import CrmOwner
from reports.backtest import Pair, compare, limits
from reports.backtest_page import backtest_page

DEFAULT_SINCE = "30d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What to compare with, and where the page goes. `stored_since` None: leads are of a file."""

    config: Path
    page: Path | None
    store: str | None
    stored_since: str | None


def run(request: Request, against: Against) -> None:
    """Decide every lead by both configurations; print the differences, and write the page."""
    today, proposed = load(config_folder(request.config)), load(against.config)
    start = starting_point(request, today.policy)
    if against.stored_since is not None:
        start = replace(start, inactive=_inactive(against.store))
    test = Backtest(today, proposed, start)
    if against.stored_since is None:
        _take_file(test, request, (today, proposed))
    else:
        _take_store(test, against)
    pairs = list(test.pairs())
    found = compare(pairs)
    names = _names(config_folder(request.config), against.config)
    taken_from = dict.fromkeys(each for c in (today, proposed) for each in nobody_takes(c.policy))
    notes = [*limits(found, names), *_notes(request), *taken_from]
    if against.page is not None:
        write_page(against.page, backtest_page(found, names, notes))
    if request.out is not None:
        _write_rows(request.out, pairs)
    if request.as_json:
        print(json.dumps(comparison_json(found)))
    else:
        print_comparison(found, names, notes)
    for written in filter(None, (request.out, against.page)):
        note(f"{written} is written")


def _take_file(test: Backtest, request: Request, both: tuple[Configuration, Configuration]) -> None:
    clock = instant("--now", request.clock) if request.clock else None
    sources = [csv_source(request.leads, each, created_at=clock or utc_now()) for each in both]
    for said in sources[0].notes:
        note(said)
    for page in sources[0].pull(None):
        for raw in page.records:
            slots = test.new(raw.source_id)
            for run, source, slot in zip(test.runs, sources, slots, strict=True):
                run.take(source, raw, clock, slot)
    for said in test.runs[0].unread.told(request.leads):
        note(said)


def _inactive(store: str | None) -> dict[str, list[CrmOwner]]:
    """Return whom the CRMs had deactivated when they were last looked at, and since when."""
    with open_store(store) as opened:
        return {
            crm: [owner for owner in opened.crm_owners(crm) if not owner.is_active] for crm in CRMS
        }


def _take_store(test: Backtest, against: Against) -> None:
    """Take each lead at the instant it was decided then."""
    now = utc_now()
    begin = since("--since", against.stored_since or DEFAULT_SINCE, now)
    with open_store(against.store) as store:
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


def _write_rows(path: Path, pairs: list[Pair]) -> None:
    lines = (json.dumps(_row(pair), ensure_ascii=False) + "\n" for pair in pairs)
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"--out {path}: cannot be written ({error.strerror})"]) from None


def _row(pair: Pair) -> dict[str, object]:
    sides = {"before": pair.before, "after": pair.after}
    return {
        "lead": pair.lead,
        "moved": pair.is_moved,
        **{
            name: {"owner": side.owner, "rule": side.rule, "reason": side.reason} if side else None
            for name, side in sides.items()
        },
    }
