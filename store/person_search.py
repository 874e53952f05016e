"""All that is stored of one person: which leads, and by what the person is known."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, false, or_, select

from leads.erasure import Subject
from leads.keys import LeadKey
from leads.lead import Lead
from leads.matching import identity_keys, person_keys
from store import codec, merges
from store.contacts import Contacts
from store.marks import is_tomb
from store.rows import LeadState
from store.running_rows import InboxState
from store.schema import crm_person, delivery, identity, inbox, lead, link, reject, twin
from store.upsert import chunks

_GOOGLE = "@gmail.com"
_NOT_PROOF = "near:"
_UNDECIDED = (LeadState.WAITING.value, LeadState.HELD.value)


@dataclass(slots=True)
class Found:
    """
    `identity` is what the person is known by; `leads` what is stored, `records` in the CRMs.

    `lost` are ids that no CRM has by themselves any more: they were merged into others.
    """

    leads: set[LeadKey] = field(default_factory=set)
    identity: set[str] = field(default_factory=set)
    records: set[LeadKey] = field(default_factory=set)
    lost: set[LeadKey] = field(default_factory=set)

    @property
    def contacts(self) -> Contacts:
        return Contacts.of(frozenset(self.identity))


def find_person(connection: Connection, subject: Subject) -> Found:
    """
    Follow whatever makes two records one person, until nothing new turns up.

    Records in the CRMs that these leads became are the person's too, whatever else became them, and
    so are raw records, set aside or not looked at yet, that name the person.
    """
    found = Found()
    if subject.lead is not None:
        found.leads.add(subject.lead)
    if subject.whole_person:
        found.identity |= person_keys(email=subject.email, phone=subject.phone, last_name=None)
        _add_alike(connection, found)
        found.leads |= set(_named_raw(connection, found.contacts))
    found.records |= _records(connection, found.leads)
    if subject.whole_person:
        found.leads |= found.records
    found.leads = {key for key in found.leads if not is_tomb(key)}
    return found


def leads_by_phone(connection: Connection, phone: str) -> list[LeadKey]:
    """List whoever has this number: colleagues may share one."""
    candidates = _read(connection, _has_phone(phone))
    return sorted(key for key, shown in candidates.items() if shown.phone == phone)


def _add_alike(connection: Connection, found: Found) -> None:
    found.leads |= _who_has(connection, found.identity)
    known, asked = set[LeadKey](), set(found.identity)
    while fresh := found.leads - known:
        known |= fresh
        found.identity |= _known_by(connection, fresh)
        found.leads |= _duplicates(connection, fresh)
        found.leads |= _records(connection, fresh) | _became(connection, fresh)
        _add_merged(connection, found, fresh)
        found.leads |= _who_has(connection, found.identity - asked)
        asked |= found.identity


def _add_merged(connection: Connection, found: Found, fresh: set[LeadKey]) -> None:
    for crm, ids in _by_source(fresh):
        merged = merges.pairs(connection, crm, ids)
        found.leads |= {*merged.keys(), *merged.values()}
        found.lost |= merged.keys()


def _known_by(connection: Connection, keys: set[LeadKey]) -> set[str]:
    """What leads are known by, whether or not they were decided yet."""
    by: set[str] = set()
    for shown in _read(connection, _is_one_of(keys)).values():
        by |= identity_keys(shown)
    for source, ids in _by_source(keys):
        wanted = identity.c.source == source, identity.c.source_id.in_(ids)
        by.update(connection.execute(select(identity.c.key).where(*wanted)).scalars())
        theirs = crm_person.c.crm == source, crm_person.c.record_id.in_(ids)
        by.update(connection.execute(select(crm_person.c.key).where(*theirs)).scalars())
    return {each for each in by if not each.startswith(_NOT_PROOF)}


def _duplicates(connection: Connection, keys: set[LeadKey]) -> set[LeadKey]:
    """Leads that were decided as one of these, and those that these were decided as."""
    found: set[LeadKey] = set()
    pair = select(lead.c.source, lead.c.source_id, lead.c.duplicate_source, lead.c.duplicate_id)
    for source, ids in _by_source(keys):
        later = (lead.c.duplicate_source == source) & lead.c.duplicate_id.in_(ids)
        earlier = (lead.c.source == source) & lead.c.source_id.in_(ids)
        for row in connection.execute(
            pair.where(lead.c.duplicate_id.is_not(None), later | earlier)
        ):
            found |= {LeadKey(row[0], row[1]), LeadKey(row[2], row[3])}
    return found


def _who_has(connection: Connection, wanted: set[str]) -> set[LeadKey]:
    found: set[LeadKey] = set()
    for some in chunks(sorted(wanted)):
        owned = select(identity.c.source, identity.c.source_id).where(identity.c.key.in_(some))
        found |= {LeadKey(*row) for row in connection.execute(owned)}
        theirs = select(crm_person.c.crm, crm_person.c.record_id)
        of_crm = connection.execute(theirs.where(crm_person.c.key.in_(some)))
        found |= {LeadKey(*row) for row in of_crm}
    candidates = _read(connection, or_(false(), *_may_have(wanted)))
    return found | {key for key, shown in candidates.items() if identity_keys(shown) & wanted}


def _may_have(wanted: set[str]) -> Iterator[ColumnElement[bool]]:
    """What was decided is known by its keys; a decision that came to nothing left none."""
    if wanted:
        yield lead.c.state.in_(_UNDECIDED)
    contacts = Contacts.of(frozenset(wanted))
    for address in contacts.emails:
        if address.endswith(_GOOGLE):
            # One mailbox has many spellings there.
            yield lead.c.email.like("%@gmail.com") | lead.c.email.like("%@googlemail.com")
        else:
            yield lead.c.email == address
    for number in contacts.numbers:
        yield _has_phone(f"+{number}")


def _has_phone(phone: str) -> ColumnElement[bool]:
    return lead.c.document.contains(f'"phone":"{phone}"', autoescape=True)


def _read(connection: Connection, condition: ColumnElement[bool]) -> dict[LeadKey, Lead]:
    wanted = select(lead.c.source, lead.c.source_id, lead.c.document).where(
        condition, lead.c.document.is_not(None)
    )
    return {
        LeadKey(row.source, row.source_id): codec.loads(row.document, Lead)
        for row in connection.execute(wanted)
    }


def _named_raw(connection: Connection, contacts: Contacts) -> Iterator[LeadKey]:
    """Raw records that nobody could read, or has read yet, and that name the person."""
    for row in connection.execute(select(reject.c.source, reject.c.source_id, reject.c.body)):
        if contacts.are_in(row.body):
            yield LeadKey(row.source, row.source_id)
    kept = select(inbox.c.source, inbox.c.payload).where(inbox.c.state != InboxState.DONE.value)
    for row in connection.execute(kept):
        for record in row.payload.get("records", ()):
            if contacts.are_in(record):
                yield LeadKey(row.source, str(record["source_id"]))


def _records(connection: Connection, keys: set[LeadKey]) -> set[LeadKey]:
    """The CRMs' records that leads became, or were given to their owners in."""
    found: set[LeadKey] = set()
    for source, ids in _by_source(keys):
        for table in (delivery, link):
            wanted = select(table.c.crm, table.c.record_id).where(
                table.c.source == source,
                table.c.source_id.in_(ids),
                table.c.record_id.is_not(None),
            )
            found |= {LeadKey(*row) for row in connection.execute(wanted)}
        found |= _copies(connection, source, ids)
    return found


