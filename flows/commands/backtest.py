"""`firsttouch simulate --against`: what another configuration would have changed."""

import json
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from config.configuration import Configuration
from config.load import load
from flows.backtest import Backtest
from flows.commands.simulate import Request, starting_point
from flows.exits import note
from flows.moments import instant, since
from flows.simulation import csv_source
from flows.wiring import config_folder, open_store, utc_now
from leads.errors import ConfigError
from reports.backtest import Comparison, Pair, compare, headlines
from reports.backtest_page import backtest_page

_MOVES = 12
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
    test = Backtest(today, proposed, starting_point(request, today.policy))
    if against.stored_since is None:
        _take_file(test, request, (today, proposed))
    else:
        _take_store(test, against)
    pairs = list(test.pairs())
    found = compare(pairs)
    names = _names(config_folder(request.config), against.config)
    notes = _notes(request)
    if against.page is not None:
        _write_page(against.page, backtest_page(found, names, notes))
    if request.out is not None:
        _write_rows(request.out, pairs)
    if request.as_json:
        print(json.dumps(_summary(found)))
    else:
        _print(found, names, notes)


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


def _write_page(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"--html {path}: cannot be written ({error.strerror})"]) from None


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


def _summary(found: Comparison) -> dict[str, object]:
    sides = {"before": found.before, "after": found.after}
    return {
        "leads": found.leads,
        "moved": found.moved,
        "moved_within_a_pool": found.turns,
        "newly_fallback": [pair.lead for pair in found.newly_fallback],
        "no_longer_fallback": [pair.lead for pair in found.no_longer_fallback],
        "moves": [{"from": a, "to": b, "leads": count} for a, b, count in found.moves],
        "owners": {
            row.owner: {
                "before": row.before,
                "after": row.after,
                "share_before": row.share_before,
                "share_after": row.share_after,
            }
            for row in found.shares
        },
        **{
            name: {
                "owned": side.owned,
                "set_aside": side.aside,
                "fallback": side.fallback,
                "late": side.late,
                "above_caps_of_before": side.over["before"],
                "above_caps_of_after": side.over["after"],
            }
            for name, side in sides.items()
        },
    }


def _print(found: Comparison, names: tuple[str, str], notes: list[str]) -> None:
    console = Console(highlight=False, markup=False)
    for sentence in (*headlines(found, names), *notes):
        console.print(sentence)
    console.print()
    console.print(_shares(found, names))
    if found.moves:
        console.print()
        console.print(_moves(found))


def _shares(found: Comparison, names: tuple[str, str]) -> Table:
    table = Table("owner", box=None, pad_edge=False)
    for name in (*names, "difference"):
        table.add_column(name, justify="right")
    for row in found.shares:
        table.add_row(
            row.owner,
            f"{row.before:,} ({row.share_before:.1%})",
            f"{row.after:,} ({row.share_after:.1%})",
            f"{row.after - row.before:+,}",
        )
    return table


def _moves(found: Comparison) -> Table:
    table = Table("from", "to", box=None, pad_edge=False)
    table.add_column("leads", justify="right")
    for before, after, count in found.moves[:_MOVES]:
        table.add_row(before or "set aside", after or "set aside", f"{count:,}")
    if len(found.moves) > _MOVES:
        rest = sum(count for _, _, count in found.moves[_MOVES:])
        table.add_row("others", "", f"{rest:,}")
    return table
