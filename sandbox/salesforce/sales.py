"""What becomes of a lead that somebody works: meetings, a conversion, an opportunity."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.salesforce.lead_book import audit
from sandbox.salesforce.records import Records
from sandbox.salesforce.soql.dates import wire_datetime

_FIRST_STAGE = "Prospecting"
_QUARTER = timedelta(days=90)
_TAKEN_OVER = ("Name", "FirstName", "LastName", "Email", "Phone", "MobilePhone")


class Sales:
    """Writes the objects around the lead. Callers hold the org's lock."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        self._records, self._now = records, now

    def meet(self, lead_id: str, *, by: str, start: datetime, end: datetime) -> str:
        event = {
            "WhoId": lead_id,
            "OwnerId": by,
            "Subject": "Meeting",
            "StartDateTime": wire_datetime(start),
            "EndDateTime": wire_datetime(end),
        }
        return self._insert("Event", event, by)

    def convert(self, lead_id: str, *, by: str, amount: float | None) -> dict[str, str]:
        """Answer the lead's new references. Its activities move on to the contact."""
        lead = self._records.of("Lead")[lead_id]
        owner = lead["OwnerId"] if lead["OwnerId"].startswith("005") else by
        account = self._insert("Account", {"Name": lead["Company"], "OwnerId": owner}, by)
        person = {name: lead[name] for name in _TAKEN_OVER}
        contact = self._insert("Contact", {**person, "AccountId": account, "OwnerId": owner}, by)
        opportunity = {
            "Name": lead["Company"],
            "AccountId": account,
            "OwnerId": owner,
            "StageName": _FIRST_STAGE,
            "Amount": amount,
            "CloseDate": (self._now() + _QUARTER).date().isoformat(),
            "IsClosed": False,
            "IsWon": False,
        }
        for entity in ("Task", "Event"):
            for row in list(self._records.of(entity).values()):
                if row["WhoId"] == lead_id:
                    # Who did it and when are kept, and yet the record has changed.
                    moved = {"WhoId": contact, "WhatId": account, "SystemModstamp": self._wire()}
                    self._records.change(entity, row["Id"], moved)
        return {
            "ConvertedAccountId": account,
            "ConvertedContactId": contact,
            "ConvertedOpportunityId": self._insert("Opportunity", opportunity, by),
        }

    def add(self, entity: str, fields: Mapping[str, Any], *, by: str, at: datetime | None) -> str:
        """Put an account or a contact there, as it was made at `at`."""
        stamps = audit(wire_datetime(at or self._now()), by)
        row = {"IsDeleted": False, "OwnerId": by, **stamps, **fields}
        return str(self._records.insert(entity, row)["Id"])

    def change(self, entity: str, record_id: str, fields: Mapping[str, Any]) -> None:
        """Edit an account or a contact, or delete it."""
        self._records.change(entity, record_id, {"SystemModstamp": self._wire(), **fields})

    def close(self, opportunity_id: str, *, won: bool, by: str, fields: Mapping[str, Any]) -> None:
        now = self._now()
        changes = {
            "StageName": "Closed Won" if won else "Closed Lost",
            "IsClosed": True,
            "IsWon": won,
            "CloseDate": now.date().isoformat(),
            "LastModifiedDate": wire_datetime(now),
            "LastModifiedById": by,
            "SystemModstamp": wire_datetime(now),
        }
        self._records.change("Opportunity", opportunity_id, {**changes, **fields})

    def _insert(self, entity: str, fields: Mapping[str, Any], by: str) -> str:
        row = {"IsDeleted": False, **fields, **audit(self._wire(), by)}
        return str(self._records.insert(entity, row)["Id"])

    def _wire(self) -> str:
        return wire_datetime(self._now())
