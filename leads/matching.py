"""
When two records are the same person, and when two names are the same company.

Two records are the same person when they share a key of `identity_keys`:
the same e-mail address; or the same phone number and the same surname; or, for records that have
neither an e-mail nor a surname, the same phone number; or the same whole name at the same company.
A number alone is not enough for the others, because colleagues share a switchboard.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from leads.lead import Lead
from leads.legal_forms import AFTER, BEFORE, JOINED
from leads.matches import SameBy
from leads.normalise.text import plain

_GOOGLE: Final = frozenset({"gmail.com", "googlemail.com"})
_LONGEST_FORM: Final = 5  # words: "s de rl de cv"
_BRACKETED_FORM: Final = re.compile(r"[(\[]\s*(株|有)\s*[)\]]")
_TRADING_AS: Final = re.compile(r"\s+(?:t/a|d/?b/?a)\s+.*$", re.IGNORECASE)


_TOLD_BY: Final = {
    "email": SameBy.EMAIL,
    "phone": SameBy.PHONE,
    "name": SameBy.NAME_AND_COMPANY,
    "near": SameBy.SIMILAR,
}


def identity_keys(lead: Lead) -> frozenset[str]:
    """
    Answer what tells a person, as far as the lead has it.

    `email:ana@example.com`, `phone:+34600000000|ruiz` and `name:ana ruiz|acme`.
    """
    keys = person_keys(email=lead.email, phone=lead.phone, last_name=lead.last_name)
    name = name_key(lead.first_name, lead.last_name, lead.company)
    return keys | {name} if name else keys


def told_by(key: str) -> SameBy:
    """Answer what kind of evidence an identity key is."""
    return _TOLD_BY[key.partition(":")[0]]


def name_key(first_name: str | None, last_name: str | None, company: str | None) -> str | None:
    """Answer None where one of the three is missing: John Smith alone is nobody in particular."""
    if not (first_name and last_name and company):
        return None
    first, last, at = plain(first_name), plain(last_name), company_key(company)
    if not (first and last and at):
        return None
    # In the order of the alphabet: forms swap given name and surname.
    return f"name:{' '.join(sorted(f'{first} {last}'.split()))}|{at}"


def person_keys(*, email: str | None, phone: str | None, last_name: str | None) -> frozenset[str]:
    """Answer `identity_keys` of whoever has these; `phone` in E.164."""
    keys = set()
    if email:
        keys.add(f"email:{email_key(email)}")
    surname = plain(last_name) if last_name else ""
    if phone and (surname or not email):
        keys.add(f"phone:{phone}|{surname}")
    return frozenset(keys)


def email_key(email: str) -> str:
    """
    Answer the address in lower case; Google's also without dots and without what follows a +.

    Elsewhere ana+news@ and ana@ may be two mailboxes: to merge two people is the worse mistake.
    """
    name, _, domain = email.casefold().rpartition("@")
    if domain in _GOOGLE:
        return f"{name.partition('+')[0].replace('.', '')}@gmail.com"
    return f"{name}@{domain}"


@lru_cache(maxsize=4096)
def company_key(name: str) -> str:
    """
    Answer the name as companies are compared: no case, accents, punctuation or legal form.

    A name that is nothing but a legal form ("SA", "Company") is kept. Empty only without letters
    and digits.
    """
    words = plain(_spaced(_TRADING_AS.sub("", name))).split()
    return " ".join(_without_last_forms(_without_first_forms(words)))


def is_legal_form(name: str) -> bool:
    """Tell whether a name is nothing but a legal form: many companies' names end in it."""
    key = company_key(name)
    return key in AFTER or key in BEFORE


def _spaced(name: str) -> str:
    name = _BRACKETED_FORM.sub(" ", unicodedata.normalize("NFKC", name))
    for form in JOINED:
        name = name.replace(form, f" {form} ")
    return name


def _without_first_forms(words: list[str]) -> list[str]:
    while len(words) > 1 and words[0] in BEFORE:
        words = words[1:]
    return words


def _without_last_forms(words: list[str]) -> list[str]:
    """Longest form first: of "Foo Sp. z o.o." nothing but foo must stay."""
    for length in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        if " ".join(words[-length:]) in AFTER or words[-length:] == ["and"]:
            return _without_last_forms(words[:-length])
    return words