def _became(connection: Connection, records: set[LeadKey]) -> set[LeadKey]:
    """Leads that became these records of a CRM, or were given to their owners in them."""
    found: set[LeadKey] = set()
    for crm, ids in _by_source(records):
        for table in (delivery, link):
            wanted = select(table.c.source, table.c.source_id).where(
                table.c.crm == crm, table.c.record_id.in_(ids)
            )
            found |= {LeadKey(*row) for row in connection.execute(wanted)}
    return found


def _copies(connection: Connection, source: str, ids: list[str]) -> set[LeadKey]:
    there = select(twin.c.other_crm, twin.c.other_id).where(
        twin.c.crm == source, twin.c.record_id.in_(ids)
    )
    here = select(twin.c.crm, twin.c.record_id).where(
        twin.c.other_crm == source, twin.c.other_id.in_(ids)
    )
    return {LeadKey(*row) for each in (there, here) for row in connection.execute(each)}


def _is_one_of(keys: set[LeadKey]) -> ColumnElement[bool]:
    each = [
        (lead.c.source == source) & lead.c.source_id.in_(ids) for source, ids in _by_source(keys)
    ]
    return or_(false(), *each)


def _by_source(keys: set[LeadKey]) -> Iterator[tuple[str, list[str]]]:
    for source in sorted({key.source for key in keys}):
        yield source, sorted(key.source_id for key in keys if key.source == source)
