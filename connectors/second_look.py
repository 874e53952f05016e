"""
A second look after writes that no condition guarded: was a person overwritten?

A vendor's batch write takes no condition, so that an owner whom somebody sets between our reading
and our write is replaced without a word. The record's history tells it afterwards.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import groupby, pairwise

from leads.activity import OwnerShift
from leads.keys import CrmOwnerId
from leads.ownership import OwnerChange, WriteOutcome, WriteStatus

History = Callable[[Sequence[str]], Iterable[OwnerShift]]
Write = Callable[[Sequence[OwnerChange]], list[WriteOutcome]]

_ROUNDS = 3
_NOT_TOLD = "the history does not show our write yet"
_SOMEBODY = "somebody took it in the moment before our write"
_OURSELVES = "we had given it to another owner ourselves, in the moment before our write"
_GIVEN_BACK = "given back to them"
_MOVED_ON = "it was moved on since"
_NOT_GIVEN_BACK = "somebody took it in the moment before our write, and cannot be given it back"


def look_again(
    changes: Sequence[OwnerChange], *, history: History, write: Write, same: Callable[[str], str]
) -> list[WriteOutcome]:
    """
    Say of each change that was carried out whether it stands; one outcome each, in order.

    WRITTEN: nobody was overwritten. CONFLICT: somebody was, and `owner` has it now; where nobody
    moved it on since, it was given back first. RETRYABLE: cannot be told yet. Giving back is a
    write like any other, so the history is read again after it. Safe to repeat.
    """
    found: dict[int, WriteOutcome] = {}
    for _ in range(_ROUNDS):
        waiting = [n for n in range(len(changes)) if n not in found]
        shifts = _by_record(history([changes[n].record_id for n in waiting]), same)
        wronged: dict[int, OwnerChange] = {}
        for n in waiting:
            told = _weigh(changes[n], shifts.get(same(changes[n].record_id), ()), same)
            if isinstance(told, OwnerChange):
                wronged[n] = told
            else:
                found[n] = told
        if not wronged:
            break
        for n, outcome in zip(wronged, write(list(wronged.values())), strict=True):
            if outcome.status in {WriteStatus.REFUSED, WriteStatus.GONE}:
                found[n] = _lost(changes[n], outcome)
    later = WriteOutcome(status=WriteStatus.RETRYABLE, reason="it is being given back")
    return [found.get(n, later) for n in range(len(changes))]


def _weigh(
    change: OwnerChange, shifts: Sequence[OwnerShift], same: Callable[[str], str]
) -> WriteOutcome | OwnerChange:
    """Answer what came of a change, or the one that gives the record back."""
    ours = [n for n, shift in enumerate(shifts) if shift.by_us]
    back = _givings_back(shifts, same)
    writes = [n for n in ours if n not in back and _is(shifts[n].after, change.owner, same)]
    if not writes:
        is_theirs = bool(shifts) and _is(shifts[-1].after, change.owner, same)
        return _stands(change) if is_theirs else _outcome(change, WriteStatus.RETRYABLE, _NOT_TOLD)
    taken = shifts[writes[-1]].before
    if taken is None or any(_is(taken, each, same) for each in change.expected):
        return _stands(change)
    last, by_whom = shifts[ours[-1]], _who_was_first(shifts, writes[-1], back, same)
    if ours[-1] in back:
        why = f"{by_whom}; {_GIVEN_BACK}"
        return _outcome(change, WriteStatus.CONFLICT, why, shifts[-1].after)
    if ours[-1] == len(shifts) - 1 and last.before is not None and last.after is not None:
        return OwnerChange(
            record_id=change.record_id,
            owner=last.before,
            expected=frozenset({last.after}),
            notes={},
        )
    return _outcome(change, WriteStatus.CONFLICT, f"{by_whom}; {_MOVED_ON}", shifts[-1].after)


def _who_was_first(
    shifts: Sequence[OwnerShift], write: int, back: Container[int], same: Callable[[str], str]
) -> str:
    """Say who had set the owner that this write of ours replaced: a person, or ourselves."""
    if write == 0 or write - 1 in back:
        return _SOMEBODY
    first = shifts[write - 1]
    is_ours = first.by_us and _is(first.after, shifts[write].before, same)
    return _OURSELVES if is_ours else _SOMEBODY


def _givings_back(shifts: Sequence[OwnerShift], same: Callable[[str], str]) -> set[int]:
    """
    Tell which of our writes undid the one right before, ours too: no write of an owner in itself.

    One that undoes a giving back is none: it is a late write over whoever had the record back.
    """
    back: set[int] = set()
    for n, (did, undid) in enumerate(pairwise(shifts), start=1):
        is_undone = _is(undid.before, did.after, same) and _is(undid.after, did.before, same)
        if did.by_us and undid.by_us and is_undone and n - 1 not in back:
            back.add(n)
    return back


def _by_record(
    shifts: Iterable[OwnerShift], same: Callable[[str], str]
) -> Mapping[str, Sequence[OwnerShift]]:
    found: dict[str, list[OwnerShift]] = {}
    for shift in shifts:
        found.setdefault(same(shift.record_id), []).append(shift)
    return {record: _in_order(told, same) for record, told in found.items()}


def _in_order(shifts: Sequence[OwnerShift], same: Callable[[str], str]) -> list[OwnerShift]:
    """
    Put what happened in one instant so that each goes on from the one before.

    Salesforce keeps whole seconds, and a choice, our write over it and its giving back may all be
    of one; that the ids of history rows tell their order is promised nowhere.
    """
    done: list[OwnerShift] = []
    for _, of_an_instant in groupby(shifts, key=lambda shift: shift.at):
        waiting = list(of_an_instant)
        while waiting:
            done.append(_next(waiting, done, same))
            waiting.remove(done[-1])
    return done


def _next(
    waiting: Sequence[OwnerShift], done: Sequence[OwnerShift], same: Callable[[str], str]
) -> OwnerShift:
    """Answer the one that goes on from the last; else one that goes on from no other."""
    following = [s for s in waiting if done and _is(s.before, done[-1].after, same)]
    first = [s for s in waiting if not any(_is(s.before, other.after, same) for other in waiting)]
    return (following or first or waiting)[0]


def _is(one: CrmOwnerId | None, other: CrmOwnerId | None, same: Callable[[str], str]) -> bool:
    return one is not None and other is not None and same(one) == same(other)


def _stands(change: OwnerChange) -> WriteOutcome:
    return _outcome(change, WriteStatus.WRITTEN, "", change.owner)


def _lost(change: OwnerChange, outcome: WriteOutcome) -> WriteOutcome:
    reason = f"{_NOT_GIVEN_BACK}: {outcome.reason}"
    return _outcome(change, WriteStatus.CONFLICT, reason, change.owner)


def _outcome(
    change: OwnerChange, status: WriteStatus, reason: str, owner: CrmOwnerId | None = None
) -> WriteOutcome:
    return WriteOutcome(
        status=status, record_id=change.record_id, owner=owner, reason=reason, unguarded=True
    )
