"""`firsttouch simulate`: decide for a CSV of leads; no vendor and no store is touched."""

import csv
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from rich.markup import escape
from rich.padding import Padding

from config.load import load
from flows.accounts_file import read_accounts
from flows.exits import note
from flows.file_order import FileOrder
from flows.memory import keep_what_is_loaded
from flows.modelling.in_force import model_for
from flows.moments import how_long, instant
from flows.plurals import count_of
from flows.simulating.outcome import Outcome
from flows.simulating.simulation import (
    ModelOf,
    Start,
    no_model,
    nobody_takes,
    simulate,
)
from flows.unknown_owners import unknown_owners
from flows.which_store import expect_named, open_existing_store
from flows.wide_console import wide_console
from flows.wiring import config_folder, which_folder
from leads.decision import Method
from leads.errors import ConfigError
from leads.keys import OwnerId
from routing.matcher import Matcher
from routing.policy import Policy
from routing.wording import moment

_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    What the command line asked for. `clock` is ISO 8601 text; None is each lead's created_at.

    `open_for` is a duration as text: how long a lead that is given stays open. `with_model`: pools
    with strategy best_match go by the model in force in `store`.
    """

    leads: Path
    config: Path | None
    clock: str | None
    open_leads: Path | None
    accounts: Path | None
    open_for: str | None
    out: Path | None
    as_json: bool
    full_trace: bool
    with_model: bool = False
    store: str | None = None


def run(request: Request) -> None:
    """
    Write one JSON object a lead to `out` or, asked for or in a pipe, to stdout; else a table.

    In a pipe who gets how many is told in a line on stderr.
    """
    expect_named(request.store)
    configuration = load(config_folder(request.config))
    for each in which_folder(request.config):
        note(each)
    keep_what_is_loaded()
    outcomes = simulate(
        request.leads,
        configuration,
        starting_point(request, configuration.policy),
        clock=instant("--now", request.clock) if request.clock else None,
        full_trace=request.full_trace,
    )
    to_stdout = request.as_json or (request.out is None and not sys.stdout.isatty())
    summary: Counter[str] = Counter()
    order = FileOrder()
    outcomes = _begun(outcomes)
    for each in nobody_takes(configuration.policy):
        note(each)
    with ExitStack() as files:
        sink = _sink(request.out, files, to_stdout=to_stdout)
        shown = _write(_followed(outcomes, order), sink, summary)
    for each in order.told(request.leads):
        note(each)
    if not to_stdout:
        _print_readable(shown, summary, request.out, configuration.policy)
    elif not request.as_json:
        note(_in_a_line(summary))
    if request.out is not None:
        told = f"{request.out} has {count_of(summary.total(), 'decision')}, a JSON object each"
        note(told) if request.as_json else print(f"{told}.")


def starting_point(request: Request, policy: Policy) -> Start:
    """Read what the run starts from. Raises ConfigError for a file or a word that is none."""
    accounts = read_accounts(request.accounts, policy) if request.accounts else ()
    return Start(
        open_leads=_open_counts(request.open_leads, policy),
        accounts=tuple(accounts),
        open_for=how_long("--open-for", request.open_for) if request.open_for else None,
        model_of=_model_of(request.store) if request.with_model else no_model,
    )


def _model_of(store: str | None) -> ModelOf:
    def model_of(policy: Policy) -> tuple[Matcher | None, str]:
        with open_existing_store(store) as opened:
            return model_for(opened, policy)

    return model_of


def _open_counts(path: Path | None, policy: Policy) -> dict[OwnerId, float]:
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read ({error}); give a UTF-8 CSV"]) from None
    counts = [(line, *_open_count(path, line, row)) for line, row in enumerate(rows, start=2)]
    if told := unknown_owners(((line, owner) for line, owner, _ in counts), policy):
        note(f"--open: not used, as the configuration has no such owner: {told}")
    for owner, times in Counter(owner for _, owner, _ in counts).items():
        if times > 1:
            note(f"--open: {owner} stands there {times} times; the last row counts")
    return {owner: count for _, owner, count in counts}


def _open_count(path: Path, number: int, row: Mapping[str, str | None]) -> tuple[OwnerId, float]:
    owner, count = row.get("owner"), row.get("open")
    if not owner or count is None:
        raise ConfigError([f"{path}:{number}: needs the columns owner,open, as in ana,12"])
    try:
        open_leads = float(count)
    except ValueError:
        open_leads = math.nan
    if not 0 <= open_leads < math.inf:
        problem = f"open is {count!r}, which is no number of leads; write one, as in ana,12"
        raise ConfigError([f"{path}:{number}: {problem}"])
    return OwnerId(owner.strip()), open_leads


def _begun(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """Read the first: what cannot be simulated must not cost an earlier run's file."""
    return chain(list(islice(outcomes, 1)), outcomes)


def _followed(outcomes: Iterator[Outcome], order: FileOrder) -> Iterator[Outcome]:
    for outcome in outcomes:
        order.add(outcome.decision)
        yield outcome


def _in_a_line(summary: Counter[str]) -> str:
    owners = ", ".join(f"{owner} {leads:,}" for owner, leads in summary.most_common())
    return f"{count_of(summary.total(), 'lead')}: {owners or 'nobody'}"


def _sink(out: Path | None, files: ExitStack, *, to_stdout: bool) -> TextIO | None:
    if out is not None:
        try:
            return files.enter_context(out.open("w", encoding="utf-8"))
        except OSError as error:
            raise ConfigError([f"{out}: cannot be written ({error.strerror})"]) from None
    return sys.stdout if to_stdout else None


def _write(
    outcomes: Iterator[Outcome], sink: TextIO | None, summary: Counter[str]
) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    for outcome in outcomes:
        summary[outcome.owner or "nobody"] += 1
        if sink is not None:
            sink.write(f"{outcome.line}\n")
        if len(shown) < _SHOWN:
            shown.append(outcome.json)
    return shown


def _print_readable(
    shown: list[dict[str, Any]], summary: Counter[str], out: Path | None, policy: Policy
) -> None:
    console = wide_console()
    for row in shown:
        console.print(f"[bold]{escape(row['lead'])}[/] → [bold]{row['owner'] or 'nobody'}[/]")
        for each in (row["reason"], *_promised(row, policy)):
            told = escape(each)
            # Padding fills lines with blanks: a terminal does not show them, a pipe passes them on.
            console.print(Padding(told, (0, 0, 0, 4)) if console.is_terminal else f"    {told}")
    total = sum(summary.values())
    if total > len(shown):
        rest = "" if out else "; --out FILE writes them all"
        console.print(f"... the first {len(shown)} of {total:,}{rest}.")
    console.print()
    for owner, leads in summary.most_common():
        console.print(f"{leads:>7,}  {owner}")


def _promised(row: dict[str, Any], policy: Policy) -> Iterator[str]:
    """Say by when somebody is to be in touch, where its owner is."""
    owner = policy.owners.get(OwnerId(row["owner"] or ""))
    if row["sla_due"] and owner and row["method"] != Method.STEWARD:
        by = moment(datetime.fromisoformat(row["sla_due"]), owner.timezone)
        yield f"SLA {row['sla']} wants a first touch by {by}."
