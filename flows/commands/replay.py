"""`firsttouch replay`: a stored decision, decided again from its stored inputs, compared."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from config.configuration import Configuration
from config.difference import Change, differences
from config.load import load
from flows.exits import DONE_WITH_FAILURES
from flows.stored import COMPARED, Replayed, find_one, replay_all
from flows.wiring import open_existing_store
from leads.decision import Accrual, Candidate
from store.rows import LeadState
from store.store import Store

_SHOWN = 10
"""Changes of the configuration; `firsttouch policy diff` has them all."""


def run(text: str, config: Path | None, store: str | None) -> None:
    """
    Say whether each decision comes out the same; exit 1 when one does not.

    By the policy of that day, or by the one in `config`.
    """
    other = load(config) if config else None
    with open_existing_store(store) as opened:
        lead = find_one(opened, text)
        replays = replay_all(opened, lead, other.policy if other else None)
        changes = _changes(opened, replays, other)
    if not replays:
        is_gone = lead.state in {LeadState.ERASED, LeadState.FORGOTTEN}
        why = f"it was {lead.reason}" if is_gone else f"it was never decided ({lead.state.value})"
        print(f"{lead.key}: nothing to replay, as {why}.")
        return
    for replayed in replays:
        for line in _told(str(lead.key), replayed):
            print(line)
    for change in changes:
        print(f"  {change}")
    if not all(replayed.is_same for replayed in replays):
        raise SystemExit(DONE_WITH_FAILURES)


def _changes(
    store: Store, replays: Sequence[Replayed], other: Configuration | None
) -> list[Change]:
    """Return how the other configuration differs, where that made another decision of it."""
    if other is None or all(replayed.is_same for replayed in replays):
        return []
    before = store.policy(replays[0].stored.policy)
    return differences(before, other.document)[:_SHOWN] if before else []


def _told(lead: str, replayed: Replayed) -> Iterator[str]:
    if replayed.is_same:
        yield f"{lead}: the same decision, {replayed.again.owner}, from the stored inputs."
        return
    for name in COMPARED:
        stored, again = getattr(replayed.stored, name), getattr(replayed.again, name)
        if stored != again:
            yield f"{lead}: {name} was {_said(stored)}, comes out as {_said(again)}"
    yield f"{lead}: {_what_changed(replayed)}"


def _what_changed(replayed: Replayed) -> str:
    """Name the input that is another one now; lead, standing and clock are the stored ones."""
    before, now = replayed.stored.policy, replayed.again.policy
    if before != now:
        return f"the policy is another one: it was decided under {before}, and replayed under {now}"
    return (
        f"lead, standing, clock and policy {before} are what they were: the program is another "
        "one, or its tables of time zones and public holidays are"
    )


def _said(value: Any) -> str:
    """Write a value as a person would, never as the program holds it."""
    match value:
        case None:
            return "nothing"
        case Enum():
            return str(value.value)
        case datetime():
            return value.isoformat()
        case Candidate():
            return f"{value.owner} {value.status.value} ({value.reason})"
        case Accrual():
            shares = ", ".join(f"{who} {share:.4f}" for who, share in value.shares.items())
            return f"a turn in pool {value.pool} for {value.charged or 'nobody'} ({shares})"
        case tuple():
            return "; ".join(map(_said, value)) or "nobody"
        case _:
            return str(value)
