"""Records that were merged in their CRM: two ids of one person."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, select

from leads.keys import LeadKey
from store.schema import merged_record
from store.upsert import chunks, upsert


def save(connection: Connection, crm: str, merged: Mapping[str, Iterable[str]]) -> None:
    """Keep by each record's id which others were merged into it; what is merged on, moves on."""
    rows = [
        {"crm": crm, "record_id": each, "into_id": into}
        for into, ids in merged.items()
        for each in sorted(set(ids) - {into})
    ]
    upsert(connection, merged_record, rows)


def pairs(connection: Connection, crm: str, ids: Collection[str]) -> dict[LeadKey, LeadKey]:
    """Answer what of these was merged, or merged into one of these: whose id is lost, into what."""
    found: dict[LeadKey, LeadKey] = {}
    both = select(merged_record.c.record_id, merged_record.c.into_id)
    for some in chunks(sorted(ids)):
        for side in (merged_record.c.record_id, merged_record.c.into_id):
            wanted = both.where(merged_record.c.crm == crm, side.in_(some))
            for lost, kept in connection.execute(wanted):
                found[LeadKey(crm, lost)] = LeadKey(crm, kept)
    return found


def forget(connection: Connection, key: LeadKey) -> int:
    one = merged_record.c.record_id == key.source_id
    other = merged_record.c.into_id == key.source_id
    theirs = delete(merged_record).where(merged_record.c.crm == key.source, one | other)
    return connection.execute(theirs).rowcount
