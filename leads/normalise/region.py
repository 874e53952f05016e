"""Regions of a country as ISO 3166-2, from codes, names and near misspellings."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

import pycountry

from leads.lead import FlawKind
from leads.normalise.reading import AMBIGUOUS, UNREADABLE, Reading
from leads.normalise.region_names import ALIASES
from leads.normalise.spelling import nearest
from leads.normalise.text import plain, word_set

_REMEMBERED: Final = 8192
_FULL_CODE: Final = re.compile(r"([A-Za-z]{2})[-_ ]?-[-_ ]?([A-Za-z0-9]{1,3})")
_KINDS: Final = word_set(
    "state province region county district prefecture canton territory land kanton bundesland "
    "provincia estado comunidad autonoma departamento departement regione provincie wojewodztwo "
    "sheng shi zizhiqu oblast ken fu pref of de the"
)


@lru_cache(_REMEMBERED)
def read_region(text: str, country: str | None) -> Reading[str]:
    """
    Answer the code. Without a country only a full code ("US-CA") is read: a name may be anywhere.

    A full code of another country than `country` is AMBIGUOUS: one of the two is wrong.
    """
    full = full_region_code(text)
    if full:
        return Reading(full) if country in (None, full[:2]) else AMBIGUOUS
    if country is None:
        return AMBIGUOUS
    table = _codes_by_name(country)
    name = plain(text)
    code = table.get(name) or table.get(_without_kind(name))
    if code:
        return Reading(code)
    near = {table[known] for known in nearest(name, table)}
    if not near:
        return UNREADABLE
    return Reading(near.pop(), FlawKind.ASSUMED) if len(near) == 1 else AMBIGUOUS


def full_region_code(text: str) -> str | None:
    """Answer `US-CA` for a text that is a whole code of ISO 3166-2, whatever its case."""
    parts = _FULL_CODE.fullmatch(text)
    code = f"{parts[1]}-{parts[2]}".upper() if parts else ""
    return code if code in _all_codes() else None


@cache
def _all_codes() -> frozenset[str]:
    return frozenset(subdivision.code for subdivision in pycountry.subdivisions)


@cache
def _codes_by_name(country: str) -> dict[str, str]:
    """Where one name is a region and a part of it (Madrid, Murcia), it means the whole region."""
    table: dict[str, str] = {}
    found = [part for part in pycountry.subdivisions if part.country_code == country]
    for part in sorted(found, key=lambda part: (part.parent_code is not None, part.code)):
        for name in _names(part.name):
            table.setdefault(name, part.code)
    for suffix, aliases in ALIASES.get(country, {}).items():
        table |= {plain(alias): f"{country}-{suffix}" for alias in aliases.split(", ")}
    table |= {plain(part.code[3:]): part.code for part in found}
    table.pop("", None)
    return table


def _names(listed: str) -> Iterator[str]:
    """ISO lists `A Coruña [La Coruña]`, `Madrid, Comunidad de` and `Guyane (française)`."""
    for name in re.split(r"[\[\]()]", listed):
        front, _, back = name.partition(",")
        yield from (plain(name), plain(front), plain(f"{back} {front}"), _without_kind(plain(name)))


def _without_kind(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _KINDS)
