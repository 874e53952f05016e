"""People who might buy: drawn one by one, no two with the same e-mail address or number."""

import random
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.world.chance import fill, happens, sometimes
from sandbox.world.companies import company_name
from sandbox.world.contacts import phone_tail
from sandbox.world.countries import BY_CODE, COUNTRIES, Country
from sandbox.world.people import NAMES
from sandbox.world.places import PLACES, Place
from sandbox.world.work import HEADCOUNTS, INDUSTRIES, PRODUCTS, TITLES_BY_LANGUAGE

_NOT_FOLDED = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L", "å": "a", "Å": "A"}
)
_PRIVATE_DOMAINS = ("example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """
    One person, before any form was filled in. None is a field left blank.

    `phone` is written as at home or as abroad; `other_phone` is the same number the other way.
    """

    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    other_phone: str | None
    company: str | None
    website: str | None
    job_title: str | None
    country: Country
    country_text: str | None
    place: Place
    city: str | None
    postal_code: str | None
    industry: str | None
    employees: int | None
    product: str | None


class Casting:
    """Draws people. The first ones come from every country once, the others by weight."""

    def __init__(self, rng: random.Random, known: Iterable[str] = ()) -> None:
        """`known`: contact keys of people who are there already."""
        self._rng = rng
        self._known = set(known)
        self._countries = self._draw_countries()

    def draw(self, country_code: str | None = None) -> Prospect:
        """Answer somebody new, with an e-mail address or a number or both."""
        rng = self._rng
        country = BY_CODE[country_code] if country_code else next(self._countries)
        place = rng.choice(PLACES[country.code])
        names = NAMES[country.names]
        first, first_latin = _in_both_scripts(rng, rng.choice(names.given))
        last, last_latin = _in_both_scripts(rng, rng.choice(names.family))
        company = company_name(rng, country)
        phone = None if happens(rng, 0.18) else self._phone(country, place)
        # A number without "+" may not be readable, and then the address is all there is.
        has_email = not (phone and phone[0].startswith("+") and happens(rng, 0.15))
        domain = _company_domain(company)
        return Prospect(
            first_name=first,
            last_name=last,
            email=self._email(first_latin, last_latin, domain) if has_email else None,
            phone=phone[0] if phone else None,
            other_phone=phone[1] if phone else None,
            company=sometimes(rng, 0.95, company),
            website=sometimes(rng, 0.3, f"https://www.{domain}"),
            job_title=sometimes(rng, 0.8, rng.choice(_titles(country))),
            country=country,
            country_text=sometimes(rng, 0.93, rng.choice(country.spellings)),
            place=place,
            city=sometimes(rng, 0.85, place.city),
            postal_code=sometimes(rng, 0.7, fill(rng, place.postal)[0] or None),
            industry=sometimes(rng, 0.8, rng.choice(INDUSTRIES)),
            employees=sometimes(rng, 0.8, rng.choice(HEADCOUNTS)),
            product=sometimes(rng, 0.75, rng.choice(PRODUCTS)),
        )

    def _draw_countries(self) -> Iterator[Country]:
        yield from self._rng.sample(COUNTRIES, len(COUNTRIES))
        weights = [country.weight for country in COUNTRIES]
        while True:
            yield from self._rng.choices(COUNTRIES, weights, k=50)

    def _email(self, first: str, last: str, company_domain: str) -> str:
        rng = self._rng
        first, last = _ascii(first), _ascii(last)
        domain = rng.choice(_PRIVATE_DOMAINS) if happens(rng, 0.2) else company_domain
        local = rng.choice((f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last}"))
        address, number = f"{local}@{domain}", 1
        while address in self._known:
            number += 1
            address = f"{local}{number}@{domain}"
        self._known.add(address)
        return address

    def _phone(self, country: Country, place: Place) -> tuple[str, str] | None:
        """Answer a number written two ways; None when chance finds none that is free."""
        rng = self._rng
        for _ in range(8):
            home, abroad = fill(rng, *rng.choice(country.phones), area=place.area)
            if phone_tail(abroad) not in self._known:
                self._known.add(phone_tail(abroad))
                return (home, abroad) if happens(rng, 0.55) else (abroad, home)
        return None


def _titles(country: Country) -> tuple[str, ...]:
    return TITLES_BY_LANGUAGE[country.language]


def _in_both_scripts(rng: random.Random, name: str) -> tuple[str, str]:
    """Answer the name as its owner writes it, and in Latin letters."""
    native, _, latin = name.replace("_", " ").partition("=")
    if not latin:
        return native, native
    return (native if happens(rng, 0.6) else latin), latin


def _ascii(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.translate(_NOT_FOLDED))
    return re.sub(r"[^a-z]", "", folded.encode("ascii", "ignore").decode().lower()) or "x"


def _company_domain(company: str) -> str:
    return "-".join(filter(None, map(_ascii_word, company.split()[:2]))) + ".example"


def _ascii_word(word: str) -> str:
    folded = _ascii(word)
    return "" if folded == "x" else folded
