"""What came of contacts: stages they reached, deals won and lost, and who owned them when."""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from connectors.hubspot.client import HubSpotClient, Json
from connectors.hubspot.history import PROGRAMS, histories
from connectors.hubspot.kinds import CONTACTS, IntakeObject
from connectors.hubspot.links import linked, records_of
from connectors.hubspot.mapping import OWNER, moment
from connectors.hubspot.paging import Changes
from connectors.hubspot.settings import HubSpotSettings
from leads.activity import Outcome, OutcomeKind, OwnerShift
from leads.keys import CrmOwnerId

_STAGE = "lifecyclestage"
_DEAL = (
    *("amount", "deal_currency_code", "closedate", "dealstage", OWNER),
    *("hs_is_closed", "hs_is_closed_won", "hs_lastmodifieddate"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """A contact is converted when it first reaches one of `converted_lifecycle`."""

    client: HubSpotClient
    settings: HubSpotSettings
    kind: IntakeObject = CONTACTS

    def since(self, at: datetime) -> Iterator[Outcome]:
        start = at - timedelta(seconds=self.settings.look_back_seconds)
        streams = (self._deals(start), self._conversions(start))
        return heapq.merge(*streams, key=lambda outcome: outcome.recorded_at)

    def _deals(self, start: datetime) -> Iterator[Outcome]:
        changes = Changes(
            self.client,
            "deals",
            "read closed deals",
            properties=_DEAL,
            page_size=self.settings.page_size,
            filters=[{"propertyName": "hs_is_closed", "operator": "EQ", "value": "true"}],
        )
        for page in changes.since(start):
            records = records_of(self.client, "deals", [d["id"] for d in page], self.kind)
            for deal in page:
                for record in records.get(deal["id"], ()):
                    yield self._of_deal(deal, record)

    def _of_deal(self, deal: Json, record: str) -> Outcome:
        properties = deal["properties"]
        recorded = moment(properties["hs_lastmodifieddate"])
        closed = properties.get("closedate")
        amount = _decimal(properties.get("amount"))
        currency = properties.get("deal_currency_code") or None
        if amount is not None and currency is None:
            currency = self.client.company_currency()  # a portal with one currency names none
        is_won = properties.get("hs_is_closed_won") == "true"
        return Outcome(
            record_id=record,
            at=moment(closed) if closed else recorded,
            kind=OutcomeKind.WON if is_won else OutcomeKind.LOST,
            evidence=deal["id"],
            recorded_at=recorded,
            owner=_owner(properties.get(OWNER)),
            amount=amount,
            currency=currency if amount is not None else None,
        )

    def _conversions(self, start: datetime) -> Iterator[Outcome]:
        converted = self.settings.converted_lifecycle
        changes = Changes(
            self.client,
            "contacts",
            "read lifecycle stages",
            properties=(_STAGE, OWNER, "lastmodifieddate"),
            page_size=self.settings.page_size,
            filters=[{"propertyName": _STAGE, "operator": "IN", "values": list(converted)}],
        )
        for page in changes.since(start):
            known = {contact["id"]: contact["properties"] for contact in page}
            reached: dict[str, datetime] = {}
            for contact, entries in histories(self.client, "contacts", _STAGE, list(known)):
                at = next((e.at for e in entries if e.value in converted), None)
                if at and at >= start and contact in known:
                    reached[contact] = at
            for contact, records in self._records(list(reached)).items():
                for record in records:
                    yield _converted(record, contact, reached[contact], known[contact])

    def _records(self, contacts: Sequence[str]) -> Mapping[str, Sequence[str]]:
        if self.kind is CONTACTS or not contacts:
            return {contact: [contact] for contact in contacts}
        return linked(self.client, CONTACTS.name, self.kind.name, contacts)


def _converted(record: str, contact: str, at: datetime, known: Mapping[str, str | None]) -> Outcome:
    return Outcome(
        record_id=record,
        at=at,
        kind=OutcomeKind.CONVERTED,
        evidence=contact,
        recorded_at=moment(str(known["lastmodifieddate"])),
        owner=_owner(known.get(OWNER)),
    )


def owner_shifts(
    client: HubSpotClient, kind: str, record_ids: Sequence[str]
) -> Iterator[OwnerShift]:
    shifts: list[OwnerShift] = []
    ids = [i for i in record_ids if i.isdecimal()]
    for record, entries in histories(client, kind, OWNER, ids):
        before: CrmOwnerId | None = None
        for entry in entries:
            after = _owner(entry.value)
            if after != before:
                shifts.append(
                    OwnerShift(
                        record_id=record,
                        at=entry.at,
                        before=before,
                        after=after,
                        by=entry.user or entry.source_id or None,
                        by_us=entry.source in PROGRAMS and entry.user is None,
                    )
                )
            before = after
    yield from sorted(shifts, key=lambda shift: shift.at)


def _owner(value: object) -> CrmOwnerId | None:
    return CrmOwnerId(str(value)) if value else None


def _decimal(text: object) -> Decimal | None:
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
