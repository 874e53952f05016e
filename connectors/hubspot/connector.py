"""HubSpot behind the ports: contacts in, owners and creations out."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from connectors.base import Quota, SourceSetup
from connectors.hubspot import directory
from connectors.hubspot.activity import Touches
from connectors.hubspot.client import HubSpotClient, Json, utc_now
from connectors.hubspot.creator import Creations
from connectors.hubspot.doctor import Doctor
from connectors.hubspot.failures import NAME
from connectors.hubspot.intake import why_not
from connectors.hubspot.mapping import STANDARD, TECHNICAL, changed_at, raw_record, stamp, to_text
from connectors.hubspot.outcomes import Outcomes, owner_shifts
from connectors.hubspot.paging import Changes, parse_cursor
from connectors.hubspot.people import People
from connectors.hubspot.schema import ContactSchema
from connectors.hubspot.settings import HubSpotSettings
from connectors.hubspot.tasks import TaskWrites
from connectors.hubspot.writer import OwnerWrites
from leads.activity import Outcome, OwnerShift, Touch
from leads.errors import ContractError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.ownership import ExistingRecord, NewRecord, OwnerChange, Person, WriteOutcome
from leads.record import CrmOwner, Cursor, Page, RawRecord, WorkPage
from leads.tasks import RepTask


class HubSpot:
    """A Crm, an ActivityReader and a TaskWriter."""

    def __init__(
        self,
        settings: HubSpotSettings,
        setup: SourceSetup,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        if setup.intake.object != "contacts":
            problem = f"sources.{setup.name}.intake.object is {setup.intake.object!r}"
            raise ContractError(NAME, "start", problem, "Only contacts can be read from HubSpot")
        self.name = setup.name
        self._settings, self._setup = settings, setup
        self._now = now
        self._client = HubSpotClient(settings, now)
        self._schema = ContactSchema(self._client, setup, settings.unique_property)
        self._unowned: frozenset[CrmOwnerId | None] | None = None
        self._lock = threading.Lock()

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        self._schema.known()
        self.unowned()  # an owner of the intake that does not exist is told before anything is read
        start = parse_cursor(since) if since else 0
        look_back = int(self._settings.look_back_seconds * 1000) if since else 0
        changes = Changes(
            self._client,
            "contacts",
            "pull contacts",
            properties=self._properties(),
            page_size=self._settings.page_size,
            filters=self._go_live(),
        )
        for contacts in changes.since(max(0, start - look_back)):
            # Looking back must not move the cursor back.
            last = max(start, *map(changed_at, contacts))
            records = tuple(map(raw_record, contacts))
            yield Page(records=records, resume_from=Cursor(stamp(last)))

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        self._schema.known()
        wanted = [i for i in ids if i.isdecimal()]
        size = self._settings.batch_size
        for start in range(0, len(wanted), size):
            body = {
                "properties": self._properties(),
                "inputs": [{"id": i} for i in wanted[start : start + size]],
            }
            read = partial(self._client.batch, "contacts", "fetch contacts", "read", body)
            answer = self._client.caller.repeat("fetch contacts", read)
            yield from map(raw_record, answer["results"])

    def normalise(self, raw: RawRecord) -> Lead:
        key = LeadKey(self.name, raw.source_id)
        return lead_from(key, self.text_of(raw), self._setup.vocabulary)

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        return to_text(raw.body, self._setup.fields)

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        owner = raw.body["properties"].get("hubspot_owner_id")
        return CrmOwnerId(str(owner)) if owner else None

    def close(self) -> None:
        self._client.close()

    def is_intake(self, raw: RawRecord) -> str | None:
        return why_not(raw.body, self._setup.intake, self.unowned())

    def unowned(self) -> frozenset[CrmOwnerId | None]:
        with self._lock:
            if self._unowned is None:
                self._unowned = directory.resolve_unowned(
                    self._client, self._setup.intake, self._setup.name
                )
            return self._unowned

    def write_owners(self, changes: Sequence[OwnerChange]) -> list[WriteOutcome]:
        writes = OwnerWrites(self._client, self._schema, self._settings.batch_size)
        return writes.write(changes)

    def find(self, people: Sequence[Person]) -> Mapping[LeadKey, ExistingRecord]:
        return People(self._client, self._setup, self._settings.batch_size).find(people)

    def create(self, records: Sequence[NewRecord]) -> list[WriteOutcome]:
        if not records:
            return []
        creations = Creations(
            self._client,
            self._schema,
            fields=self._setup.fields,
            unique=self._settings.unique_property,
            batch_size=self._settings.batch_size,
        )
        return creations.create(records)

    def owners(self) -> Iterator[CrmOwner]:
        return directory.owners(self._client)

    def workload(self, since: Cursor | None) -> Iterator[WorkPage]:
        return directory.workload(self._client, self._settings, since)

    def touches(self, since: datetime) -> Iterator[Touch]:
        untouched = self._setup.intake.statuses or self._settings.untouched_statuses
        reader = Touches(
            client=self._client, settings=self._settings, untouched=frozenset(untouched)
        )
        return reader.since(since)

    def outcomes(self, since: datetime) -> Iterator[Outcome]:
        return Outcomes(client=self._client, settings=self._settings).since(since)

    def owner_history(self, record_ids: Sequence[str]) -> Iterator[OwnerShift]:
        return owner_shifts(self._client, "contacts", record_ids)

    def create_tasks(self, tasks: Sequence[RepTask]) -> list[WriteOutcome]:
        return TaskWrites(self._client, self._settings).create(tasks)

    def check(self) -> Iterator[str]:
        doctor = Doctor(
            client=self._client,
            settings=self._settings,
            setup=self._setup,
            schema=self._schema,
            now=self._now,
        )
        return doctor.findings()

    @property
    def quota(self) -> Quota | None:
        """Calls of the day, as HubSpot last told them."""
        return self._client.quota

    def _properties(self) -> list[str]:
        return list(dict.fromkeys((*TECHNICAL, *STANDARD.values(), *self._setup.fields.values())))

    def _go_live(self) -> list[Json]:
        created = self._setup.intake.created_after
        if created is None:
            return []
        at = int(created.timestamp() * 1000)
        return [{"propertyName": "createdate", "operator": "GTE", "value": str(at)}]
