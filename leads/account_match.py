"""Which account a lead belongs to: the first evidence that finds one, ties by a stated order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from leads.accounts import Account, AccountBook, AccountClues, clues, likeness_of
from leads.keys import OwnerId
from leads.lead import Lead
from leads.matches import AccountBy, AccountMatch, MatchSettings, Tie
from leads.matching import company_key

OwnerOf = Callable[[Account], OwnerId | None]
"""Who of the configuration owns an account, if anybody."""

_TOLD_AT_MOST: Final = 3
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BETTER: Final[Mapping[Tie, str]] = {
    Tie.KNOWN_OWNER: "its owner is not in the configuration",
    Tie.SAME_CRM: "it is in another CRM than the lead",
    Tie.NAME: "its name is less like the lead's company",
    Tie.OLDEST: "it is younger",
    Tie.NEWEST: "it is older",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMatcher:
    """`crm_of` says in which CRM a source's leads are owned."""

    settings: MatchSettings
    owner_of: OwnerOf
    crm_of: Mapping[str, str]

    def match(
        self, lead: Lead, book: AccountBook, known: AccountClues | None = None
    ) -> AccountMatch | None:
        """
        Answer the lead's account, or None; the same accounts give the same answer.

        `known` are its clues, for whoever has them already.
        """
        if book.is_empty and not self.settings.named:
            return None
        known = known or clues(lead, self.settings)
        crm = self.crm_of.get(lead.key.source)
        for by in self.settings.account:
            if by is AccountBy.NAMED:
                found = self._named(known)
            elif book.is_empty:
                continue
            else:
                found = self._best(known, by, _candidates(known, by, book, self.settings), crm)
            if found is not None:
                return found
        return None

    def _named(self, known: AccountClues) -> AccountMatch | None:
        if not (known.domains or known.name):
            return None
        for named in self.settings.named:
            name = named.name.casefold()
            on = name if name in known.domains else known.company
            if name in known.domains or (known.name and company_key(named.name) == known.name):
                return AccountMatch(name=named.name, owner=named.owner, by=AccountBy.NAMED, on=on)
        return None

    def _best(
        self,
        known: AccountClues,
        by: AccountBy,
        found: Sequence["_Candidate"],
        crm: str | None,
    ) -> AccountMatch | None:
        if not found:
            return None
        ranked = sorted(found, key=lambda one: (*self._rank(one, crm), one.account.key))
        first = ranked[0]
        return AccountMatch(
            name=first.account.name,
            owner=self.owner_of(first.account),
            by=by,
            on=first.domain or known.company,
            account=first.account.key,
            likeness=first.likeness if by is AccountBy.SIMILAR_COMPANY else None,
            passed_over=tuple(
                f"{one.account.name} ({one.account.key}): {self._why_not(one, first, crm)}"
                for one in ranked[1 : _TOLD_AT_MOST + 1]
            ),
        )

    def _rank(self, one: "_Candidate", crm: str | None) -> tuple[float, ...]:
        return (one.order, *(self._place(one, tie, crm) for tie in self.settings.ties))

    def _place(self, one: "_Candidate", tie: Tie, crm: str | None) -> float:
        age = ((one.account.created_at or _EPOCH) - _EPOCH).total_seconds()
        match tie:
            case Tie.KNOWN_OWNER:
                return float(self.owner_of(one.account) is None)
            case Tie.SAME_CRM:
                return float(one.account.crm != crm)
            case Tie.NAME:
                return -one.likeness
            case Tie.OLDEST:
                return age
            case Tie.NEWEST:
                return -age

    def _why_not(self, one: "_Candidate", first: "_Candidate", crm: str | None) -> str:
        if one.order > first.order:
            return "its domain is less exact"
        for tie in self.settings.ties:
            if self._place(one, tie, crm) > self._place(first, tie, crm):
                return _BETTER[tie]
        return "they are equal but for the id, and the smaller one counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """`order` is the place of the clue it was found by: the more exact domain first."""

    account: Account
    likeness: float
    order: int = 0
    domain: str = ""


def _candidates(
    known: AccountClues, by: AccountBy, book: AccountBook, settings: MatchSettings
) -> list[_Candidate]:
    if by is AccountBy.DOMAIN:
        return [
            _Candidate(account=each, likeness=_like(known, each), order=order, domain=domain)
            for order, domain in enumerate(known.domains)
            for each in book.with_domain(domain)
        ]
    if not known.name:
        return []
    if by is AccountBy.COMPANY:
        return [_Candidate(account=each, likeness=1.0) for each in book.with_name(known.name)]
    near = book.alike(known.name, settings.alike)
    return [_Candidate(account=each, likeness=likeness) for likeness, each in near]


def _like(known: AccountClues, account: Account) -> float:
    return likeness_of(known.name, company_key(account.name)) if known.name else 0.0
