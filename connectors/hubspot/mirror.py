"""Companies, and contacts with their owners: what new leads are matched to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.failures import NAME
from connectors.hubspot.mapping import (
    CHANGED,
    OWNER,
    STANDARD,
    changed_by,
    moment,
    to_text,
)
from connectors.hubspot.merges import NAMES as MERGED
from connectors.hubspot.merges import merged_ids
from connectors.hubspot.paging import Changes, newest, place_of
from connectors.hubspot.settings import HubSpotSettings
from connectors.people import TELLING, identity_of
from connectors.setup import SourceSetup
from leads.accounts import Account, account_domain
from leads.keys import CrmOwnerId
from leads.record import AccountPage, CrmPerson, Cursor, PeoplePage

_COMPANIES, _CONTACTS = "companies", "contacts"
_CREATED = "createdate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """
    Reads what changed, search's delay included.

    Search tells nothing of what is archived: such a record stays as it was last seen.
    """

    client: HubSpotClient
    settings: HubSpotSettings
    setup: SourceSetup
    now: Callable[[], datetime]

    def accounts(self, since: Cursor | None) -> Iterator[AccountPage]:
        properties = ("name", "domain", OWNER, _CREATED, changed_by(_COMPANIES))
        for found, reached in self._pages(_COMPANIES, "read companies", properties, since):
            yield AccountPage(changes=tuple(map(_account, found)), resume_from=reached)

    def people(self, since: Cursor | None) -> Iterator[PeoplePage]:
        by_name = {**STANDARD, **self.setup.fields}
        properties = (*(by_name[name] for name in TELLING), OWNER, _CREATED, CHANGED, *MERGED)
        for found, reached in self._pages(_CONTACTS, "read people", properties, since):
            yield PeoplePage(changes=tuple(map(self._person, found)), resume_from=reached)

    def _pages(
        self, kind: str, operation: str, properties: tuple[str, ...], since: Cursor | None
    ) -> Iterator[tuple[list[Json], Cursor]]:
        place = place_of(since, self.settings, self.now())
        changes = Changes(
            self.client,
            kind,
            operation,
            properties=tuple(dict.fromkeys(properties)),
            page_size=self.settings.page_size,
        )
        for found in changes.since(place.begin):
            yield found, place.reached(newest(found, kind))
        if place.settles():
            yield [], place.cursor

    def _person(self, contact: Json) -> CrmPerson:
        properties = contact["properties"]
        return CrmPerson(
            record_id=str(contact["id"]),
            owner=_owner(properties),
            keys=identity_of(to_text(contact, self.setup.fields), self.setup.vocabulary),
            created_at=moment(properties[_CREATED]) if properties.get(_CREATED) else None,
            merged=merged_ids(properties),
        )


def _account(company: Json) -> Account:
    properties = company["properties"]
    return Account(
        crm=NAME,
        account_id=str(company["id"]),
        name=properties.get("name") or "",
        domain=account_domain(properties.get("domain")),
        owner=_owner(properties),
        created_at=moment(properties[_CREATED]) if properties.get(_CREATED) else None,
    )


def _owner(properties: Json) -> CrmOwnerId | None:
    return CrmOwnerId(properties[OWNER]) if properties.get(OWNER) else None
