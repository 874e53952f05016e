"""Currencies as ISO 4217, from codes, names and the signs several countries share."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

import pycountry

from leads.lead import FlawKind
from leads.normalise.reading import AMBIGUOUS, UNREADABLE, Reading
from leads.normalise.text import fold, plain

_DOLLARS: Final[Mapping[str, str]] = {
    "US": "USD", "EC": "USD", "SV": "USD", "PA": "USD", "PR": "USD", "CA": "CAD", "AU": "AUD",
    "NZ": "NZD", "SG": "SGD", "HK": "HKD", "TW": "TWD", "MX": "MXN", "AR": "ARS", "CL": "CLP",
    "CO": "COP", "UY": "UYU", "JM": "JMD", "TT": "TTD",
}  # fmt: skip
_KRONOR: Final[Mapping[str, str]] = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"}
_RUPEES: Final[Mapping[str, str]] = {
    "IN": "INR",
    "PK": "PKR",
    "LK": "LKR",
    "NP": "NPR",
    "MU": "MUR",
}
_YEN: Final[Mapping[str, str]] = {"JP": "JPY", "CN": "CNY"}
_POUNDS: Final[Mapping[str, str]] = {
    "GB": "GBP",
    "EG": "EGP",
    "IM": "GBP",
    "JE": "GBP",
    "GG": "GBP",
}
_SHARED: Final[Mapping[str, Mapping[str, str]]] = {
    "$": _DOLLARS, "dollar": _DOLLARS, "dollars": _DOLLARS, "kr": _KRONOR, "kr.": _KRONOR,
    "rs": _RUPEES, "rs.": _RUPEES, "¥": _YEN, "pound": _POUNDS, "pounds": _POUNDS,
}  # fmt: skip
_OWN: Final[Mapping[str, str]] = {
    "us$": "USD", "ca$": "CAD", "c$": "CAD", "au$": "AUD", "a$": "AUD", "nz$": "NZD", "hk$": "HKD",
    "nt$": "TWD", "mx$": "MXN", "r$": "BRL", "s$": "SGD", "€": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "₹": "INR", "₩": "KRW", "₪": "ILS", "₺": "TRY", "₽": "RUB", "₫": "VND", "฿": "THB",
    "₴": "UAH", "₦": "NGN", "₱": "PHP", "zł": "PLN", "kč": "CZK", "ft": "HUF", "fr.": "CHF",
    "sfr": "CHF", "rmb": "CNY", "yuan": "CNY", "yen": "JPY", "us dollar": "USD",
    "us dollars": "USD", "円": "JPY", "元": "CNY",
}  # fmt: skip


def read_currency(text: str, country: str | None) -> Reading[str]:
    """Answer the code for a code, a name or a sign; `country` settles a shared sign (ASSUMED)."""
    possible = _by_name().get(fold(text)) or _by_name().get(plain(text))
    return settle(possible, country) if possible else UNREADABLE


def settle(possible: frozenset[str], country: str | None) -> Reading[str]:
    """Answer the one currency of `possible`, or the one that is `country`'s (ASSUMED)."""
    if len(possible) == 1:
        return Reading(next(iter(possible)))
    families = (_DOLLARS, _KRONOR, _RUPEES, _YEN, _POUNDS)
    local = {family[country] for family in families if country and country in family} & possible
    return Reading(local.pop(), FlawKind.ASSUMED) if len(local) == 1 else AMBIGUOUS


@lru_cache(4096)
def take_marks(folded: str) -> tuple[str, frozenset[str] | None]:
    """
    Take the currency signs and words out of an amount; answer what is left and what they allow.

    None when there was no mark; an empty set when two marks contradict each other.
    """
    possible: frozenset[str] | None = None
    for mark in _marks().findall(folded):
        allowed = _by_name()[mark]
        possible = allowed if possible is None else possible & allowed
    return " ".join(_marks().sub(" ", folded).split()), possible


@cache
def _by_name() -> dict[str, frozenset[str]]:
    table = {mark: frozenset({code}) for mark, code in _OWN.items()}
    table |= {mark: frozenset(codes.values()) for mark, codes in _SHARED.items()}
    for currency in pycountry.currencies:
        code = frozenset({currency.alpha_3})
        table[currency.alpha_3.lower()] = code
        table.setdefault(plain(currency.name), code)
    return table


@cache
def _marks() -> re.Pattern[str]:
    """Match marks longest first; a mark of letters must not be part of a longer word."""
    short = (mark for mark in _by_name() if " " not in mark or mark.startswith("us "))
    ranked = sorted(short, key=lambda mark: (-len(mark), mark))
    return re.compile(
        "|".join(
            rf"(?<![^\W\d]){re.escape(mark)}(?![^\W\d])" if mark[0].isalpha() else re.escape(mark)
            for mark in ranked
        )
    )
