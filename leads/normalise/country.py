"""Countries as ISO 3166-1 alpha-2, from codes, English and local names, and near misspellings."""

import re
from functools import cache, lru_cache
from typing import Final

import pycountry

from leads.lead import FlawKind
from leads.normalise.country_names import ALIASES, AMBIGUOUS_NAMES
from leads.normalise.reading import AMBIGUOUS, UNREADABLE, Reading
from leads.normalise.spelling import nearest
from leads.normalise.text import plain

_IN_BRACKETS: Final = re.compile(r"\s*[(\[].*?[)\]]")
_REMEMBERED: Final = 4096


@lru_cache(_REMEMBERED)
def read_country(text: str) -> Reading[str]:
    """Answer the alpha-2 code; a misspelt name is ASSUMED, one that fits two is AMBIGUOUS."""
    table = _codes_by_name()
    for spelling in (text, _IN_BRACKETS.sub("", text)):
        codes = table.get(plain(spelling))
        if codes:
            return Reading(codes[0]) if len(codes) == 1 else AMBIGUOUS
    near = {code for name in nearest(plain(text), table) for code in table[name]}
    if not near:
        return UNREADABLE
    return Reading(near.pop(), FlawKind.ASSUMED) if len(near) == 1 else AMBIGUOUS


@cache
def _codes_by_name() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for country in pycountry.countries:
        code = country.alpha_2
        names = (getattr(country, kind, "") for kind in ("name", "official_name", "common_name"))
        table |= {plain(name): (code,) for name in names if name}
        table |= {plain(country.alpha_3): (code,)}
    for code, aliases in ALIASES.items():
        table |= {plain(alias): (code,) for alias in aliases.split(", ")}
    saints = {name: codes for name, codes in table.items() if name.startswith("saint ")}
    table |= {name.replace("saint", "st", 1): codes for name, codes in saints.items()}
    table |= {name: tuple(codes.split()) for name, codes in AMBIGUOUS_NAMES.items()}
    # Last: nothing may take a two-letter code from the country it belongs to.
    table |= {plain(country.alpha_2): (country.alpha_2,) for country in pycountry.countries}
    table.pop("", None)
    return table
