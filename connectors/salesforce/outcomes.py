"""What came of leads: conversions, and their opportunities won and lost."""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from heapq import merge
from typing import Any

from connectors.salesforce import paging, soql
from connectors.salesforce.client import Row, SalesforceClient
from connectors.salesforce.paging import read_stamp
from connectors.salesforce.settings import SalesforceSettings
from leads.activity import Outcome, OutcomeKind
from leads.errors import ContractError
from leads.keys import CrmOwnerId

_LEAD_FIELDS = (
    "Id",
    "OwnerId",
    "Status",
    "IsConverted",
    "ConvertedDate",
    "ConvertedOpportunityId",
    "LastModifiedDate",
    "SystemModstamp",
)
_DEAL_FIELDS = (
    "Id",
    "OwnerId",
    "IsWon",
    "Amount",
    "CloseDate",
    "LastModifiedDate",
    "SystemModstamp",
)
_CURRENCY = "CurrencyIsoCode"
_IDS_AT_ONCE = 200


class Outcomes:
    """Amounts are in the org's one currency, and named only where an org has several."""

    def __init__(self, client: SalesforceClient, settings: SalesforceSettings) -> None:
        self._client, self._settings = client, settings
        self._deal_fields: tuple[str, ...] | None = None
        self._lock = threading.Lock()

    def read(self, since: datetime) -> Iterator[Outcome]:
        start = since - timedelta(seconds=self._settings.overlap_seconds)
        parts = [self._of_leads(start)]
        if self._deals():
            parts.append(self._of_deals(start))
        yield from merge(*parts, key=lambda outcome: outcome.recorded_at)

    def _of_leads(self, start: datetime) -> Iterator[Outcome]:
        deal = [f"ConvertedOpportunity.{f}" for f in self._deals() if f in ("Amount", _CURRENCY)]
        for rows in self._pages("Lead", (*_LEAD_FIELDS, *deal), (), start):
            for row in rows:
                if row["IsConverted"]:
                    yield _converted(row)
                elif (row["Status"] or "").startswith(self._settings.closed_statuses):
                    yield _lost(row)

    def _of_deals(self, start: datetime) -> Iterator[Outcome]:
        for rows in self._pages("Opportunity", self._deals(), ("IsClosed = true",), start):
            leads = self._leads_of([row["Id"] for row in rows])
            for row in rows:
                for lead in leads.get(row["Id"], ()):
                    yield _closed(row, lead)

    def _pages(
        self, entity: str, fields: Sequence[str], conditions: Sequence[str], start: datetime
    ) -> Iterator[list[Row]]:
        return paging.changes(
            self._client,
            f"read outcomes of {entity}",
            fields,
            conditions=conditions,
            since=start,
            overlap=0,
            page_size=self._settings.page_size,
            entity=entity,
        )

    def _leads_of(self, deals: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for start in range(0, len(deals), _IDS_AT_ONCE):
            some = soql.quoted(deals[start : start + _IDS_AT_ONCE])
            text = (
                "SELECT Id, ConvertedOpportunityId FROM Lead"  # noqa: S608  (quoted)
                f" WHERE ConvertedOpportunityId IN {some}"
            )
            for row in self._client.repeat_rows("read leads of opportunities", text):
                found.setdefault(row["ConvertedOpportunityId"], []).append(row["Id"])
        return found

    def _deals(self) -> tuple[str, ...]:
        """Answer what to ask of opportunities; nothing where they are hidden from us."""
        with self._lock:
            if self._deal_fields is None:
                known = self._described()
                wanted = (*_DEAL_FIELDS, _CURRENCY)
                self._deal_fields = tuple(name for name in wanted if name in known)
            return self._deal_fields

    def _described(self) -> frozenset[str]:
        try:
            answer: Any = self._client.ask(
                "describe Opportunity", lambda api: api.restful("sobjects/Opportunity/describe")
            )
        except ContractError:
            return frozenset()
        return frozenset(field["name"] for field in answer["fields"])


def _converted(row: Row) -> Outcome:
    deal: Row = row.get("ConvertedOpportunity") or {}
    return Outcome(
        record_id=row["Id"],
        at=_moment(row["ConvertedDate"], row["LastModifiedDate"]),
        kind=OutcomeKind.CONVERTED,
        evidence=row["ConvertedOpportunityId"] or row["Id"],
        recorded_at=read_stamp(row["SystemModstamp"]),
        owner=CrmOwnerId(row["OwnerId"]),
        amount=_amount(deal.get("Amount")),
        currency=deal.get(_CURRENCY),
    )


def _lost(row: Row) -> Outcome:
    return Outcome(
        record_id=row["Id"],
        at=read_stamp(row["LastModifiedDate"]),
        kind=OutcomeKind.LOST,
        evidence=row["Id"],
        recorded_at=read_stamp(row["SystemModstamp"]),
        owner=CrmOwnerId(row["OwnerId"]),
    )


def _closed(row: Row, lead: str) -> Outcome:
    return Outcome(
        record_id=lead,
        at=_moment(row["CloseDate"], row["LastModifiedDate"]),
        kind=OutcomeKind.WON if row["IsWon"] else OutcomeKind.LOST,
        evidence=row["Id"],
        recorded_at=read_stamp(row["SystemModstamp"]),
        owner=CrmOwnerId(row["OwnerId"]),
        amount=_amount(row.get("Amount")),
        currency=row.get(_CURRENCY),
    )


def _moment(day: str | None, changed: str) -> datetime:
    """
    Salesforce gives the day alone; the last change tells the time if it fell on that day.

    Else noon: within half a day of the truth, in whatever time zone the day was meant.
    """
    stamp = read_stamp(changed).astimezone(UTC)
    if day is None or stamp.date().isoformat() == day:
        return stamp
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
