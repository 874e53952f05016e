"""Companies in a CRM, and what of a lead can tell which of them it belongs to."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rapidfuzz.distance import OSA

from leads.keys import CrmOwnerId
from leads.lead import Lead
from leads.matches import MatchSettings
from leads.matching import company_key
from leads.normalise.domains import company_domain, is_nobodys
from leads.normalise.website import read_website
from leads.quick import quick

_BLOCK: Final = 3
"""Names that differ within so many first letters are not compared: few typing errors are there."""
_NUMBERS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A company in a CRM, and who owns it there. `domain` without "www.", in lower case."""

    crm: str
    account_id: str
    name: str
    domain: str | None
    owner: CrmOwnerId | None
    created_at: datetime | None = None
    is_gone: bool = False

    @property
    def key(self) -> str:
        return f"{self.crm}:{self.account_id}" if self.crm else self.account_id


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClues:
    """What of a lead can tell its account."""

    domains: tuple[str, ...]
    company: str
    name: str

    @property
    def block(self) -> str:
        return block_of(self.name)


def account_domain(website: str | None) -> str | None:
    """Answer the domain by which an account's people are recognised; None where it tells none."""
    host = read_website(website).value if website else None
    return None if host is None or is_nobodys(host) else company_domain(None, host)


def block_of(name: str) -> str:
    """Answer what two similar names have in common, so that few need comparing."""
    return name.replace(" ", "")[:_BLOCK]


def clues(lead: Lead, settings: MatchSettings) -> AccountClues:
    """Free and disposable mail tells nothing; of eu.acme.com, acme.com is a clue as well."""
    own = company_domain(lead.email, lead.website, besides=settings.free_mail)
    website = company_domain(None, lead.website, besides=settings.free_mail)
    domains = [each for domain in (own, website) if domain for each in _with_parents(domain)]
    return AccountClues(
        domains=tuple(d for d in dict.fromkeys(domains) if not is_nobodys(d, settings.free_mail)),
        company=lead.company or "",
        name=company_key(lead.company) if lead.company else "",
    )


def _with_parents(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


class AccountBook:
    """Accounts by what leads are recognised by."""

    def __init__(self, accounts: Iterable[Account] = ()) -> None:
        self._by_domain: dict[str, list[Account]] = {}
        self._by_name: dict[str, list[Account]] = {}
        self._by_block: dict[str, dict[str, list[Account]]] = {}
        for account in accounts:
            self._add(account)

    @property
    def is_empty(self) -> bool:
        return not (self._by_domain or self._by_name)

    def with_domain(self, domain: str) -> list[Account]:
        return self._by_domain.get(domain, [])

    def with_name(self, name: str) -> list[Account]:
        """`name` is a `company_key`."""
        return self._by_name.get(name, [])

    def alike(self, name: str, least: float) -> list[tuple[float, Account]]:
        """Answer those whose names agree by `least` or more; numbers in them must be the same."""
        near = self._by_block.get(block_of(name), {})
        numbers = _NUMBERS.findall(name)
        return [
            (likeness, account)
            for other, accounts in near.items()
            if (likeness := likeness_of(name, other)) >= least
            and _NUMBERS.findall(other) == numbers
            for account in accounts
        ]

    def _add(self, account: Account) -> None:
        if account.domain:
            self._by_domain.setdefault(account.domain, []).append(account)
        if name := company_key(account.name):
            self._by_name.setdefault(name, []).append(account)
            block = self._by_block.setdefault(block_of(name), {})
            block.setdefault(name, []).append(account)


def likeness_of(one: str, other: str) -> float:
    """Answer the share of two names that agrees; swapped neighbours count as one slip."""
    return OSA.normalized_similarity(one, other)
