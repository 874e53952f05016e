"""What a connector is told of its source, and what it tells of its vendor's calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.creation import Creation
from leads.normalise.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """
    Which records of a source are new leads.

    `owners` are those that mean "nobody yet", as a person writes them: a user's name, `queue:NAME`,
    None for blank. `statuses` and `lifecycle` are the vendor's words; empty accepts all of them.
    `returned` are the words by which an owner hands a record back.
    Records created before `created_after` are older than the installation and never re-owned. Only
    a backfill states the others: an end, and that a human owner keeps nothing out.
    """

    object: str
    owners: tuple[str | None, ...] = (None,)
    statuses: tuple[str, ...] = ()
    lifecycle: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    any_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeSync:
    """
    Two CRMs that keep copies of each other's records, without us: only one side is written.

    `other` is the CRM whose record's id stands in one of this one's fields `ids`. A record of the
    side that is not `master` waits as long as `wait` for its copy there to be known.
    """

    other: str
    master: str
    wait: timedelta
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSetup:
    """
    What the configuration says of one source, beside how to connect to it.

    `fields` maps canonical names (or `custom.NAME`) to the vendor's. `notes` maps `reason`, `rule`
    and `method` to the CRM fields they are written into. An ad platform's `destination` is the CRM
    its leads are created in, with `defaults` for what that CRM requires and a form did not ask.
    `receives`: it is the destination of some other source, so that leads are created in it, as
    `creation` says.
    `kind` is which connector serves it, where its name does not say so.
    After `failures_allowed` failing syncs in a row it is asked less often, until it answers.
    """

    name: str
    intake: Intake
    vocabulary: Vocabulary
    fields: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    destination: str | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)
    failures_allowed: int = 5
    native_sync: NativeSync | None = None
    receives: bool = False
    kind: str = ""
    creation: Creation = field(default_factory=Creation)

    @property
    def connector(self) -> str:
        """Which connector serves it."""
        return self.kind or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """
    Calls used of those a vendor allows in its day.

    The day ends at `resets_at`; without one, each call is forgotten after 24 hours. `ours` of the
    calls were made by this process, to tell what a poll costs; 0 where calls are not what counts.
    The last `reserve`, a share, is for deliveries and webhooks.
    """

    used: int
    limit: int
    resets_at: datetime | None = None
    ours: int = 0
    reserve: float = 0.1

    @property
    def share_left(self) -> float:
        return max(0.0, 1 - self.used / self.limit) if self.limit else 0.0
