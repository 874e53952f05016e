"""One batch of writes on its way to a vendor: what is settled, what was sent, what still waits."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from connectors.http import Caller
from connectors.malformed import OUT_OF_SHAPE, MalformedAnswer
from leads.errors import AuthError, ConnectorError, ContractError
from leads.keys import CrmOwnerId
from leads.ownership import (
    NOBODY,
    SOMEBODY_ELSES,
    LeftOut,
    OwnerChange,
    WriteOutcome,
    WriteStatus,
)

T = TypeVar("T")
_OUT_OF_SHAPE = (*OUT_OF_SHAPE, MalformedAnswer)
"""An error of ours looks the same as an answer's: that is why it refuses nothing."""
WITHOUT_LOOKING = (WriteStatus.WRITTEN, WriteStatus.UNCHANGED, WriteStatus.RETRYABLE)
_STOPPED = "not tried: the vendor stopped answering earlier in this batch"


class Batch(Generic[T]):
    """
    Remembers across tries what was sent.

    A record found as we wanted it is WRITTEN if this batch sent it (the answer was lost, the write
    was not), and UNCHANGED if it was like that before.
    """

    def __init__(self, asked: Sequence[T]) -> None:
        self.asked = asked
        self.outcomes: dict[int, WriteOutcome] = {}
        self._sent: set[int] = set()
        self._focus: Sequence[int] = range(len(asked))

    @property
    def pending(self) -> list[int]:
        """What this try is about and is not settled yet."""
        return [n for n in self._focus if n not in self.outcomes]

    def focus(self, numbers: Sequence[int]) -> None:
        """Let the next tries be about these only."""
        self._focus = numbers

    @property
    def has_begun(self) -> bool:
        return bool(self._sent or self.outcomes)

    def sending(self, numbers: Sequence[int]) -> None:
        self._sent.update(numbers)

    def not_sent(self, numbers: Sequence[int]) -> None:
        """Take back `sending`: the vendor says that it did not carry these out."""
        self._sent.difference_update(numbers)

    def settle(
        self,
        number: int,
        status: WriteStatus,
        *,
        record_id: str | None = None,
        owner: CrmOwnerId | None = None,
        reason: str = "",
        left_out: tuple[LeftOut, ...] = (),
        blames_owner: bool = False,
        is_converted: bool = False,
    ) -> None:
        self.outcomes[number] = WriteOutcome(
            status=status,
            record_id=record_id,
            owner=owner,
            reason=reason,
            left_out=left_out,
            blames_owner=blames_owner,
            is_converted=is_converted,
        )

    def settle_as_wanted(
        self,
        number: int,
        record_id: str,
        owner: CrmOwnerId | None,
        reason: str = "",
        *,
        left_out: tuple[LeftOut, ...] = (),
    ) -> None:
        """The vendor has it as this batch wants it; was it us, just now?"""
        is_ours = number in self._sent
        self.settle(
            number,
            WriteStatus.WRITTEN if is_ours else WriteStatus.UNCHANGED,
            record_id=record_id,
            owner=owner,
            reason=reason,
            left_out=left_out if is_ours else (),
        )

    def settle_rest(self, status: WriteStatus, reason: str) -> None:
        for number in self.pending:
            self.settle(number, status, reason=reason)


def write_in_batches(
    asked: Sequence[T],
    *,
    size: int,
    identity: Callable[[T], str],
    attempt: Callable[[Batch[T]], None],
    caller: Caller,
    operation: str,
    alive: Callable[[], None] = lambda: None,
) -> list[WriteOutcome]:
    """
    Run `attempt` over `asked` in batches; one outcome each, in order. `alive` goes before each.

    `attempt` is repeated as a whole when it fails in passing, so it must begin by reading what is
    there. Raises AuthError and ContractError only while nothing has been sent or settled.
    """
    outcomes: list[WriteOutcome] = []
    is_stopped = False
    for part in _parts(asked, size, identity):
        alive()
        batch = Batch(part)
        if is_stopped:
            batch.settle_rest(WriteStatus.RETRYABLE, _STOPPED)
        else:
            is_stopped = _run(batch, attempt, caller, operation, has_earlier=bool(outcomes))
        outcomes += [batch.outcomes[n] for n in range(len(part))]
    return outcomes


