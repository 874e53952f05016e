"""Salesforce behind the ports: leads in, owners and creations out."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from connectors import salesforce_ids
from connectors.base import EVERYTHING
from connectors.crm_records import CrmRecords, lead_key
from connectors.findings import Finding
from connectors.malformed import is_malformed
from connectors.salesforce import directory, paging, soql, workload
from connectors.salesforce.activity import Activity
from connectors.salesforce.checkup import Checkup
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.creator import Creations
from connectors.salesforce.intake import handed_back, why_not
from connectors.salesforce.key_prefixes import LEAD
from connectors.salesforce.machines import Machines
from connectors.salesforce.mapping import STANDARD, TECHNICAL, WITH_PICKLISTS, raw_record, to_text
from connectors.salesforce.mirror import Mirror
from connectors.salesforce.outcomes import Outcomes
from connectors.salesforce.people import People
from connectors.salesforce.schema import LeadSchema
from connectors.salesforce.settings import SalesforceSettings
from connectors.salesforce.tasks import Tasks
from connectors.salesforce.writer import OwnerWrites
from connectors.second_look import look_again
from connectors.setup import Quota, SourceSetup
from leads.activity import Outcome, OwnerShift, Touch
from leads.errors import ConfigError
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

_FETCHED_AT_ONCE = 200
_THE_BEGINNING = Cursor("1970-01-01T00:00:00.000+0000")


class Salesforce(CrmRecords):
    """Every port of a CRM: base.Crm, ActivityReader and TaskWriter."""

    def __init__(
        self,
        settings: SalesforceSettings,
        setup: SourceSetup,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if setup.intake.object != "Lead":
            problem = f"sources.{setup.name}.intake.object is {setup.intake.object!r}"
            raise ConfigError([f"{problem}: only Lead can be read from Salesforce"])
        self._settings, self._now = settings, now
        self._client = SalesforceClient(settings)
        super().__init__(setup, self._client)
        self._schema = LeadSchema(self._client, settings, setup)
        self._people = People(self._schema, setup)
        self._machines = Machines(self._client, settings.integration_users, self.unowned)
        waiting = setup.intake.statuses, setup.intake.returned
        self._activity = Activity(self._client, settings, self._machines, *waiting)
        self._outcomes = Outcomes(self._client, settings)
        self._tasks = Tasks(self._client, settings)
        self._mirror = Mirror(
            client=self._client, settings=settings, setup=setup, people_columns=self._people
        )

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        self.unowned()  # an owner of the intake that does not exist is told before anything is read
        broken: list[Row] = []
        reached = since or _THE_BEGINNING
        for rows in paging.changes(
            self._client,
            "pull leads",
            self._fields(),
            conditions=self._go_live(),
            since=paging.parse_cursor(since) if since else None,
            overlap=self._settings.overlap_seconds,
            page_size=self._settings.page_size,
            broken=broken,
        ):
            reached = Cursor(max(rows[-1]["SystemModstamp"], reached))
            yield Page(records=tuple(map(raw_record, rows)), resume_from=reached)
        if broken:
            yield Page(records=tuple(map(raw_record, broken)), resume_from=reached)

    def rewound(self, cursor: Cursor | None, to: datetime) -> Cursor | None:  # noqa: ARG002  (the port's)
        return Cursor(to.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000"))

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        wanted = list(filter(None, map(salesforce_ids.whole_id, ids)))
        for start in range(0, len(wanted), _FETCHED_AT_ONCE):
            some = soql.quoted(wanted[start : start + _FETCHED_AT_ONCE])
            text = f"SELECT {', '.join(self._fields())} FROM Lead WHERE Id IN {some}"  # noqa: S608  (quoted)
            yield from map(raw_record, self._client.repeat_rows("fetch leads", text))

    def read_id(self, text: str) -> str | None:
        return salesforce_ids.lead_id(text)

    def no_id(self, text: str) -> str:
        return salesforce_ids.no_lead_id(text)

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        return to_text(raw.body, self._setup.fields)

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        owner = raw.body.get("OwnerId")
        return CrmOwnerId(str(owner)) if owner else None

    def created_for(self, raw: RawRecord) -> LeadKey | None:
        if is_malformed(raw):
            return None
        return lead_key(raw.body.get(self._settings.external_id_field))

    def finds(self, record_id: str) -> bool:
        """Leads alone: beside a contact of the same person one more lead comes to be."""
        return record_id.startswith(LEAD)

    def _why_not(self, raw: RawRecord) -> str | None:
        return why_not(raw.body, self._setup.intake, self.unowned())

    def _handed_back(self, raw: RawRecord) -> str | None:
        return handed_back(raw.body, self._setup.intake)

    def _resolve_unowned(self) -> frozenset[CrmOwnerId | None]:
        return directory.resolve_unowned(self._client, self._setup.intake, self._setup.name)

    def write_owners(
        self, changes: Sequence[OwnerChange], alive: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        writes = OwnerWrites(
            client=self._client,
            schema=self._schema,
            settings=self._settings,
            now=self._now,
            has_history=self._activity.has_history,
            alive=alive,
        )
        return writes.write(changes)

    def look_again(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        return look_again(
            changes, history=self.owner_history, write=self.write_owners, same=soql.short_id
        )

    def find(self, people: Sequence[Person]) -> Mapping[LeadKey, ExistingRecord]:
        return self._people.find(self._client.repeat_rows, people)

    def create(self, records: Sequence[NewRecord]) -> list[WriteOutcome]:
        if not records:
            return []
        creations = Creations(
            self._client,
            self._schema,
            self._people,
            creation=self._setup.creation,
            external_id=self._settings.external_id_field,
            batch_size=self._settings.batch_size,
        )
        return creations.create(records)

    def create_tasks(self, tasks: Sequence[RepTask]) -> list[WriteOutcome]:
        return self._tasks.create(tasks)

    def owners(self, ids: Collection[str] | None = None) -> Iterator[CrmOwner]:
        return directory.owners(self._client, ids)

    def time_zones(self) -> TimeZones:
        return directory.time_zones(self._client)

    def workload(self, since: Cursor | None) -> Iterator[WorkPage]:
        return workload.changes(self._client, self._settings, since)

    def touches(self, since: datetime) -> Iterator[Touch]:
        return self._activity.touches(since)

    def outcomes(self, since: datetime) -> Iterator[Outcome]:
        return self._outcomes.read(since)

    def owner_history(self, record_ids: Sequence[str]) -> Iterator[OwnerShift]:
        return self._activity.owner_history(record_ids)

    def writable(self, fields: Sequence[str]) -> list[str]:
        """Answer those of `fields` that are there and may be changed."""
        about = {name: self._schema.about_update(name) for name in fields}
        return [name for name, told in about.items() if told and told.writable]

    def quotas(self) -> Mapping[str, Quota]:
        quota = self._client.usage.with_ours()
        return {EVERYTHING: quota} if quota else {}

    def check(self) -> Iterator[Finding]:
        return Checkup(
            client=self._client,
            settings=self._settings,
            setup=self._setup,
            schema=self._schema,
            tasks=self._tasks,
            machines=self._machines,
            activity=self._activity,
            unowned=self.unowned,
        ).findings()

    def _fields(self) -> tuple[str, ...]:
        """What a pull asks for: only fields this org has, each once."""
        known = self._schema.fields()
        own = self._settings.external_id_field
        wanted = (*TECHNICAL, *STANDARD.values(), *WITH_PICKLISTS.values(), own)
        names = (*(n for n in wanted if n in known), *self._setup.fields.values())
        return tuple(dict.fromkeys(names))

    def _go_live(self) -> tuple[str, ...]:
        intake = self._setup.intake
        bounds = ((">=", intake.created_after), ("<", intake.created_before))
        return tuple(f"CreatedDate {which} {soql.instant(at)}" for which, at in bounds if at)
