"""The ports: what every connector answers, and how. One class may serve several of them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol, runtime_checkable

from connectors.findings import Finding
from connectors.setup import Quota
from leads.activity import Outcome, OwnerShift, Touch
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.messages import Message
from leads.ownership import ExistingRecord, NewRecord, OwnerChange, Person, WriteOutcome
from leads.record import AccountPage, CrmOwner, Cursor, Page, PeoplePage, RawRecord, WorkPage
from leads.tasks import RepTask


class LeadSource(Protocol):
    """Where leads come from."""

    name: str

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """
        Yield what changed at or after `since`, oldest change first, at least once.

        A page's `resume_from` is inclusive: the last instant is read again, so that a record that
        shares it is never missed. None reads from the intake's go-live. Raises ConnectorError.
        """
        ...

    def normalise(self, raw: RawRecord) -> Lead:
        """Translate one record; no I/O. Raises RecordError when it cannot be identified."""
        ...

    def is_intake(self, raw: RawRecord) -> str | None:
        """None when `raw` is a new lead as the intake states it, else why it is not (a phrase)."""
        ...

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        """Whoever owns `raw` at the source; None for blank, and for sources without owners."""
        ...

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        """Read these records now; one that is gone is left out. Raises ConnectorError."""
        ...

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        """Canonical fields of one record as the vendor wrote them: what `normalise` starts from."""
        ...

    def check(self) -> Iterator[Finding]:
        """Look the source over: what is wrong, and what was looked at and is fine. Never raises."""
        ...

    def close(self) -> None:
        """Let go of connections. Safe to repeat."""
        ...


EVERYTHING = ""
"""The part of a source that is all of it."""


@runtime_checkable
class IdReader(Protocol):
    """A source that knows what its records' ids look like, however others write them."""

    def read_id(self, text: str) -> str | None:
        """Answer a record's id as the source itself writes it; None for what cannot be one."""
        ...

    def no_id(self, text: str) -> str:
        """Say of what cannot be one why it cannot."""
        ...


@runtime_checkable
class Rewindable(Protocol):
    """A source that can be read again, for whoever looks whether anything was missed."""

    def rewound(self, cursor: Cursor | None, to: datetime) -> Cursor | None:
        """
        Answer a place from which a pull shows at least everything that came or changed from `to`.

        `cursor` is where the last pull stopped; None means everything from the beginning. No I/O.
        """
        ...


@runtime_checkable
class Shaped(Protocol):
    """A source whose shape is anybody's: a file, whose columns the configuration names."""

    def amiss(self) -> Mapping[str, str]:
        """
        Say of which of our fields the configuration names what the source, as last read, lacks.

        Raises ContractError where it cannot be read.
        """
        ...


@runtime_checkable
class Metered(Protocol):
    """A source whose vendor counts our calls by the day."""

    def quotas(self) -> Mapping[str, Quota]:
        """What was told last, by what is counted for itself: EVERYTHING, or a part. No I/O."""
        ...


@runtime_checkable
class Parted(Metered, Protocol):
    """A source of parts that may be left alone each for itself: a page with few leads."""

    def pull_without(self, since: Cursor | None, resting: AbstractSet[str]) -> Iterator[Page]:
        """As `pull` does, without asking about the parts `resting`, by their names in `quotas`."""
        ...


@runtime_checkable
class Completer(Protocol):
    """A source whose webhooks bring leads that lack what only a question can tell."""

    def complete(self, records: Sequence[RawRecord]) -> list[RawRecord]:
        """Answer the same records, with what they lack. Raises ConnectorError."""
        ...


@runtime_checkable
class Supplemented(Protocol):
    """A source that is only told of its records, and not each time of all that a record says."""

    def supplemented(self, later: RawRecord, earlier: RawRecord) -> RawRecord:
        """Answer the later of two messages on one record, with what only the earlier says."""
        ...

    def message_of(self, lead: Lead) -> RawRecord:
        """Answer the message that would say what is known of `lead`."""
        ...


@runtime_checkable
class Twinned(Protocol):
    """A CRM whose records say which record of another CRM is their copy."""

    def twin_of(self, raw: RawRecord) -> LeadKey | None:
        """Answer the copy's key; None where the record names none."""
        ...


@runtime_checkable
class Merging(Protocol):
    """A CRM that keeps of merged records one, which says which others it was."""

    def merged_into(self, raw: RawRecord) -> tuple[str, ...]:
        """Answer the ids of the records that a person merged into this one."""
        ...


@runtime_checkable
class Created(Protocol):
    """A CRM whose records say for which lead from elsewhere we created them."""

    def created_for(self, raw: RawRecord) -> LeadKey | None:
        """Answer that lead; None of a record that somebody else created."""
        ...


