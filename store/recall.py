"""Knowing an erased person's records when a source shows them again: they stay erased."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from leads.keys import LeadKey
from leads.lead import Lead
from leads.matching import identity_keys
from leads.record import CrmPerson
from leads.sighting import IgnoreReason, Sighting, Verdict
from store.entombing import Tomb, entomb
from store.marks import Mark, Marker, find_marks, leave_marks


def without_erased(
    connection: Connection, shown: Sequence[Sighting], now: datetime
) -> list[Sighting]:
    """
    Put in place of an erased person's record one that says so, and nothing else.

    A record is known by its key; or by its person, when it is of the time before the erasure: what
    a person sends of themselves afterwards is a new lead.
    """
    marker = Marker.of(connection)
    if marker is None:
        return list(shown)
    marks = find_marks(connection, (h for each in shown for h in _hashes(marker, each)))
    return [_masked(connection, each, marker, marks, now) for each in shown]


def people_not_erased(
    connection: Connection, crm: str, people: Sequence[CrmPerson]
) -> list[CrmPerson]:
    """Leave out whose record was erased, or whose person was since the record was made."""
    marker = Marker.of(connection)
    if marker is None:
        return list(people)
    by_record = {each.record_id: marker.of_lead(LeadKey(crm, each.record_id)) for each in people}
    by_key = {key: marker.of_person(key) for each in people for key in each.keys}
    marks = find_marks(connection, [*by_record.values(), *by_key.values()])

    def is_gone(each: CrmPerson) -> bool:
        found = (marks.get(by_key[key]) for key in each.keys)
        since = (mark.erased_at for mark in found if mark)
        is_theirs = any(each.created_at is None or each.created_at <= at for at in since)
        return is_theirs or by_record[each.record_id] in marks

    return [each for each in people if not is_gone(each)]


def leads_not_erased(connection: Connection, leads: Sequence[Lead]) -> set[LeadKey]:
    """Answer whose record was not erased, nor whose person was since the record was made."""
    marker = Marker.of(connection)
    if marker is None:
        return {each.key for each in leads}
    hashes = {each.key: marker.of_lead(each.key) for each in leads}
    people = (marker.of_person(key) for each in leads for key in identity_keys(each))
    marks = find_marks(connection, [*hashes.values(), *people])
    return {
        each.key
        for each in leads
        if hashes[each.key] not in marks and _of_erased(marker, each, marks) is None
    }


def is_erased(shown: Sighting) -> bool:
    return shown.verdict is Verdict.IGNORED and shown.reason == IgnoreReason.ERASED


def _hashes(marker: Marker, shown: Sighting) -> list[str]:
    return [marker.of_lead(shown.key), *_of_person(marker, shown)]


def _of_person(marker: Marker, shown: Sighting) -> list[str]:
    return [marker.of_person(each) for each in identity_keys(shown.lead)] if shown.lead else []


def _of_erased(marker: Marker, lead: Lead, marks: dict[str, Mark]) -> Mark | None:
    """Find the erasure of whoever sent this before it."""
    hashes = (marker.of_person(each) for each in identity_keys(lead))
    found = (marks[each] for each in hashes if each in marks)
    return next((mark for mark in found if lead.created_at <= mark.erased_at), None)


def _masked(
    connection: Connection, shown: Sighting, marker: Marker, marks: dict[str, Mark], now: datetime
) -> Sighting:
    own = marker.of_lead(shown.key)
    tomb = marker.tomb(shown.key)
    if own not in marks:
        by_person = _of_erased(marker, shown.lead, marks) if shown.lead else None
        if by_person is None:
            return shown
        leave_marks(connection, [own], by_person.erasure, by_person.erased_at)
        entomb(connection, shown.key, Tomb(tomb, now))
    return _nobody(tomb)


def _nobody(tomb: LeadKey) -> Sighting:
    return Sighting(
        key=tomb, version="", verdict=Verdict.IGNORED, body={}, reason=IgnoreReason.ERASED
    )
