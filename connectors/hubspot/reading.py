"""Reading whatever new leads are here, contacts or Leads, as raw records."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from connectors.hubspot import merges, twins
from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.kinds import CONTACTS, LEADS, IntakeObject
from connectors.hubspot.lead_objects import with_contacts
from connectors.hubspot.mapping import (
    STANDARD,
    misshapen,
    problem_of,
    raw_record,
)
from connectors.hubspot.paging import Changes, newest, place_of
from connectors.hubspot.schema import ContactSchema
from connectors.hubspot.settings import HubSpotSettings
from connectors.setup import SourceSetup
from leads.record import Cursor, Page, RawRecord

_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`kind` is read; a Lead comes with the contact it belongs to."""

    client: HubSpotClient
    settings: HubSpotSettings
    setup: SourceSetup
    schema: ContactSchema
    kind: IntakeObject
    now: Callable[[], datetime]
    contacts: dict[tuple[str, str], Json | None] = field(default_factory=dict)

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        place = place_of(since, self.settings, self.now())
        changes = Changes(
            self.client,
            self.kind.name,
            f"pull {self.kind.name}",
            properties=self._properties(),
            page_size=self.settings.page_size,
            filters=self._go_live(),
        )
        for found in changes.since(place.begin):
            reached = place.reached(newest(found, self.kind.name))
            yield Page(records=self._raw(found), resume_from=reached)
        if place.settles() or changes.broken:
            yield Page(records=self._raw(changes.broken), resume_from=place.cursor)

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        wanted = [i for i in ids if i.isdecimal()]
        size, operation = self.settings.batch_size, f"fetch {self.kind.name}"
        for start in range(0, len(wanted), size):
            body = {
                "properties": self._properties(),
                "inputs": [{"id": i} for i in wanted[start : start + size]],
            }
            read = partial(self.client.batch, self.kind.name, operation, "read", body)
            yield from self._raw(self.client.caller.repeat(operation, read)["results"])

    def _raw(self, found: Sequence[Json]) -> tuple[RawRecord, ...]:
        problems = [(record, problem_of(record, self.kind.name)) for record in found]
        whole = [record for record, problem in problems if problem is None]
        if self.kind is LEADS and whole:
            whole = self._joined(whole)
        return (
            *(raw_record(record, self.kind.name) for record in whole),
            *(misshapen(record, problem) for record, problem in problems if problem),
        )

    def _joined(self, leads: Sequence[Json]) -> list[Json]:
        """Every pull reads its last minute again: whose contact was just read is not asked for."""
        unknown = [lead for lead in leads if _version(lead) not in self.contacts]
        if unknown:
            size = self.settings.batch_size
            fresh = with_contacts(self.client, unknown, self._of_contacts(), size)
            for lead in fresh:
                self.contacts[_version(lead)] = lead["contact"]
        joined = [{**lead, "contact": self.contacts[_version(lead)]} for lead in leads]
        for version in list(self.contacts)[:-_REMEMBERED]:
            self.contacts.pop(version, None)
        return joined

    def _properties(self) -> list[str]:
        if self.kind is CONTACTS:
            return self._of_contacts()
        own = self.schema.of_intake()
        named = [name for name in self.setup.fields.values() if name in own]
        return list(dict.fromkeys((*LEADS.technical, *named)))

    def _of_contacts(self) -> list[str]:
        ids = twins.names(self.setup.native_sync)
        names = (*CONTACTS.technical, *STANDARD.values(), *self.setup.fields.values(), *ids)
        names = (*names, *merges.NAMES, self.settings.unique_property)
        return list(dict.fromkeys(names))

    def _go_live(self) -> list[Json]:
        intake = self.setup.intake
        bounds = (("GTE", intake.created_after), ("LT", intake.created_before))
        return [
            {"propertyName": "createdate", "operator": which, "value": _milliseconds(at)}
            for which, at in bounds
            if at is not None
        ]


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def _version(lead: Json) -> tuple[str, str]:
    return lead["id"], lead["properties"]["hs_lastmodifieddate"]
