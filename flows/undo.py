"""Undoing a run: what it gave away goes back to whoever had it, where it still is as we left it."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum

from flows.wiring import Wiring
from leads.keys import RunId
from leads.ownership import NOBODY, OwnerChange, WriteOutcome, WriteStatus
from store.undoing import Given

BATCH = 100
_REASON = "Given back to whoever had it: the run that assigned it was undone."


class Fate(StrEnum):
    """What became of one owner that a run had written."""

    GIVEN_BACK = "given back"
    BY_ANOTHER = "given back by another undo at the same time"
    MOVED_ON = "left alone: it was moved on since"
    HANDED_ON = "left alone: it was given on since"
    WAITS = "left alone: it was taken from them since, and waits for its next owner"
    CREATED = "left alone: its record was created for it, so nobody had it before"
    UNKNOWN = "left alone: nothing is kept of who had it before"
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

    Safe to repeat after a crash: what was given back is found so. A lead given back is left alone
    by every sync; a backfill of its time takes it up again. What a later run gave to somebody else
    is theirs, and undone by that run's own undo. Raises ConnectorError.
    """
    theirs: list[Given] = []
    for each in wiring.store.given_by(run):
        if (fate := left_alone(each)) is not None:
            yield Undone(given=each, fate=fate)
        else:
            theirs.append(each)
    for crm in sorted({each.delivery.crm for each in theirs} & wiring.crms.keys()):
        own = [each for each in theirs if each.delivery.crm == crm]
        for start in range(0, len(own), BATCH):
            yield from _give_back(wiring, crm, own[start : start + BATCH])


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
    note = wiring.configuration.sources[crm].notes.get("reason")
    notes = {note: _REASON} if note else {}
    changes = [
        OwnerChange(
            record_id=each.delivery.record_id or each.delivery.lead.source_id,
            owner=each.before or NOBODY,
            expected=frozenset({each.delivery.crm_owner}),
            notes=notes,
        )
        for each in some
    ]
    outcomes = wiring.crms[crm].write_owners(changes)
    done = [_fate(each, outcome) for each, outcome in zip(some, outcomes, strict=True)]
    settled = [
        (one.given.delivery, WriteOutcome(status=outcome.status, owner=outcome.owner, reason=why))
        for one, outcome in zip(done, outcomes, strict=True)
        if (why := _kept_words(one)) is not None
    ]
    ours = wiring.store.settle_undone(settled, wiring.now())
    return [_as_ours(one, ours) for one in done]


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


def _kept_words(one: Undone) -> str | None:
    """Return what is kept of one that was given back; None of any other."""
    if one.fate is not Fate.GIVEN_BACK:
        return None
    return "the run that assigned it was undone"
