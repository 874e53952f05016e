"""Creations for people whom the CRM has already: the record that it is to look at first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select, update

from leads.delivery import Delivery, DeliveryKind
from leads.keys import LeadKey
from store.schema import delivery, link
from store.upsert import chunks


def with_records(connection: Connection, entries: Sequence[Delivery]) -> list[Delivery]:
    """Name, where an earlier lead of the person is known, the record that it became by now."""
    others = {e.known for e in entries if e.known is not None and e.known.source != e.crm}
    became = _became(connection, sorted(others)) if others else {}
    return [_as_record(each, became) for each in entries]


def _as_record(entry: Delivery, became: Mapping[tuple[LeadKey, str], str]) -> Delivery:
    if entry.known is None or entry.known.source == entry.crm:
        return entry
    record = became.get((entry.known, entry.crm))
    return replace(entry, known=LeadKey(entry.crm, record) if record else None)


def _became(connection: Connection, keys: Sequence[LeadKey]) -> dict[tuple[LeadKey, str], str]:
    found: dict[tuple[LeadKey, str], str] = {}
    for source in sorted({key.source for key in keys}):
        for some in chunks([key.source_id for key in keys if key.source == source]):
            wanted = select(link).where(link.c.source == source, link.c.source_id.in_(some))
            for row in connection.execute(wanted):
                found[LeadKey(row.source, row.source_id), row.crm] = row.record_id
    return found


def known_before(connection: Connection, entry: Delivery) -> str | None:
    """Answer what an earlier creation for the same lead knew; whatever came of that one."""
    if entry.kind is not DeliveryKind.CREATE or entry.known is not None:
        return None
    earlier = select(delivery.c.known_id).where(
        delivery.c.source == entry.lead.source,
        delivery.c.source_id == entry.lead.source_id,
        delivery.c.crm == entry.crm,
        delivery.c.known_id.is_not(None),
    )
    found: str | None = connection.execute(earlier.order_by(delivery.c.seq.desc())).scalar()
    return found


def note(connection: Connection, records: Mapping[str, str]) -> None:
    """Keep, by delivery, which record is about to be written to: it is the person's."""
    if records:
        change = update(delivery).where(delivery.c.id == bindparam("at"))
        rows = [{"at": each, "known_id": record} for each, record in sorted(records.items())]
        connection.execute(change, rows)
