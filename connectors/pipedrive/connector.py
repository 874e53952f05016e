"""Pipedrive behind the ports: leads in, owners out."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime

from connectors.base import EVERYTHING
from connectors.crm_records import CrmRecords
from connectors.findings import Finding
from connectors.malformed import is_malformed
from connectors.pace import Timer
from connectors.pipedrive import activity, directory
from connectors.pipedrive.client import PipedriveClient, utc_now
from connectors.pipedrive.doctor import Doctor
from connectors.pipedrive.failures import NAME
from connectors.pipedrive.identity import read_lead_id
from connectors.pipedrive.intake import handed_back, owner_of, why_not
from connectors.pipedrive.mapping import stamp, to_text
from connectors.pipedrive.mirror import Mirror
from connectors.pipedrive.reading import Reading
from connectors.pipedrive.schema import LeadSchema
from connectors.pipedrive.settings import PipedriveSettings
from connectors.pipedrive.tasks import TaskWrites
from connectors.pipedrive.writer import OwnerWrites
from connectors.setup import Quota, SourceSetup
from connectors.shared_pace import SlotsOf
from leads.activity import Outcome, OwnerShift, Touch
from leads.errors import ContractError
from leads.keys import CrmOwnerId, LeadKey
from leads.ownership import (
    ExistingRecord,
    NewRecord,
    OwnerChange,
    Person,
    WriteOutcome,
    WriteStatus,
)
from leads.record import CrmOwner, Cursor, Page, RawRecord, TimeZones, WorkPage
from leads.tasks import RepTask

_TIMER = Timer()


class Pipedrive(CrmRecords):
    """
    A Crm and a TaskWriter, but for creations.

    Leads from elsewhere would have no unique field to be found again by.
    """

    def __init__(
        self,
        settings: PipedriveSettings,
        setup: SourceSetup,
        now: Callable[[], datetime] = utc_now,
        timer: Timer = _TIMER,
        *,
        shared: SlotsOf | None = None,
    ) -> None:
        self._settings, self._now = settings, now
        self._client = PipedriveClient(settings, now, timer, shared)
        super().__init__(setup, self._client)
        self._schema = LeadSchema(self._client, setup)
        self._reading = Reading(
            client=self._client, settings=settings, setup=setup, schema=self._schema, now=now
        )
        self._mirror = Mirror(client=self._client, settings=settings, setup=setup, now=now)

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        self._schema.check()
        self.unowned()  # an owner of the intake that does not exist is told before anything is read
        return self._reading.pull(since)

    def rewound(self, cursor: Cursor | None, to: datetime) -> Cursor | None:  # noqa: ARG002  (the port's)
        return Cursor(stamp(to))

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        self._schema.check()
        return self._reading.fetch(ids)

    def read_id(self, text: str) -> str | None:
        return read_lead_id(text)

    def no_id(self, text: str) -> str:  # noqa: ARG002  (the port's)
        return "a Pipedrive lead's id is a UUID, as in adf21080-0e10-11eb-879b-05d71fb426ec"

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        return to_text(raw.body, self._setup.fields)

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        return None if is_malformed(raw) else owner_of(raw.body["lead"])

    def _why_not(self, raw: RawRecord) -> str | None:
        return why_not(raw.body, self._setup.intake, self.unowned())

    def _handed_back(self, raw: RawRecord) -> str | None:
        return handed_back(raw.body, self._setup.intake)

    def _resolve_unowned(self) -> frozenset[CrmOwnerId | None]:
        return directory.resolve_unowned(self._client, self._setup.intake, self._setup.name)

    def write_owners(
        self, changes: Sequence[OwnerChange], alive: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        return OwnerWrites(self._client, self._schema, alive).write(changes)

    def look_again(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        """Nothing tells who was overwritten; none of our writes says that it is to be asked."""
        reason = "Pipedrive keeps no history of a lead's owners"
        return [WriteOutcome(status=WriteStatus.RETRYABLE, reason=reason) for _ in changes]

    def find(self, people: Sequence[Person]) -> Mapping[LeadKey, ExistingRecord]:
        self._refuse_creations("look for people", people)
        return {}

    def create(self, records: Sequence[NewRecord]) -> list[WriteOutcome]:
        self._refuse_creations("create leads", records)
        return []

    def owners(self, ids: Collection[str] | None = None) -> Iterator[CrmOwner]:
        """All users come in one answer."""
        listed = directory.owners(self._client)
        return (each for each in listed if ids is None or each.crm_id in ids)

    def time_zones(self) -> TimeZones:
        return directory.time_zones(self._client)

    def writable(self, fields: Sequence[str]) -> list[str]:
        """Answer those of `fields` that are there and may be changed."""
        about = {name: self._schema.about(name) for name in fields}
        return [name for name, told in about.items() if told and told.writable]

    def workload(self, since: Cursor | None) -> Iterator[WorkPage]:
        work = directory.Workload(client=self._client, settings=self._settings, now=self._now)
        return work.since(since)

    def touches(self, since: datetime) -> Iterator[Touch]:
        return activity.touches(self._client, self._settings, since)

    def outcomes(self, since: datetime) -> Iterator[Outcome]:
        return activity.outcomes(self._client, self._settings, since)

    def owner_history(self, record_ids: Sequence[str]) -> Iterator[OwnerShift]:
        del record_ids
        return iter(())  # the API has none for leads

    def create_tasks(self, tasks: Sequence[RepTask]) -> list[WriteOutcome]:
        return TaskWrites(self._client, self._settings.task_type).create(tasks)

    def check(self) -> Iterator[Finding]:
        doctor = Doctor(
            client=self._client, settings=self._settings, setup=self._setup, schema=self._schema
        )
        return doctor.findings()

    def quotas(self) -> Mapping[str, Quota]:
        quota = self._client.quota
        return {EVERYTHING: quota} if quota else {}

    def _refuse_creations(self, operation: str, asked: Sequence[object]) -> None:
        if asked:
            problem = "leads from elsewhere cannot be created in Pipedrive"
            remedy = f"Name another CRM as their destination than {self.name}"
            raise ContractError(NAME, operation, problem, remedy)
