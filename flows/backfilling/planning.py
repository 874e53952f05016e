"""Planning a backfill: who would get each lead, by the rules of now; nobody is given anything."""

from collections.abc import Sequence
from dataclasses import replace

from flows.backfilling.pairing import AT_ONCE, best_pairs_first
from flows.decide import BATCH, Batch, batch_of
from flows.wiring import Wiring
from leads.decision import Held
from routing.turn import take_turn
from store.backfill_rows import Entry, EntryState
from store.rows import WaitingLead


def plan_all(wiring: Wiring, number: str, most: int, at_once: int = BATCH) -> list[Entry]:
    """
    Decide the oldest `most` that were read, in order, as if each before it had been given away.

    Those that a model gives away change places among each other (`best_pairs_first`).
    Safe to repeat: a plan that was not kept is made anew. Each batch looks at the store for itself,
    so that a long plan keeps no sync waiting.
    """
    found = wiring.store.backfill_entries(number, EntryState.READ)
    read = found[:most]
    planned: list[Entry] = []
    for begin in range(0, len(read), AT_ONCE):
        ordered = best_pairs_first(wiring, planned, read[begin : begin + AT_ONCE])
        for start in range(0, len(ordered), at_once):
            planned += _plan_some(wiring, planned, ordered[start : start + at_once])
    wiring.store.save_backfill_plan(number, planned, len(found) - len(read))
    return planned


def _plan_some(wiring: Wiring, before: Sequence[Entry], some: Sequence[Entry]) -> list[Entry]:
    now = wiring.now()
    with wiring.store.desk(now) as desk:
        waiting = [
            WaitingLead(lead=each.lead, owner_seen=each.owner_seen, first_seen=now) for each in some
        ]
        batch = batch_of(wiring, desk, waiting)
        for each in before:
            _suppose(batch, each)
            if each.decision is not None:
                batch.book.apply(each.decision)
        return [_plan_one(wiring, batch, each) for each in some]


def _plan_one(wiring: Wiring, batch: Batch, entry: Entry) -> Entry:
    turn = take_turn(
        wiring.engine,
        batch.book,
        entry.lead,
        wiring.now(),
        person=batch.recognise.person(entry.lead),
        account=batch.recognise.account(entry.lead),
        may_hold=False,
    )
    assert not isinstance(turn, Held)
    planned = replace(
        entry,
        decision=turn.decision,
        duplicate_of=turn.duplicate_of,
        state=EntryState.PLANNED,
    )
    _suppose(batch, planned)
    return planned


def _suppose(batch: Batch, entry: Entry) -> None:
    if entry.decision is not None:
        batch.desk.suppose(entry.decision, batch.recognise.keys(entry.lead), entry.lead)
