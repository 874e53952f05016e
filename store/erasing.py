"""Erasing a person from every table, in one transaction."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, tuple_, update

from leads.erasure import Erasure, Subject
from leads.keys import LeadKey
from store.entombing import Tomb, entomb
from store.inbox import forget
from store.marks import Marker, find_marks, leave_marks
from store.person_search import Found, find_person
from store.rows import LeadState
from store.schema import erasure, lead
from store.upsert import chunks


def erase(connection: Connection, subject: Subject, asked_by: str, now: datetime) -> Erasure:
    """
    Erase, leave marks, and one row that says that it was done and nothing of whom.

    Safe to repeat. A person of whom nothing was stored is marked too: what a source shows later of
    the time before is not taken in.
    """
    found = find_person(connection, subject)
    marker = Marker.made(connection)
    hashes = {marker.of_lead(key) for key in found.leads}
    hashes |= {marker.of_person(each) for each in found.identity}
    earlier = find_marks(connection, hashes)
    number = _audit(connection, asked_by, now)
    leave_marks(connection, hashes, number, now)
    never_leads = _never_leads(connection, found.leads)
    rows, stored, owed = _entomb_all(connection, found.leads, marker, now)
    rows["inbox"] = forget(connection, found.leads, found.contacts, now)
    if hashes <= earlier.keys() and not rows.total():
        connection.execute(delete(erasure).where(erasure.c.id == number))
    else:
        _count(connection, number, stored, rows)
    return Erasure(
        at=now,
        leads=tuple(stored),
        rows={table: count for table, count in sorted(rows.items()) if count},
        records=_left(found, subject),
        before=min((mark.erased_at for mark in earlier.values()), default=None),
        never_leads=never_leads,
        owed=tuple(owed),
    )


def _never_leads(connection: Connection, keys: Iterable[LeadKey]) -> frozenset[LeadKey]:
    ignored = select(lead.c.source, lead.c.source_id).where(lead.c.state == LeadState.IGNORED.value)
    found: set[LeadKey] = set()
    for some in chunks(sorted(keys)):
        named = tuple_(lead.c.source, lead.c.source_id).in_([(k.source, k.source_id) for k in some])
        found |= {LeadKey(*row) for row in connection.execute(ignored.where(named))}
    return frozenset(found)


def _entomb_all(
    connection: Connection, keys: Iterable[LeadKey], marker: Marker, now: datetime
) -> tuple[Counter[str], list[LeadKey], list[tuple[str, str]]]:
    """Answer the rows by table, which leads were stored at all, and what a CRM may have."""
    rows = Counter[str]()
    stored: list[LeadKey] = []
    owed: list[tuple[str, str]] = []
    for key in sorted(keys):
        emptied = entomb(connection, key, Tomb(marker.tomb(key), now))
        rows += emptied.rows
        owed += emptied.owed
        if emptied.rows["lead"]:
            stored.append(key)
    return rows, stored, owed


def _audit(connection: Connection, asked_by: str, now: datetime) -> int:
    row = {"erased_at": now, "asked_by": asked_by, "leads": {}, "rows": {}}
    added = insert(erasure).values(row).returning(erasure.c.id)
    return int(connection.execute(added).scalar_one())


def _count(
    connection: Connection, number: int, stored: Iterable[LeadKey], rows: Counter[str]
) -> None:
    leads = Counter(key.source for key in stored)
    counted = update(erasure).where(erasure.c.id == number)
    connection.execute(counted.values(leads=dict(leads), rows=dict(+rows)))


def _left(found: Found, subject: Subject) -> tuple[LeadKey, ...]:
    """What the vendors still have: a lead that its vendor told us of is gone there."""
    told = set() if subject.whole_person else {subject.lead}
    return tuple(sorted((found.leads | found.records) - told - found.lost))
