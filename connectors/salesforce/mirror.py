"""Accounts, and leads and contacts with their owners: what new leads are matched to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.people import identity_of
from connectors.salesforce import paging
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.failures import NAME
from connectors.salesforce.mapping import to_text
from connectors.salesforce.people import People
from connectors.salesforce.settings import SalesforceSettings
from connectors.setup import SourceSetup
from leads.accounts import Account, account_domain
from leads.keys import CrmOwnerId
from leads.record import AccountPage, CrmPerson, Cursor, PeoplePage

_BETWEEN = ";"
_STAMPS = ("Id", "OwnerId", "IsDeleted", "CreatedDate", "SystemModstamp")
_ACCOUNT = (*_STAMPS, "Name", "Website")
_CONTACT = (
    *_STAMPS,
    *("Email", "Phone", "MobilePhone", "FirstName", "LastName"),
    *("MailingCountry", "MailingState", "Account.Name"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """
    Reads what changed of each object; a deleted record is still seen, and says that it is gone.

    A converted lead is gone too: the contact it became stands for the person.
    """

    client: SalesforceClient
    settings: SalesforceSettings
    setup: SourceSetup
    people_columns: People

    def accounts(self, since: Cursor | None) -> Iterator[AccountPage]:
        for rows in self._pages("read accounts", "Account", _ACCOUNT, since or ""):
            reached = Cursor(max(since or "", rows[-1]["SystemModstamp"]))
            yield AccountPage(changes=tuple(map(_account, rows)), resume_from=reached)

    def people(self, since: Cursor | None) -> Iterator[PeoplePage]:
        """Leads first, then contacts; each page resumes both."""
        lead_fields = (*_STAMPS, "IsConverted", *self.people_columns.telling())
        parts = (
            ("read people of leads", "Lead", lead_fields, self._lead),
            ("read contacts", "Contact", _CONTACT, self._contact),
        )
        places = [*(since or "").split(_BETWEEN), ""][: len(parts)]
        for number, (operation, entity, fields, read) in enumerate(parts):
            for rows in self._pages(operation, entity, fields, places[number]):
                places[number] = max(places[number], rows[-1]["SystemModstamp"])
                reached = Cursor(_BETWEEN.join(places))
                yield PeoplePage(changes=tuple(map(read, rows)), resume_from=reached)

    def _pages(
        self, operation: str, entity: str, fields: Sequence[str], place: str
    ) -> Iterator[list[Row]]:
        return paging.changes(
            self.client,
            operation,
            tuple(dict.fromkeys(fields)),
            since=paging.parse_cursor(Cursor(place)) if place else None,
            overlap=self.settings.overlap_seconds,
            page_size=self.settings.page_size,
            deleted=bool(place),
            entity=entity,
        )

    def _lead(self, row: Row) -> CrmPerson:
        is_gone = bool(row["IsDeleted"] or row["IsConverted"])
        return _person(row, to_text(row, self.setup.fields), self.setup, is_gone=is_gone)

    def _contact(self, row: Row) -> CrmPerson:
        text = {
            "email": row["Email"],
            "phone": row["Phone"],
            "mobile_phone": row["MobilePhone"],
            "first_name": row["FirstName"],
            "last_name": row["LastName"],
            "company": (row["Account"] or {}).get("Name"),
            "country": row["MailingCountry"],
            "region": row["MailingState"],
        }
        return _person(row, text, self.setup, is_gone=bool(row["IsDeleted"]))


def _person(
    row: Row, text: dict[str, str | None], setup: SourceSetup, *, is_gone: bool
) -> CrmPerson:
    return CrmPerson(
        record_id=row["Id"],
        owner=CrmOwnerId(row["OwnerId"]) if row["OwnerId"] else None,
        keys=identity_of(text, setup.vocabulary),
        created_at=_instant(row),
        is_gone=is_gone,
    )


def _account(row: Row) -> Account:
    return Account(
        crm=NAME,
        account_id=row["Id"],
        name=row["Name"] or "",
        domain=account_domain(row["Website"]),
        owner=CrmOwnerId(row["OwnerId"]) if row["OwnerId"] else None,
        created_at=_instant(row),
        is_gone=bool(row["IsDeleted"]),
    )


def _instant(row: Row) -> datetime | None:
    return paging.read_stamp(row["CreatedDate"]) if row["CreatedDate"] else None
