"""Who has a person already: of all records that share a key with a lead, the one that counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from leads.likeness import likeness_of_people
from leads.matches import MatchSettings, SameBy, SamePerson
from leads.matching import told_by
from leads.quick import quick

_TOLD_AT_MOST: Final = 3
_FOUND: Final = frozenset({SameBy.EMAIL, SameBy.PHONE})
"""By what a CRM is searched before a record is created: a name at a company may be two people."""


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRecord:
    """
    A record that shares the identity `key` with a lead. `order` parts those of one instant.

    `read` is what it says, where the key alone does not prove that it is the same person. From each
    of `handed_back` the record was taken back, so they are to have nothing more of this person.
    `is_found`: its CRM looks among records of this kind before it creates one.
    """

    record: LeadKey
    owner: OwnerId
    since: datetime
    key: str
    order: int = 0
    in_crm: bool = False
    read: Lead | None = None
    handed_back: frozenset[OwnerId] = frozenset()
    is_found: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    known: KnownRecord
    by: SameBy
    likeness: float | None


def first_record(
    lead: Lead, known: Iterable[KnownRecord], settings: MatchSettings
) -> SamePerson | None:
    """
    Answer who has the person: by the first evidence of `settings.same_person`, then the earliest.

    Records of one instant count in the order they were recorded, then by their keys. A record whose
    owner handed another one of the person back does not count: the person would be split.
    """
    found = sorted(_found(lead, known, settings), key=lambda one: _rank(one, settings))
    first = next((one for one in found if _given_up(one, found) is None), None)
    if first is None:
        return None
    findable = _findable(found)
    return SamePerson(
        record=first.known.record,
        owner=first.known.owner,
        by=first.by,
        in_crm=first.known.in_crm,
        likeness=first.likeness,
        passed_over=tuple(_passed_over(first, found))[:_TOLD_AT_MOST],
        asks_skills=True,
        crm_finds=any(each.source == first.known.record.source for each in findable),
        found=findable,
    )


def _findable(found: Iterable[_Found]) -> tuple[LeadKey, ...]:
    first: dict[str, LeadKey] = {}
    for one in found:
        if one.by in _FOUND and one.known.is_found:
            first.setdefault(one.known.record.source, one.known.record)
    return tuple(first.values())


def _found(lead: Lead, known: Iterable[KnownRecord], settings: MatchSettings) -> Iterator[_Found]:
    for each in known:
        by = told_by(each.key)
        if each.record == lead.key or by not in settings.same_person:
            continue
        if by is not SameBy.SIMILAR:
            yield _Found(known=each, by=by, likeness=None)
        elif each.read is not None:
            likeness = likeness_of_people(lead, each.read)
            if likeness >= settings.alike_people:
                yield _Found(known=each, by=by, likeness=likeness)


def _rank(one: _Found, settings: MatchSettings) -> tuple[int, float, datetime, int, LeadKey]:
    known = one.known
    place = settings.same_person.index(one.by)
    return place, -(one.likeness or 0.0), known.since, known.order, known.record


def _given_up(one: _Found, found: Iterable[_Found]) -> LeadKey | None:
    """Answer which of the person's records its owner handed back and somebody else has now."""
    owner = one.known.owner
    return next(
        (
            other.known.record
            for other in found
            if owner in other.known.handed_back and owner != other.known.owner
        ),
        None,
    )


def _passed_over(first: _Found, found: Sequence[_Found]) -> Iterator[str]:
    """Say why other owners do not count: each owner once."""
    told = {first.known.owner}
    for one in found:
        if one.known.owner not in told:
            told.add(one.known.owner)
            yield f"{one.known.record} of {one.known.owner}: {_why_not(one, first, found)}"


def _why_not(one: _Found, first: _Found, found: Sequence[_Found]) -> str:
    if given_up := _given_up(one, found):
        return f"{given_up} was taken back from them"
    if one.by is not first.by:
        return f"{first.by.replace('_', ' ')} counts before {one.by.replace('_', ' ')}"
    if one.likeness != first.likeness:
        return "it is less alike"
    return "it became theirs later"
