"""Organizations, and people with their owners: what new leads are matched to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.people import identity_of
from connectors.pipedrive.client import Json, PipedriveClient
from connectors.pipedrive.failures import NAME
from connectors.pipedrive.intake import owner_of
from connectors.pipedrive.mapping import (
    ORGANIZATION,
    PERSON,
    moment,
    since_text,
    to_text,
)
from connectors.pipedrive.paging import newest, place_of
from connectors.pipedrive.settings import PipedriveSettings
from connectors.setup import SourceSetup
from leads.accounts import Account, account_domain
from leads.record import AccountPage, CrmPerson, Cursor, PeoplePage


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """A list of v2 tells nothing of what was deleted: that stays as it was last seen."""

    client: PipedriveClient
    settings: PipedriveSettings
    setup: SourceSetup
    now: Callable[[], datetime]

    def accounts(self, since: Cursor | None) -> Iterator[AccountPage]:
        for found, reached in self._pages("organizations", "read organizations", since):
            yield AccountPage(changes=tuple(map(_account, found)), resume_from=reached)

    def people(self, since: Cursor | None) -> Iterator[PeoplePage]:
        """A person's company is a record of its own, and tells people apart."""
        for found, reached in self._pages("persons", "read people", since):
            ids = [each["org_id"] for each in found if each.get("org_id")]
            companies = self.client.by_ids("read people's companies", "organizations", ids)
            changes = [self._person(each, companies.get(each.get("org_id") or 0)) for each in found]
            yield PeoplePage(changes=tuple(changes), resume_from=reached)

    def _pages(
        self, kind: str, operation: str, since: Cursor | None
    ) -> Iterator[tuple[list[Json], Cursor]]:
        place = place_of(since, self.settings, self.now())
        pages = self.client.pages(
            operation,
            kind,
            updated_since=since_text(place.begin),
            sort_by="update_time",
            sort_direction="asc",
            limit=str(self.settings.page_size),
        )
        for found in pages:
            yield found, place.reached(newest(found))
        if place.settles():
            yield [], place.cursor

    def _person(self, person: Json, company: Json | None) -> CrmPerson:
        body: Json = {"lead": {}, PERSON: person, ORGANIZATION: company, "labels": []}
        return CrmPerson(
            record_id=str(person["id"]),
            owner=owner_of(person),
            keys=identity_of(to_text(body, self.setup.fields), self.setup.vocabulary),
            created_at=_created(person),
        )


def _account(organization: Json) -> Account:
    return Account(
        crm=NAME,
        account_id=str(organization["id"]),
        name=organization.get("name") or "",
        domain=account_domain(organization.get("website")),
        owner=owner_of(organization),
        created_at=_created(organization),
    )


def _created(record: Json) -> datetime | None:
    return moment(str(record["add_time"])) if record.get("add_time") else None
