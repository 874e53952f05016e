"""`firsttouch undo`: what a run gave away goes back to whoever had it."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from flows.exits import DONE_WITH_FAILURES, note
from flows.plurals import count_of
from flows.undo import Fate, Undone, left_alone, undo_run
from flows.which_store import read_store
from flows.wiring import open_wiring
from leads.errors import ConfigError
from leads.keys import RunId
from store.undoing import Given


def list_runs(store: str | None, *, as_json: bool) -> None:
    """Print the latest runs that gave owners to records, newest first."""
    with read_store(store) as opened:
        runs = opened.runs_that_gave()
    if as_json:
        rows = [
            {"run": e.run, "kind": e.kind, "at": e.started_at.isoformat(), "given": e.given}
            for e in runs
        ]
        print(json.dumps(rows))
        return
    for each in runs:
        given = count_of(each.given, "owner")
        print(f"{each.run}  {each.started_at:%Y-%m-%d %H:%M} UTC  {each.kind}: {given} written")
    if not runs:
        print("No run has given an owner to anything.")


def run(
    number: str, config: Path | None, store: str | None, *, is_rehearsal: bool, as_json: bool
) -> None:
    """Give back, and tell of each; exit 1 when a CRM refused some."""
    with open_wiring(config, store, may_make=False) as wiring:
        which = RunId(number)
        if not wiring.store.is_run(which):
            raise ConfigError([f"there is no run {number!r}: `firsttouch undo` lists them"])
        if is_rehearsal:
            _rehearse(wiring.store.given_by(which))
            return
        withdrawn = wiring.store.withdraw_unwritten(which, wiring.now())
        done = list(undo_run(wiring, which))
    if as_json:
        print(json.dumps({"withdrawn": withdrawn, "records": [_json(each) for each in done]}))
    else:
        _print(done, withdrawn)
    failed = [each for each in done if each.fate is Fate.FAILED]
    for each in failed:
        note(f"{each.given.delivery.lead}: {each.given.delivery.crm} refused: {each.why}")
    if failed:
        raise SystemExit(DONE_WITH_FAILURES)


def _rehearse(given: Sequence[Given]) -> None:
    for each in given:
        print(f"{each.delivery.lead}: {each.delivery.owner} -> {_back_to(each)}")
    print(f"Nothing was written. {count_of(len(given), 'owner')} would be looked at.")


def _back_to(each: Given) -> str:
    fate = left_alone(each)
    return f"{fate.value}{_on_to(each)}" if fate else each.before or "nobody"


def _on_to(each: Given) -> str:
    return f", to {each.handed_to}" if each.handed_to else ""


def _print(done: Sequence[Undone], withdrawn: int) -> None:
    for each in done:
        delivery = each.given.delivery
        back = _on_to(each.given)
        if each.fate is Fate.GIVEN_BACK:
            back = f" to {each.given.before or 'nobody'}"
        print(f"{delivery.lead}: {each.fate.value}{back} ({delivery.owner} had it).")
    if withdrawn:
        print(f"{count_of(withdrawn, 'owner')} not written yet: taken back.")
    counts = Counter(each.fate for each in done)
    ours, others = counts[Fate.GIVEN_BACK], counts[Fate.BY_ANOTHER]
    left = f"{len(done) - ours - others:,} left as they are"
    more = f"; {others:,} given back by another undo at the same time" if others else ""
    print(f"{count_of(ours, 'record')} given back, {left}{more}.")


def _json(each: Undone) -> dict[str, object]:
    delivery = each.given.delivery
    return {
        "lead": str(delivery.lead),
        "crm": delivery.crm,
        "owner": delivery.owner,
        "before": each.given.before,
        "handed_to": each.given.handed_to,
        "fate": each.fate.name.lower(),
        "why": each.why,
    }
