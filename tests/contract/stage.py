"""What the contract tests ask of every vendor's sandbox: fill it, edit it, look into it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from connectors.base import Crm, LeadSource
from connectors.creation import Creation
from connectors.findings import Severity
from leads.keys import CrmOwnerId
from leads.normalise.vocabulary import Vocabulary
from leads.record import Cursor, Page, RawRecord
from sandbox.app import Ground

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GO_LIVE = datetime(2026, 11, 1, tzinfo=UTC)
VOCABULARY = Vocabulary(default_country="ES")
QUICK: Mapping[str, Any] = {"first_pause": 0.01, "connect_timeout": 2.0, "read_timeout": 0.5}


@dataclass(frozen=True, kw_only=True)
class Options:
    """
    `connection` goes over the connector's settings; `environ` over its secrets.

    `receives`: leads from elsewhere are created in it, as `creation` says (else the
    stage's own). `statuses`, `lifecycle` and `owners` replace the stage's own in the intake, as
    far as a stage has them.
    """

    connection: Mapping[str, Any] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    receives: bool = True
    creation: Creation | None = None
    statuses: Sequence[str] | None = None
    lifecycle: Sequence[str] | None = None
    returned: Sequence[str] = ()
    owners: Sequence[str | None] | None = None


class SourceStage(Protocol):
    """A vendor that leads can be read from. `reads` is a part of the path its leads come by."""

    name: str
    reads: str
    url: str
    ground: Ground
    wrong_secret: Mapping[str, str]
    renews_its_token: bool

    def source(self, options: Options = ..., /) -> LeadSource: ...

    def add(self, count: int, *, at: datetime = NOON, email: str | None = None) -> list[str]:
        """New leads, all at one instant; their ids."""
        ...

    def disturb(self, lead_id: str, /) -> None:
        """What a person can do to a list while it is read: edit a lead, or add one."""
        ...


class CrmStage(SourceStage, Protocol):
    """
    A vendor that owners can be written to.

    `writes` is a part of a batch write's path, its method before it where reads have the same path.
    `lists_of_work`: how many requests tell that no workload changed.
    """

    writes: str
    creates: str
    notes: Mapping[str, str]
    ana: CrmOwnerId
    ben: CrmOwnerId
    left: CrmOwnerId
    unowned: frozenset[CrmOwnerId | None]
    no_such_id: str
    batch_size: int
    has_queues: bool
    lists_of_work: int

    def crm(self, options: Options = ..., /) -> Crm: ...

    def owner_of(self, record_id: str, /) -> CrmOwnerId | None: ...

    def person_sets_owner(self, record_id: str, owner: CrmOwnerId, /) -> None: ...

    def closes(self, record_id: str, /) -> None:
        """Somebody finishes work on it."""
        ...

    def field_of(self, record_id: str, name: str, /) -> str | None: ...

    def phone_record(
        self, phone: str, last_name: str | None = "Roe", country: str | None = None
    ) -> str:
        """Ben's record, created earlier than all others, without an e-mail address."""
        ...


class OpenSource(Protocol):
    """How a case begins."""

    @classmethod
    def open(cls) -> AbstractContextManager[SourceStage]: ...


class OpenCrm(Protocol):
    """How a case begins."""

    @classmethod
    def open(cls) -> AbstractContextManager[CrmStage]: ...


def problems(source: LeadSource) -> list[str]:
    """What its doctor finds that is not as it should be."""
    return [each.text for each in source.check() if each.severity is not Severity.OK]


def ids(pages: Sequence[Page]) -> list[str]:
    return [record.source_id for page in pages for record in page.records]


def records(pages: Sequence[Page]) -> list[RawRecord]:
    return [record for page in pages for record in page.records]


def last_cursor(pages: Sequence[Page]) -> Cursor:
    return pages[-1].resume_from


def owners_written(stage: CrmStage) -> list[str]:
    """Ids of the records whose owner the vendor wrote for us, by its own journal."""
    entries = stage.ground.journal.entries(event="owner_written")
    return [record_id for entry in entries for record_id in entry.ids]


def created(stage: CrmStage) -> list[str]:
    """Ids of the records the API created, by the vendor's own journal."""
    entries = stage.ground.journal.entries(event="created")
    return [i for e in entries if e.detail.get("by") == "api" for i in e.ids]


def requests(stage: SourceStage, part: str = "") -> int:
    entries = stage.ground.journal.entries(event="request")
    return sum(part in f"{e.detail['method']} {e.detail['path']}" for e in entries)
