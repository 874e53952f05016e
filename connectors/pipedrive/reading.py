"""Reading leads with their people and organizations, as raw records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from connectors.pipedrive.client import Json, PipedriveClient
from connectors.pipedrive.failures import NotThere
from connectors.pipedrive.identity import is_lead_id
from connectors.pipedrive.mapping import misshapen, moment, problem_of, raw_record
from connectors.pipedrive.paging import LeadChanges, newest, place_of
from connectors.pipedrive.schema import LeadSchema
from connectors.pipedrive.settings import PipedriveSettings
from connectors.place import EPOCH
from connectors.setup import SourceSetup
from leads.record import Cursor, Page, RawRecord

_REMEMBERED = 2_000
Parties = tuple[Json | None, Json | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A lead names its person and organization by number; they are read by the hundred."""

    client: PipedriveClient
    settings: PipedriveSettings
    setup: SourceSetup
    schema: LeadSchema
    now: Callable[[], datetime]
    parties: dict[tuple[str, str], Parties] = field(default_factory=dict)

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        go_live = self.setup.intake.created_after or EPOCH
        place = place_of(since, self.settings, self.now(), go_live)
        changes = LeadChanges(self.client, "pull leads", self.settings.page_size)
        for found in changes.since(place.begin):
            reached = place.reached(newest(found))
            mine = [lead for lead in found if self._is_in_time(lead)]
            yield Page(records=self._raw(mine), resume_from=reached)
        if place.settles() or changes.broken:
            yield Page(records=self._raw(changes.broken), resume_from=place.cursor)

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        """One at a time: leads cannot be listed by id."""
        found = []
        for lead_id in dict.fromkeys(ids):
            if is_lead_id(lead_id):
                try:
                    body = self.client.get("fetch leads", f"/v1/leads/{lead_id}")
                except NotThere:
                    continue
                found.append(body.get("data"))
        yield from self._raw(found)

    def _is_in_time(self, lead: Json) -> bool:
        """The list knows no creation dates: what is older than the go-live is left out here."""
        intake = self.setup.intake
        if not (lead.get("add_time") and (intake.created_after or intake.created_before)):
            return True
        created = moment(str(lead["add_time"]))
        is_late = intake.created_before is not None and created >= intake.created_before
        return not is_late and (intake.created_after is None or created >= intake.created_after)

    def _raw(self, found: Sequence[Json | None]) -> tuple[RawRecord, ...]:
        problems = [(lead, problem_of(lead)) for lead in found]
        whole = [lead for lead, problem in problems if lead and problem is None]
        self._meet(whole)
        return (
            *(self._record(lead) for lead in whole),
            *(misshapen(lead, problem) for lead, problem in problems if problem),
        )

    def _record(self, lead: Json) -> RawRecord:
        person, organization = self.parties[_version(lead)]
        words = dict(self.schema.in_words(lead))
        return raw_record(words, person, organization, self.schema.labels_of(lead))

    def _meet(self, leads: Sequence[Json]) -> None:
        """Every pull reads its last minute again: whose people were just read is not asked for."""
        for version in list(self.parties)[:-_REMEMBERED]:
            self.parties.pop(version, None)
        unknown = [lead for lead in leads if _version(lead) not in self.parties]
        people = self.client.by_ids(
            "read the people of leads", "persons", _numbers(unknown, "person_id")
        )
        ids = chain(_numbers(unknown, "organization_id"), _numbers(people.values(), "org_id"))
        companies = self.client.by_ids(
            "read the organizations of leads", "organizations", list(ids)
        )
        for lead in unknown:
            person = people.get(lead.get("person_id") or 0)
            company = lead.get("organization_id") or (person or {}).get("org_id") or 0
            self.parties[_version(lead)] = (person, companies.get(company))


def _numbers(records: Iterable[Json], name: str) -> list[int]:
    return [each[name] for each in records if isinstance(each.get(name), int)]


def _version(lead: Json) -> tuple[str, str]:
    return str(lead["id"]), str(lead["update_time"])
