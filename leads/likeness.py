"""How alike two people are whose records share no address and no number: name, place, company."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from rapidfuzz.distance import OSA

from leads.lead import Lead
from leads.matching import company_key
from leads.normalise.text import plain

_NAME: Final = 3.0
_CITY: Final = 2.0
_POSTAL_CODE: Final = 2.0
_COMPANY: Final = 3.0
_REGION: Final = 0.5
_LEAST: Final = _NAME + _CITY
"""A name and less than a city in common proves nothing, however alike the names are."""
_LEAST_NAME: Final = 0.5
"""Neighbours share a town, a postal code and a state: below this they are only neighbours."""


def near_keys(lead: Lead) -> frozenset[str]:
    """
    Answer keys of which people who are alike share one, so that only few need comparing.

    Each is made of two things the record says: slips in one of them leave a key that lacks it.
    """
    first, last = _names(lead)
    places = [plain(part or "") for part in (lead.city, lead.postal_code)]
    parts = [first, last, *places, company_key(lead.company or "")]
    said = {part for part in parts if part}
    return frozenset(f"near:{'|'.join(pair)}" for pair in combinations(sorted(said), 2))


def likeness_of_people(one: Lead, other: Lead) -> float:
    """
    Answer between 0 and 1 how much of what both records say agrees; 0 where that is too little.

    Given name and surname may be swapped. What only one of them says counts for nothing.
    """
    compared = list(_compared(one, other))
    if not compared or compared[0][1] < _LEAST_NAME:
        return 0.0
    weight = sum(each for each, _ in compared)
    if weight < _LEAST:
        return 0.0
    return sum(each * likeness for each, likeness in compared) / weight


def _compared(one: Lead, other: Lead) -> Iterator[tuple[float, float]]:
    names = _names(one), _names(other)
    if not (any(names[0]) and any(names[1])):
        return
    yield _NAME, _alike_names(*names)
    for weight, field in ((_CITY, "city"), (_POSTAL_CODE, "postal_code"), (_REGION, "region")):
        mine, theirs = plain(getattr(one, field) or ""), plain(getattr(other, field) or "")
        if mine and theirs:
            yield weight, OSA.normalized_similarity(mine, theirs)
    mine, theirs = company_key(one.company or ""), company_key(other.company or "")
    if mine and theirs:
        yield _COMPANY, OSA.normalized_similarity(mine, theirs)


def _names(lead: Lead) -> tuple[str, str]:
    return plain(lead.first_name or ""), plain(lead.last_name or "")


def _alike_names(one: tuple[str, str], other: tuple[str, str]) -> float:
    return max(_alike(one, other), _alike(one, other[::-1]))


def _alike(one: tuple[str, str], other: tuple[str, str]) -> float:
    known = [(a, b) for a, b in zip(one, other, strict=True) if a and b]
    return sum(OSA.normalized_similarity(a, b) for a, b in known) / len(known) if known else 0.0
