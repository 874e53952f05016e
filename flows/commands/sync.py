"""`firsttouch sync`: one tick now, and `--observe`: the same, with nothing written."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from rich.console import Console

from flows.exits import code_for, complain, distinct, note, remark
from flows.flaw_words import flawed_lines
from flows.in_force import Stance
from flows.intake_words import intake_warning
from flows.ledger import (
    balance_line,
    ignored_lines,
    ledger_json,
    ledger_table,
    review_line,
    writes_line,
)
from flows.notices import tell_pending
from flows.plurals import count_of
from flows.scratch import scratch_copy
from flows.still_due import (
    LOOKED_AT,
    claimed_json,
    claimed_lines,
    due_json,
    due_lines,
    unclaimed,
)
from flows.tick import Tick, new_run, problems_of, sync_all, unready_ticks
from flows.untold import untold_lines
from flows.watching.health import SEEN_ANYWAY
from flows.watching.watch import line as alert_line
from flows.watching.watch import tell, watch
from flows.which_store import new_store, store_url
from flows.wiring import Wiring, chosen_sources, open_wiring, which_folder
from leads.keys import RunId
from store.running_rows import SourceLedger

_EVERYTHING = 1_000_000


def run(config: Path | None, store: str | None, *, source: str | None, as_json: bool) -> None:
    """Sync once, print the ledger; exit 1 when some source failed, 3 when all did."""
    for each in which_folder(config):
        note(each)
    is_new = new_store(store)
    with open_wiring(config, store, stance=Stance.PUTS) as wiring:
        for told in filter(None, (is_new, wiring.changed)):
            note(told)
        ticks = sync_once(wiring, source, as_json=as_json)
    raise SystemExit(_code(ticks))


def observe(config: Path | None, store: str | None, *, source: str | None, as_json: bool) -> None:
    """Decide on a scratch copy of the store, deliver nothing; print who would have got what."""
    for each in which_folder(config):
        note(each)
    with (
        TemporaryDirectory() as folder,
        open_wiring(
            config,
            store,
            copy=scratch_copy(store_url(store), Path(folder)),
            stance=Stance.PUTS,
        ) as wiring,
    ):
        if wiring.changed:
            note(f"a sync now would tell: {wiring.changed}")
        ticks = sync_once(wiring, source, as_json=as_json, write=False)
        if not as_json:
            _print_plan(wiring)
    raise SystemExit(_code(ticks))


def _code(ticks: Sequence[Tick]) -> int:
    problems = [problem for tick in ticks for problem in tick.problems]
    return code_for(problems, any_done=any(not tick.failed for tick in ticks))


def _print_plan(wiring: Wiring) -> None:
    """Print what a sync would write: the outbox of the scratch store, and who gets how many."""
    console, gets = Console(highlight=False), Counter[str]()
    console.print("\nNothing was written. A sync now would give:\n")
    aside = {each.key: f"set aside, {each.field}: {each.reason}" for each in wiring.store.rejects()}
    for crm in wiring.crms:
        for planned in wiring.store.claim_deliveries(
            crm, limit=_EVERYTHING, worker="observe", lease_seconds=1.0, now=wiring.now()
        ):
            owner = wiring.configuration.policy.owners[planned.owner].name
            decision = wiring.store.stored_lead(planned.lead).decision
            why = aside.get(planned.lead, "set aside") if decision is None else decision.reason
            console.print(f"{planned.lead} → {owner}: {why}", soft_wrap=True, markup=False)
            gets[owner] += 1
    for waits in wiring.store.proposals(wiring.now()):
        owner = wiring.configuration.policy.owners[waits.decision.owner].name
        until = f"(waits for a review until {waits.review.deadline:%H:%M} UTC)"
        told = f"{waits.review.lead} → {owner}: {waits.decision.reason} {until}"
        console.print(told, soft_wrap=True, markup=False)
        gets[owner] += 1
    shares = ", ".join(f"{owner} {count:,}" for owner, count in gets.most_common())
    leads, owners = count_of(gets.total(), "lead"), count_of(len(gets), "owner")
    told = f"In all {leads} to {owners}: {shares}." if gets else "Nothing: there is no new lead."
    console.print(f"\n{told}", soft_wrap=True, markup=False)


def sync_once(
    wiring: Wiring, source: str | None, *, as_json: bool, write: bool = True
) -> list[Tick]:
    """Sync, print the ledger, name failures on stderr."""
    started = monotonic()
    run_id = new_run()
    wiring.store.start_run(run_id, "sync", wiring.now())
    ticks = sync_all(wiring, chosen_sources(wiring, source), run_id, write=write)
    ticks += unready_ticks(wiring, source)
    untold = tell_pending(wiring) if write else []
    alerts = watch(wiring, ticks) if write else []
    tell(wiring, alerts)
    problems = distinct([*problems_of(ticks), *untold])
    wiring.store.end_run(run_id, wiring.now(), error="; ".join(map(str, problems)))
    print_ledger(wiring, run_id, ticks, monotonic() - started, as_json=as_json, written=write)
    for problem in problems:
        complain(problem)
    _note(wiring, ticks)
    for each in untold_lines(wiring) if write else ():
        note(each)
    said = {text for tick in ticks for text in tick.amiss}
    for alert in alerts:
        is_said = alert.cause.kind in SEEN_ANYWAY or alert.cause.text in said
        if alert.closed_at is not None or not is_said:
            note(alert_line(alert))
    return ticks


def _note(wiring: Wiring, ticks: Sequence[Tick]) -> None:
    for tick in ticks:
        if tick.skipped:
            remark(f"{tick.source}: skipped, {tick.skipped}")
        for each in _remarks(wiring, tick):
            note(each)


def _remarks(wiring: Wiring, tick: Tick) -> Iterator[str]:
    """Yield what is to be known of a tick and is no failure."""
    if tick.left_alone:
        yield f"{tick.source}: not asked as it keeps failing; see `firsttouch doctor`"
    yield from (f"{tick.source}: {each}" for each in tick.slowed)
    yield from tick.left_out
    yield from tick.amiss
    yield from filter(None, (tick.handed_back, tick.outdated))
    if tick.breaker:
        yield tick.breaker
    yield from intake_warning(wiring, tick)


def print_ledger(
    wiring: Wiring,
    run_id: RunId,
    ticks: Sequence[Tick],
    seconds: float,
    *,
    as_json: bool,
    written: bool = True,
) -> None:
    """
    Print a run's ledger as a table, or as one JSON object; a source without news has noughts.

    Where owners were `written`, what is still due is named.
    """
    found = wiring.store.ledger(run_id)
    ledger = {tick.source: found.get(tick.source, SourceLedger()) for tick in ticks}
    now = wiring.now()
    due = wiring.store.due_in_run(run_id, limit=LOOKED_AT + 1) if written else []
    claimed = wiring.store.claimed(now) if written else {}
    unheld = unclaimed(wiring, ticks) if written else {}
    if as_json:
        more = {
            "still_due": due_json(due, now),
            "claimed": claimed_json(claimed),
            "unclaimed": [{"crm": crm, "owners": n} for crm, n in sorted(unheld.items())],
        }
        told_more = {name: rows for name, rows in more.items() if rows}
        print(json.dumps({**ledger_json(ledger, seconds), **told_more}))
        return
    flawed = wiring.store.flawed_in_run(run_id)
    console = Console()
    console.print(ledger_table(ledger))
    sentences = (balance_line(ledger), writes_line(ledger), review_line(ledger))
    for text in (*ignored_lines(ledger), *sentences):
        if text:
            console.print(text)
    told = {str(problem) for tick in ticks for problem in tick.problems}
    still_due = due_lines(due, wiring.configuration.policy, now, told)
    for line in (*flawed_lines(flawed), *still_due, *claimed_lines(claimed, unheld)):
        console.print(line, soft_wrap=True, markup=False)
