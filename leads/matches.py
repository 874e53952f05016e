"""What a lead was recognised by: the same person as before, or of a company with an account."""

from dataclasses import dataclass, field
from enum import StrEnum

from leads.keys import LeadKey, OwnerId


class SameBy(StrEnum):
    """What tells that two records are one person. The usual order is the order of trust."""

    EMAIL = "email"
    PHONE = "phone"  # with the surname, where there is one
    NAME_AND_COMPANY = "name_and_company"
    SIMILAR = "similar"  # names and places that are alike, letter by letter


class AccountBy(StrEnum):
    """What tells which account a lead belongs to."""

    NAMED = "named"  # the configuration's own list
    DOMAIN = "domain"
    COMPANY = "company"  # the same name but for case, accents and legal form
    SIMILAR_COMPANY = "similar_company"


class Tie(StrEnum):
    """What makes one of several equal accounts the lead's."""

    KNOWN_OWNER = "known_owner"  # its owner is in the configuration
    SAME_CRM = "same_crm"  # it is in the CRM that the lead is owned in
    NAME = "name"  # its name is more like the lead's company
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAccount:
    """An account given to `owner` by hand: `name` is a company's name or its domain."""

    owner: OwnerId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchSettings:
    """
    In which order evidence is tried, the first that finds something counting.

    `alike` is how much of two company names must agree (1: all of it), `alike_people` the same of
    two people's names and places. `free_mail` are domains that are no company's, beside the known.
    """

    same_person: tuple[SameBy, ...] = (SameBy.EMAIL, SameBy.PHONE, SameBy.NAME_AND_COMPANY)
    account: tuple[AccountBy, ...] = tuple(AccountBy)
    alike: float = 0.92
    alike_people: float = 0.7
    ties: tuple[Tie, ...] = (Tie.KNOWN_OWNER, Tie.SAME_CRM, Tie.NAME, Tie.OLDEST)
    named: tuple[NamedAccount, ...] = ()
    free_mail: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePerson:
    """
    An earlier record of the same person, and who has it.

    `in_crm`: read from a CRM, where it is older than the installation or was never ours to route.
    `likeness` is set where the two are only similar. `passed_over` are others with another owner,
    each in a phrase. `asks_skills`: their owner needs what the rule of the lead requires; what was
    decided before that was so is replayed without. `crm_finds`: the CRM of
    this record finds the person by the lead's address or number, and needs no further record; that
    was taken for granted before. `found` are the records that have this address or number, of each
    source the first: what a CRM is to look at before it searches.
    """

    record: LeadKey
    owner: OwnerId
    by: SameBy | None = None
    in_crm: bool = False
    likeness: float | None = None
    passed_over: tuple[str, ...] = ()
    asks_skills: bool = False
    crm_finds: bool = True
    found: tuple[LeadKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMatch:
    """
    The account that a lead belongs to.

    `owner` is None where nobody of the configuration owns it. `account` is `salesforce:001...`,
    empty for one the configuration names; `on` what the two have in common. `passed_over` are
    accounts that matched as well, each in a phrase that says why this one came first.
    """

    name: str
    owner: OwnerId | None
    by: AccountBy
    on: str
    account: str = ""
    likeness: float | None = None
    passed_over: tuple[str, ...] = ()