def unguarded(outcomes: Sequence[WriteOutcome], *statuses: WriteStatus) -> list[WriteOutcome]:
    """
    Mark what a vendor wrote without looking; in order.

    UNCHANGED belongs to it: a process that died may have written it so, and never looked again.
    So does RETRYABLE, of which only the answer may have been lost.
    """
    return [replace(each, unguarded=each.status in statuses) for each in outcomes]


def weigh_owners(
    batch: Batch[OwnerChange],
    owners: Mapping[str, CrmOwnerId | None],
    same: Callable[[str], str] = str,
) -> list[int]:
    """
    Settle what the owners just read answer already; the numbers left are to be written.

    `owners` maps records to who owns them now, by `same` of their ids: the form of an id in which
    two spellings of it are equal.
    """
    return [n for n in batch.pending if not _is_answered(batch, n, owners, same)]


def _is_answered(
    batch: Batch[OwnerChange],
    number: int,
    owners: Mapping[str, CrmOwnerId | None],
    same: Callable[[str], str],
) -> bool:
    change = batch.asked[number]
    if same(change.record_id) not in owners:
        reason = "no record with this id is there"
        batch.settle(
            number, WriteStatus.GONE, record_id=change.record_id, owner=None, reason=reason
        )
        return True
    owner = owners[same(change.record_id)]
    is_unowned_as_wanted = not owner and change.owner == NOBODY
    if is_unowned_as_wanted or (owner and same(owner) == same(change.owner)):
        batch.settle_as_wanted(number, change.record_id, owner)
        return True
    if (owner and same(owner)) in {o and same(o) for o in change.expected}:
        return False
    batch.settle(
        number,
        WriteStatus.CONFLICT,
        record_id=change.record_id,
        owner=owner,
        reason=SOMEBODY_ELSES,
    )
    return True


def _parts(asked: Sequence[T], size: int, identity: Callable[[T], str]) -> Iterator[Sequence[T]]:
    """Cut in order; a record comes once in a part, so that its second change sees the first."""
    part: list[T] = []
    seen: set[str] = set()
    for one in asked:
        if len(part) == size or identity(one) in seen:
            yield part
            part, seen = [], set()
        part.append(one)
        seen.add(identity(one))
    if part:
        yield part


def _run(
    batch: Batch[T],
    attempt: Callable[[Batch[T]], None],
    caller: Caller,
    operation: str,
    *,
    has_earlier: bool,
) -> bool:
    """Answer whether to stop: what this batch met, the next one would meet as well."""
    try:
        caller.repeat(operation, lambda: attempt(batch))
    except _OUT_OF_SHAPE as failure:
        # Nothing of this says "refused": alone, the record that it is about may be tried again.
        problem = f"the answer is not of the shape we know ({type(failure).__name__})"
        error = ContractError(caller.connector, operation, problem)
        return _halve(batch, attempt, caller, operation, error, alone=WriteStatus.RETRYABLE)
    except ContractError as error:
        if not (has_earlier or batch.has_begun):
            raise
        return _halve(batch, attempt, caller, operation, error)
    except ConnectorError as error:
        if isinstance(error, AuthError) and not (has_earlier or batch.has_begun):
            raise
        batch.settle_rest(WriteStatus.RETRYABLE, str(error))
        return True
    batch.settle_rest(WriteStatus.RETRYABLE, "the vendor's answer did not mention this record")
    return False


def _halve(
    batch: Batch[T],
    attempt: Callable[[Batch[T]], None],
    caller: Caller,
    operation: str,
    error: ContractError,
    *,
    alone: WriteStatus = WriteStatus.REFUSED,
) -> bool:
    """Some vendors refuse a whole batch for one record: halve it until that one is alone."""
    waiting = batch.pending
    if len(waiting) <= 1:
        batch.settle_rest(alone, str(error))
        return False
    middle = len(waiting) // 2
    is_stopped = False
    for half in (waiting[:middle], waiting[middle:]):
        batch.focus(half)
        if is_stopped:
            batch.settle_rest(WriteStatus.RETRYABLE, _STOPPED)
        else:
            is_stopped = _run(batch, attempt, caller, operation, has_earlier=True)
    return is_stopped
