"""What a lead is recognised by, from whatever knows: a store's tables, or a file's earlier rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from connectors.base import PeopleReader
from leads.account_match import AccountMatcher
from leads.accounts import Account, AccountBook, AccountClues
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.lead import Lead
from leads.likeness import near_keys
from leads.matches import AccountMatch, SameBy, SamePerson
from leads.matching import identity_keys
from leads.people import KnownRecord, first_record
from routing.fields import ACCOUNT_OWNER
from routing.policy import Policy, ToAccountOwner
from routing.rulebook import looks_at
from store.rows import CrmPersonMatch, PersonMatch

Known = Callable[[LeadKey, frozenset[str]], Sequence[KnownRecord]]
"""The records that share one of these identity keys with a lead."""


NO_CLUES: Mapping[LeadKey, AccountClues] = MappingProxyType({})


def keys_of(lead: Lead, policy: Policy) -> frozenset[str]:
    """Return what the lead is kept, and looked for, by."""
    keys = identity_keys(lead)
    return keys | near_keys(lead) if SameBy.SIMILAR in policy.matching.same_person else keys


def asks_for_accounts(policy: Policy) -> bool:
    """Whether any rule or pool goes by the account: if none does, nobody needs to look for it."""
    if any(pool.is_sticky for pool in policy.pools.values()) or looks_at(policy, ACCOUNT_OWNER):
        return True
    return any(isinstance(each, ToAccountOwner) for rule in policy.rules for each in rule.assign)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """Says who has a lead's person, and which account is its company's. Pure but for `known`."""

    policy: Policy
    known: Known
    book: AccountBook
    matcher: AccountMatcher | None
    clues: Mapping[LeadKey, AccountClues]
    worked_out: dict[LeadKey, tuple[Lead, frozenset[str]]] = field(default_factory=dict)

    def keys(self, lead: Lead) -> frozenset[str]:
        """Return what the lead is kept, and looked for, by."""
        known = self.worked_out.get(lead.key)
        if known is None or known[0] is not lead:  # a file may repeat an id
            known = self.worked_out[lead.key] = (lead, keys_of(lead, self.policy))
        return known[1]

    def person(self, lead: Lead) -> SamePerson | None:
        known = self.known(lead.key, self.keys(lead))
        return first_record(lead, known, self.policy.matching) if known else None

    def account(self, lead: Lead) -> AccountMatch | None:
        matcher = self.matcher
        return matcher.match(lead, self.book, self.clues.get(lead.key)) if matcher else None


def recogniser(
    policy: Policy,
    known: Known,
    book: AccountBook,
    owner_of: "Owners",
    clues: Mapping[LeadKey, AccountClues] = NO_CLUES,
) -> Recogniser:
    """`clues` of leads, each key one lead's, where they were worked out before."""
    matcher = AccountMatcher(
        settings=policy.matching, owner_of=owner_of.of_account, crm_of=policy.crm_of
    )
    return Recogniser(
        policy=policy,
        known=known,
        book=book,
        matcher=matcher if asks_for_accounts(policy) else None,
        clues=clues,
    )


@dataclass(frozen=True, slots=True)
class Owners:
    """The configuration's owners, by their id in each CRM. Queues have accounts, but no people."""

    by_crm_id: Mapping[tuple[str, CrmOwnerId], OwnerId]
    people: frozenset[OwnerId]

    @classmethod
    def of(cls, policy: Policy) -> "Owners":
        owners = policy.owners.values()
        return cls(
            {(crm, crm_id): o.id for o in owners for crm, crm_id in o.crm.items()},
            frozenset(o.id for o in owners if not o.is_queue),
        )

    def of_account(self, account: Account) -> OwnerId | None:
        """In a file, an owner is named by the id in the configuration."""
        if account.owner is None:
            return None
        known = self.by_crm_id.get((account.crm, account.owner))
        named = OwnerId(account.owner)
        return known or (named if not account.crm and named in self.people else None)

    def of_leads(self, matches: Sequence[PersonMatch]) -> Iterator[KnownRecord]:
        """Whoever has them now: a colleague who took the record since, if one did."""
        for at, match in enumerate(matches):
            seen = CrmOwnerId(match.owner_seen or "")
            yield KnownRecord(
                record=match.lead,
                owner=self.by_crm_id.get((match.lead.source, seen), match.owner),
                since=match.decided_at,
                key=match.key,
                order=at,
                read=match.read,
                handed_back=match.handed_back,
            )

    def of_crm(
        self, matches: Sequence[CrmPersonMatch], readers: Mapping[str, PeopleReader]
    ) -> Iterator[KnownRecord]:
        """Only where a person of the configuration has the record: a queue knows nobody."""
        for match in matches:
            owner = self.by_crm_id.get((match.record.source, match.crm_owner))
            if owner in self.people:
                yield KnownRecord(
                    record=match.record,
                    owner=owner,
                    since=match.created_at,
                    key=match.key,
                    in_crm=True,
                    is_found=_is_found(match.record, readers),
                )


def _is_found(record: LeadKey, readers: Mapping[str, PeopleReader]) -> bool:
    """Not where its CRM is configured no more: nobody creates anything there."""
    reader = readers.get(record.source)
    return reader is not None and reader.finds(record.source_id)
