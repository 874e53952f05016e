"""Undoing a run: what it gave away goes back to whoever had it, where it still is as we left it."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum

from flows.giving_back import BATCH, finish_giving_back, give_back
from flows.wiring import Wiring
from leads.keys import RunId
from leads.ownership import WriteOutcome, WriteStatus
from store.giving_back import GivingBack
from store.rows import DeliveryState
from store.undoing import Given


class Fate(StrEnum):
    """What became of one owner that a run had written."""

    GIVEN_BACK = "given back"
    BY_ANOTHER = "given back by another undo at the same time"
    MOVED_ON = "left alone: it was moved on since"
    HANDED_ON = "left alone: it was given on since"
    WAITS = "left alone: it was taken from them since, and waits for its next owner"
    CREATED = "left alone: its record was created for it, so nobody had it before"
    UNKNOWN = "left alone: nothing is kept of who had it before"
    BEGUN = "being written at this moment: a sync gives it back as soon as that is over"
    NOT_WRITTEN = "taken back: whoever was writing it died, and it was not written"
    CONVERTED = "left alone: it was converted meanwhile; its account's owner decides"
    GONE = "gone: the record was deleted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """One owner a run had written, and what became of it; `why` is the CRM's where it failed."""

    given: Given
    fate: Fate
    why: str = ""


def undo_run(wiring: Wiring, run: RunId) -> Iterator[Undone]:
    """
    Yield what becomes of each owner that `run` wrote; what waits to be written must be withdrawn.

    Safe to repeat after a crash: what was given back is found so; and what is to be is noted before
    a CRM is asked, so that the next sync finishes it unasked. A lead given back is left alone by
    every sync; a backfill of its time takes it up again. What a later run gave to somebody else is
    theirs, and undone by that run's own undo. Raises ConnectorError.
    """
    given = {each.delivery.id: each for each in wiring.store.given_by(run)}
    open_ones = [number for number, each in given.items() if left_alone(each) is None]
    asked = wiring.store.ask_back(open_ones, wiring.now())
    if len(asked) < len(open_ones):
        given |= {each.delivery.id: each for each in wiring.store.given_by(run)}
    theirs = [given[number] for number in open_ones if number in asked]
    for each in given.values():
        if each.delivery.id not in asked:
            yield Undone(given=each, fate=left_alone(each) or Fate.BY_ANOTHER)
    for crm in sorted({each.delivery.crm for each in theirs} & wiring.crms.keys()):
        own = [each for each in theirs if each.delivery.crm == crm]
        for start in range(0, len(own), BATCH):
            yield from _give_back(wiring, crm, own[start : start + BATCH])
    yield from _begun(wiring, run)


def left_alone(given: Given) -> Fate | None:
    """Say why an owner is not even looked at in the CRM; None of any that is to be given back."""
    if given.handed_to is not None:
        return Fate.HANDED_ON
    if given.waits:
        return Fate.WAITS
    if given.is_ours:
        return Fate.CREATED
    return None if given.is_known else Fate.UNKNOWN


def _give_back(wiring: Wiring, crm: str, some: Sequence[Given]) -> list[Undone]:
    unlooked = wiring.store.unlooked([each.delivery.id for each in some])
    back = [
        GivingBack(
            delivery=each.delivery,
            to=each.before,
            was=DeliveryState.WRITTEN,
            is_unsure=each.delivery.id in unlooked,
        )
        for each in some
    ]
    results, ours = give_back(wiring, crm, back)
    done = [_fate(each, outcome) for each, (_, outcome) in zip(some, results, strict=True)]
    return [_as_ours(one, ours) for one in done]


def _begun(wiring: Wiring, run: RunId) -> Iterator[Undone]:
    """Yield what somebody had begun to write: what they died over is looked at and given back."""
    begun = wiring.store.begun_by(run)
    crms = {each.delivery.crm for each in begun} & wiring.crms.keys()
    looked = [one for crm in sorted(crms) for one in finish_giving_back(wiring, crm)]
    outcomes = {each.delivery.id: outcome for each, outcome in looked}
    for each in begun:
        outcome = outcomes.get(each.delivery.id)
        if each.is_ours:
            yield Undone(given=each, fate=Fate.CREATED)
        elif outcome is None or outcome.status is WriteStatus.RETRYABLE:
            yield Undone(given=each, fate=Fate.BEGUN)
        elif outcome.status is WriteStatus.UNCHANGED:
            yield Undone(given=each, fate=Fate.NOT_WRITTEN)
        else:
            yield _fate(each, outcome)


def _as_ours(one: Undone, ours: AbstractSet[str]) -> Undone:
    """Of two who undo a run at once both find a record given back; one of them did it."""
    is_anothers = one.fate is Fate.GIVEN_BACK and one.given.delivery.id not in ours
    return replace(one, fate=Fate.BY_ANOTHER) if is_anothers else one


def _fate(given: Given, outcome: WriteOutcome) -> Undone:
    match outcome.status:
        case WriteStatus.WRITTEN | WriteStatus.UNCHANGED:
            return Undone(given=given, fate=Fate.GIVEN_BACK)
        case WriteStatus.CONFLICT:
            return Undone(given=given, fate=Fate.MOVED_ON)
        case WriteStatus.GONE:
            return Undone(given=given, fate=Fate.GONE)
        case WriteStatus.REFUSED if outcome.is_converted:
            return Undone(given=given, fate=Fate.CONVERTED)
        case WriteStatus.REFUSED | WriteStatus.RETRYABLE:
            return Undone(given=given, fate=Fate.FAILED, why=outcome.reason)
