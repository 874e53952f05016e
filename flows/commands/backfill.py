"""`firsttouch backfill`: older leads get their owners, as a plan that was seen first."""

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.backfilling.backfill import MOST, Asked, apply_plan, known, make_plan
from flows.backfilling.rules_of_plan import by_words
from flows.exits import DONE_WITH_FAILURES, complain
from flows.moments import instant
from flows.plurals import count_of
from flows.which_store import read_store
from flows.wiring import Wiring, open_wiring
from leads.errors import ConfigError, ConnectorError
from routing.policy import Policy
from store.backfill_rows import BackfillRow, BackfillState, Entry, EntryState, WindowRow

_SHOWN = 40


def list_backfills(store: str | None, *, as_json: bool) -> None:
    """Print the latest, newest first."""
    with read_store(store) as opened:
        rows = [(row, opened.backfill_counts(row.id)) for row in opened.backfills()]
    if as_json:
        print(json.dumps([_head(row, counts) for row, counts in rows]))
        return
    for row, counts in rows:
        told = ", ".join(f"{n:,} {state.value}" for state, n in counts.items()) or "nothing found"
        print(f"{row.id}  {row.source}  {_span(row)}  {row.state.value}: {told}")
    if not rows:
        print("There was no backfill yet.")


def plan(
    source: str,
    since: str,
    until: str,
    config: Path | None,
    store: str | None,
    *,
    most: int | None,
    any_owner: bool,
    policy_version: int | None,
    as_json: bool,
) -> None:
    """Read and plan, print who would get what, and how to do exactly that."""
    asked = Asked(
        source=source,
        since=instant("--since", since),
        until=instant("--until", until),
        most=MOST if most is None else most,
        any_owner=any_owner,
        policy_version=policy_version,
    )
    with open_wiring(config, store) as wiring:
        row = make_plan(wiring, asked, _progress)
        entries = wiring.store.backfill_entries(row.id)
        if as_json:
            print(json.dumps(_json(wiring, row, entries), ensure_ascii=False))
        else:
            _print_plan(wiring, row, entries)


def apply(
    number: str, config: Path | None, store: str | None, *, notify: bool, as_json: bool
) -> None:
    """Give away what a plan says; name what changed since. Exit 1 when a CRM refused some."""
    with open_wiring(config, store) as wiring:
        try:
            problems = apply_plan(wiring, number, notify=notify)
        except ConnectorError as error:
            print(
                f"firsttouch: what was decided is written by the next sync; for the rest: "
                f"firsttouch backfill --apply {number}",
                file=sys.stderr,
            )
            raise error from None
        row = known(wiring, number)
        entries = wiring.store.backfill_entries(number)
        if as_json:
            print(json.dumps(_json(wiring, row, entries), ensure_ascii=False))
        else:
            _print_done(row, entries)
    for problem in problems:
        complain(problem)
    if problems:
        raise SystemExit(DONE_WITH_FAILURES)


def dates(since: str | None, until: str | None) -> tuple[str, str]:
    """Return both. Raises ConfigError naming the one that lacks."""
    lacking = [name for name, text in (("--since", since), ("--until", until)) if text is None]
    if lacking or since is None or until is None:
        raise ConfigError([f"backfill --source: {' and '.join(lacking)} must be said too"])
    return since, until


def _progress(window: WindowRow) -> None:
    if sys.stderr.isatty():
        span = f"{window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}"
        print(f"\rreading {window.source}, {span}", end="", file=sys.stderr)


def _print_plan(wiring: Wiring, row: BackfillRow, entries: Sequence[Entry]) -> None:
    console = Console(highlight=False)
    policy = wiring.configuration.policy
    if entries:
        console.print(_table(entries[:_SHOWN], policy))
    if len(entries) > _SHOWN:
        print(f"... and {len(entries) - _SHOWN:,} more; --json has them all.")
    for reason, number in sorted(row.passed.items()):
        print(f"Passed over: {number:,} {reason}.")
    gets = Counter(e.decision.owner for e in entries if e.decision)
    shares = ", ".join(f"{policy.name_of(owner)} {n:,}" for owner, n in gets.most_common())
    what = count_of(len(entries), "lead")
    span = f"{_span(row)}{by_words(row)}"
    print(f"Nothing was written. {what} of {row.source}, {span}: {shares or 'nothing'}.")
    if entries:
        print(f"To give away exactly this: firsttouch backfill --apply {row.id}")


def _print_done(row: BackfillRow, entries: Sequence[Entry]) -> None:
    for each in entries:
        if each.state is EntryState.CONFLICT:
            print(f"{each.lead.key}: left alone, {each.reason}.")
    counts = Counter(each.state for each in entries)
    given = count_of(counts[EntryState.APPLIED], "lead")
    print(f"{given} given as planned, {counts[EntryState.CONFLICT]:,} left alone.")
    if row.state is BackfillState.APPLIED and counts[EntryState.APPLIED]:
        print(f"To take it back: firsttouch undo --run {row.id}")


def _table(entries: Sequence[Entry], policy: Policy) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for name in ("lead", "created", "owner"):
        table.add_column(name, no_wrap=True)
    table.add_column("why")
    for each in entries:
        made = each.decision
        owner = policy.name_of(made.owner) if made else ""
        why = made.reason if made else ""
        table.add_row(str(each.lead.key), f"{each.lead.created_at:%Y-%m-%d}", owner, why)
    return table


def _span(row: BackfillRow) -> str:
    return f"{row.since:%Y-%m-%d %H:%M} to {row.until:%Y-%m-%d %H:%M} UTC"


def _head(row: BackfillRow, counts: Mapping[EntryState, int]) -> dict[str, Any]:
    return {
        "plan": row.id,
        "source": row.source,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "policy_version": row.policy_version,
        "state": row.state.value,
        "leads": {state.value: number for state, number in sorted(counts.items())},
        "passed_over": dict(sorted(row.passed.items())),
    }


def _json(wiring: Wiring, row: BackfillRow, entries: Sequence[Entry]) -> dict[str, Any]:
    counts = wiring.store.backfill_counts(row.id)
    return {**_head(row, counts), "assignments": [_entry(each) for each in entries]}


def _entry(each: Entry) -> dict[str, Any]:
    made = each.decision
    return {
        "lead": str(each.lead.key),
        "owner": made.owner if made else None,
        "rule": made.rule if made else None,
        "method": made.method.value if made else None,
        "reason": made.reason if made else None,
        "owner_seen": each.owner_seen,
        "state": each.state.value,
        "problem": each.reason,
    }
