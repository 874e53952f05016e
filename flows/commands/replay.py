"""`firsttouch replay`: a stored decision, decided again from its stored inputs, compared."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from config.configuration import Configuration
from config.load import load
from flows.changed_inputs import altered_inputs, what_changed
from flows.exits import DONE_WITH_FAILURES
from flows.modelling.again import said_again
from flows.simulating.what_if import behind_it, is_otherwise, what_if
from flows.stored import COMPARED, Replayed, find_one, policy_of, replay_all
from flows.which_store import read_store
from leads.decision import Accrual, Candidate
from store.rows import LeadState, StoredLead
from store.store import Store

_SHOWN = 5


def run(text: str, config: Path | None, store: str | None) -> None:
    """
    Say whether each decision comes out the same; exit 1 when one does not.

    By the policy of that day; or, by the one in `config`, what would have become of the lead.
    """
    other = load(config) if config else None
    with read_store(store) as opened:
        lead = find_one(opened, text)
        replays = replay_all(opened, lead, other.policy if other else None)
        if other is not None and replays:
            lines = list(_what_if(opened, lead, replays[0], other))
            is_same = not is_otherwise(replays[0])
        else:
            lines = [line for each in replays for line in _told(str(lead.key), each)]
            said = [_said_again(opened, lead, each) for each in replays]
            lines += [line for line, _ in said if line]
            is_same = all(map(_is_as_made, replays))
            is_same = is_same and all(same for _, same in said)
    for line in lines or [_nothing(lead)]:
        print(line)
    if not is_same:
        raise SystemExit(DONE_WITH_FAILURES)


def _is_as_made(each: Replayed) -> bool:
    return each.is_same and not each.altered and not each.contradicted


def _said_again(store: Store, lead: StoredLead, replayed: Replayed) -> tuple[str, bool]:
    assert lead.lead is not None
    told, is_same = said_again(store, lead.lead, replayed.stored, replayed.policy)
    return f"{lead.key}: {told}" if told else "", is_same


def _nothing(lead: StoredLead) -> str:
    is_gone = lead.state in {LeadState.ERASED, LeadState.FORGOTTEN}
    why = f"it was {lead.reason}" if is_gone else f"it was never decided ({lead.state.value})"
    return f"{lead.key}: nothing to replay, as {why}."


def _what_if(
    store: Store, lead: StoredLead, replayed: Replayed, other: Configuration
) -> Iterator[str]:
    """Tell the first decision of a lead by another configuration, and what of it changed that."""
    before = store.policy(replayed.stored.policy) or {}
    yield from what_if(str(lead.key), replayed, policy_of(store, replayed.stored.policy))
    if not is_otherwise(replayed):
        return
    changes = behind_it(replayed, before, other.document)
    if changes:
        yield "What is otherwise there, of what decided it:"
    yield from (f"    {change}" for change in changes[:_SHOWN])
    if len(changes) > _SHOWN:
        yield f"    and {len(changes) - _SHOWN} more"
    yield (
        "Loads and turns are those that decision saw; whoever it did not look at counts as idle. "
        f"`firsttouch explain {lead.key} --config DIR` has every rule and candidate."
    )


def _told(lead: str, replayed: Replayed) -> Iterator[str]:
    for name, column in replayed.contradicted.items():
        made = _said(getattr(replayed.stored, name))
        yield (
            f"{lead}: the store was edited: column {name} of the decision is {_said(column)}, and "
            f"its document says {made}"
        )
    if replayed.is_same:
        of = f"{replayed.again.owner}, from the stored inputs and the policy of that day"
        yield f"{lead}: the same decision, {of}."
        if altered := altered_inputs(replayed):
            yield f"{lead}: and yet {altered}"
        elif replayed.altered is None:
            yield f"{lead}: no fingerprint of its inputs was kept (it is older than those)"
        return
    for name in COMPARED:
        stored, again = getattr(replayed.stored, name), getattr(replayed.again, name)
        if stored != again:
            yield f"{lead}: {name} was {_said(stored)}, comes out as {_said(again)}"
    yield f"{lead}: {what_changed(replayed)}"


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
