"""HubSpot behind the ports: contacts in, owners and creations out."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime

from connectors.base import EVERYTHING
from connectors.crm_records import CrmRecords, lead_key
from connectors.findings import Finding
from connectors.hubspot import directory, twins
from connectors.hubspot.activity import Touches
from connectors.hubspot.client import HubSpotClient, utc_now
from connectors.hubspot.creator import Creations
from connectors.hubspot.doctor import Doctor
from connectors.hubspot.failures import NAME
from connectors.hubspot.intake import handed_back, why_not
from connectors.hubspot.kinds import CONTACTS, LEADS, intake_object
from connectors.hubspot.lead_owners import LeadOwners
from connectors.hubspot.mapping import epoch_ms, stamp, to_text
from connectors.hubspot.merges import merged_ids
from connectors.hubspot.mirror import Mirror
from connectors.hubspot.outcomes import Outcomes, owner_shifts
from connectors.hubspot.paging import place_of
from connectors.hubspot.people import People
from connectors.hubspot.portal import OwnPortal
from connectors.hubspot.reading import Reading
from connectors.hubspot.schema import ContactSchema
from connectors.hubspot.settings import HubSpotSettings
from connectors.hubspot.tasks import TaskWrites
from connectors.hubspot.writer import OwnerWrites
from connectors.inbound import is_record_number
from connectors.malformed import is_malformed
from connectors.pace import Timer
from connectors.second_look import look_again
from connectors.setup import Quota, SourceSetup
from connectors.shared_pace import SlotsOf
from leads.activity import Outcome, OwnerShift, Touch
from leads.errors import ContractError
from leads.keys import CrmOwnerId, LeadKey
from leads.ownership import ExistingRecord, NewRecord, OwnerChange, Person, WriteOutcome
from leads.record import (
    CrmOwner,
    Cursor,
    Page,
    RawRecord,
    TimeZones,
    WorkPage,
)
from leads.tasks import RepTask

_TIMER = Timer()


class HubSpot(CrmRecords):
    """A Crm, an ActivityReader and a TaskWriter."""

    def __init__(
        self,
        settings: HubSpotSettings,
        setup: SourceSetup,
        now: Callable[[], datetime] = utc_now,
        timer: Timer = _TIMER,
        *,
        shared: SlotsOf | None = None,
    ) -> None:
        self._kind = intake_object(setup.intake.object, setup.name)
        self._settings, self._now = settings, now
        self._client = HubSpotClient(settings, now, timer, shared)
        super().__init__(setup, self._client)
        self.portal = OwnPortal(settings.portal_id, self._client.account, now)
        self._schema = ContactSchema(self._client, setup, settings.unique_property)
        self._reading = Reading(
            client=self._client,
            settings=settings,
            setup=setup,
            schema=self._schema,
            kind=self._kind,
            now=now,
        )
        self._mirror = Mirror(client=self._client, settings=settings, setup=setup, now=now)

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        self._schema.known()
        self.unowned()  # an owner of the intake that does not exist is told before anything is read
        self._client.ask_for_quota()
        return self._reading.pull(since)

    def rewound(self, cursor: Cursor | None, to: datetime) -> Cursor | None:  # noqa: ARG002  (the port's)
        return Cursor(stamp(epoch_ms(to)))

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        self._schema.known()
        return self._reading.fetch(ids)

    def read_id(self, text: str) -> str | None:
        return text.strip() if is_record_number(text.strip()) else None

    def no_id(self, text: str) -> str:  # noqa: ARG002  (the port's)
        return (
            "a HubSpot record's id is a number, not beginning with 0, as in the address of its page"
        )

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        return to_text(raw.body, self._setup.fields)

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        owner = raw.body["properties"].get("hubspot_owner_id")
        return CrmOwnerId(str(owner)) if owner else None

    def twin_of(self, raw: RawRecord) -> LeadKey | None:
        """Of a Lead, its contact says it."""
        about = raw.body.get("contact") or raw.body
        return twins.twin(about.get("properties") or {}, self._setup.native_sync)

    def merged_into(self, raw: RawRecord) -> tuple[str, ...]:
        """Of contacts. A Lead's own id is none of theirs."""
        if self._kind is not CONTACTS or is_malformed(raw):
            return ()
        return merged_ids(raw.body["properties"])

    def created_for(self, raw: RawRecord) -> LeadKey | None:
        if self._kind is not CONTACTS or is_malformed(raw):
            return None
        return lead_key(raw.body["properties"].get(self._settings.unique_property))

    def _why_not(self, raw: RawRecord) -> str | None:
        return why_not(raw.body, self._setup.intake, self.unowned(), self._kind)

    def _handed_back(self, raw: RawRecord) -> str | None:
        return handed_back(raw.body, self._setup.intake, self._kind)

    def _resolve_unowned(self) -> frozenset[CrmOwnerId | None]:
        return directory.resolve_unowned(self._client, self._setup.intake, self._setup.name)

    def write_owners(
        self, changes: Sequence[OwnerChange], alive: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        size = self._settings.batch_size
        if self._kind is CONTACTS:
            return OwnerWrites(self._client, self._schema, size, alive=alive).write(changes)
        writes = LeadOwners(
            client=self._client,
            schema=self._schema,
            batch_size=size,
            also_contact=self._settings.also_contact,
            unowned=self.unowned() if changes else frozenset(),
            alive=alive,
        )
        return writes.write(changes)

    def look_again(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        return look_again(changes, history=self.owner_history, write=self.write_owners, same=str)

    def find(self, people: Sequence[Person]) -> Mapping[LeadKey, ExistingRecord]:
        self._require_contacts("look for people", people)
        return People(self._client, self._setup, self._settings.batch_size).find(people)

    def create(self, records: Sequence[NewRecord]) -> list[WriteOutcome]:
        self._require_contacts("create contacts", records)
        if not records:
            return []
        creations = Creations(
            self._client,
            self._schema,
            creation=self._setup.creation,
            unique=self._settings.unique_property,
            batch_size=self._settings.batch_size,
        )
        return creations.create(records)

    def owners(self, ids: Collection[str] | None = None) -> Iterator[CrmOwner]:
        """HubSpot looks up one owner a call, or lists them all by the hundred."""
        listed = directory.owners(self._client)
        return (each for each in listed if ids is None or each.crm_id in ids)

    def time_zones(self) -> TimeZones:
        return directory.time_zones(self._client)

    def workload(self, since: Cursor | None) -> Iterator[WorkPage]:
        place = place_of(since, self._settings, self._now())
        return directory.workload(
            self._client, self._settings, place, self._kind, self._setup.native_sync
        )

    def touches(self, since: datetime) -> Iterator[Touch]:
        intake, settings = self._setup.intake, self._settings
        untouched = intake.statuses or settings.untouched_statuses
        if self._kind is LEADS:
            untouched = intake.lifecycle or intake.statuses or settings.untouched_stages
        reader = Touches(
            client=self._client,
            settings=settings,
            # Who hands a record back was not in touch, and the next one is to be.
            untouched=frozenset((*untouched, *intake.returned)),
            kind=self._kind,
        )
        return reader.since(since)

    def outcomes(self, since: datetime) -> Iterator[Outcome]:
        return Outcomes(client=self._client, settings=self._settings, kind=self._kind).since(since)

    def owner_history(self, record_ids: Sequence[str]) -> Iterator[OwnerShift]:
        return owner_shifts(self._client, self._kind.name, record_ids)

    def create_tasks(self, tasks: Sequence[RepTask]) -> list[WriteOutcome]:
        return TaskWrites(self._client, self._settings, self._kind).create(tasks)

    def check(self) -> Iterator[Finding]:
        doctor = Doctor(
            client=self._client,
            settings=self._settings,
            setup=self._setup,
            schema=self._schema,
            kind=self._kind,
            now=self._now,
        )
        return doctor.findings()

    def writable(self, fields: Sequence[str]) -> list[str]:
        """Answer those of `fields` that are there and may be changed."""
        about = {name: self._schema.about(name) for name in fields}
        return [name for name, told in about.items() if told and told.writable]

    def quotas(self) -> Mapping[str, Quota]:
        quota = self._client.quota
        return {EVERYTHING: quota} if quota else {}

    def _require_contacts(self, operation: str, asked: Sequence[object]) -> None:
        """An ad platform's lead becomes a contact: beside Leads it would be nobody's intake."""
        if asked and self._kind is not CONTACTS:
            problem = f"sources.{self.name}.intake.object is {self._kind.name}"
            remedy = "Leads from elsewhere are created as contacts: write contacts there"
            raise ContractError(NAME, operation, problem, remedy)
