"""Countries and regions by their names, for systems that do not take ISO codes."""

import re
from functools import cache
from typing import Final

import pycountry

_KINDS: Final = ("common_name", "name", "official_name")
_BRACKETS: Final = re.compile(r"[\[\]()]")


def country_names(code: str) -> tuple[str, ...]:
    """Answer the names of an ISO 3166-1 code, the everyday one first; none for no such code."""
    known = pycountry.countries.get(alpha_2=code)
    found = (getattr(known, kind, None) for kind in _KINDS)
    return tuple(dict.fromkeys(name for name in found if name))


def region_names(code: str) -> tuple[str, ...]:
    """Answer the names of an ISO 3166-2 code, where `A Coruña [La Coruña]` stands for two."""
    found: list[str] = []
    for listed in _BRACKETS.split(_regions().get(code, "")):
        front, _, kind = listed.partition(", ")
        found += [front, f"{kind} {front}"] if kind else [front]
    return tuple(dict.fromkeys(name for name in map(str.strip, found) if name))


@cache
def _regions() -> dict[str, str]:
    return {part.code: part.name for part in pycountry.subdivisions}