class OwnerWriter(Protocol):
    """A CRM that owners can be written to."""

    def unowned(self) -> frozenset[CrmOwnerId | None]:
        """Ids of the owners that mean "nobody yet" here. Raises ConnectorError."""
        ...

    def write_owners(
        self, changes: Sequence[OwnerChange], alive: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        """
        Apply `changes`; answer with one outcome each, in the same order.

        `alive` is called before each batch, and every few seconds of a wait within one.

        Safe to repeat. One bad record never costs its neighbours their write. Owners are read again
        immediately before, and one that is no longer expected is a CONFLICT, not overwritten.
        Raises AuthError and ContractError only when nothing at all could be asked.
        """
        ...

    def look_again(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        """
        Look, after unguarded writes, whether somebody was overwritten between reading and writing.

        One outcome each, in order: WRITTEN where nobody was, CONFLICT where somebody was, who has
        the record back unless it was moved on since; RETRYABLE where the CRM does not tell (yet).
        Safe to repeat. Raises ConnectorError.
        """
        ...


class ReturnReader(Protocol):
    """A CRM in which people hand records back by a status."""

    def handed_back(self, raw: RawRecord) -> str | None:
        """Answer the status by which its owner gives `raw` up; None where it shows none."""
        ...


class LeadCreator(Protocol):
    """A CRM that leads from elsewhere can be created in, already owned."""

    def find(self, people: Sequence[Person]) -> Mapping[LeadKey, ExistingRecord]:
        """
        Who of `people` the CRM has already, by e-mail or phone. Raises ConnectorError.

        The record that a person is known to have is read as well; it counts where it is theirs
        still, whatever it was merged into.
        """
        ...

    def create(self, records: Sequence[NewRecord]) -> list[WriteOutcome]:
        """
        Insert each; one outcome each, in order. Never updates a record that is there.

        Idempotent by the platform's lead id, kept in a unique field: a second creation answers
        UNCHANGED with the first one's record.
        """
        ...


class OwnerDirectory(Protocol):
    """Who may own records in a CRM."""

    def owners(self, ids: Collection[str] | None = None) -> Iterator[CrmOwner]:
        """
        Every person and queue, active or not; with `ids` those alone, as far as they are there.

        Raises ConnectorError.
        """
        ...


class WorkloadReader(Protocol):
    """How much each owner has in hand, in the CRM itself."""

    def workload(self, since: Cursor | None) -> Iterator[WorkPage]:
        """Yield changes at or after `since`, oldest first; None reads what is open now."""
        ...


class AccountReader(Protocol):
    """Which companies a CRM has, and who owns them there."""

    def accounts(self, since: Cursor | None) -> Iterator[AccountPage]:
        """
        Yield what changed at or after `since`, oldest change first, at least once; None: all.

        Raises ConnectorError.
        """
        ...


class PeopleReader(Protocol):
    """Whom a CRM has, whatever the intake, and who owns them there."""

    def people(self, since: Cursor | None) -> Iterator[PeoplePage]:
        """Yield what changed, as `accounts` does; of people, only what tells them apart."""
        ...

    def finds(self, record_id: str) -> bool:
        """Whether `create` looks among such records of people before it makes one more."""
        ...


@runtime_checkable
class ActivityReader(Protocol):
    """What people did with their leads, and what came of them."""

    def touches(self, since: datetime) -> Iterator[Touch]:
        """
        Yield touches the CRM came to know of at or after `since`, oldest `recorded_at` first.

        At least once: a touch read before may come again. Raises ConnectorError.
        """
        ...

    def outcomes(self, since: datetime) -> Iterator[Outcome]:
        """Yield what came of leads, as `touches` does."""
        ...

    def owner_history(self, record_ids: Sequence[str]) -> Iterator[OwnerShift]:
        """Yield past changes of owner, oldest first; none where the CRM keeps no history."""
        ...


class Notifier(Protocol):
    """How people are told."""

    def tell(self, channel: str, message: Message) -> None:
        """
        Send once; it may arrive twice. Raises TransientError where trying again may help.

        Raises ContractError where a person must change the channel first.
        """
        ...


@runtime_checkable
class TaskWriter(Protocol):
    """A CRM in which a rep can be given a task on a lead."""

    def create_tasks(self, tasks: Sequence[RepTask]) -> list[WriteOutcome]:
        """
        Create each unless one with its key is there; one outcome each, in the same order.

        Safe to repeat: a second creation answers UNCHANGED with the first one's `record_id`,
        which is the task's.
        """
        ...


class Crm(
    LeadSource,
    OwnerWriter,
    LeadCreator,
    OwnerDirectory,
    WorkloadReader,
    AccountReader,
    PeopleReader,
    ReturnReader,
    ActivityReader,
    Protocol,
):
    """A CRM: a source whose leads are owned in it, and where leads from elsewhere are created."""
