"""The shape of matching: who is the same person, and which account a lead belongs to."""

from typing import Annotated, Final

from pydantic import Field

from config.model_base import Duration, Name, Names, Strict, stated
from leads.matches import AccountBy, MatchSettings, SameBy, Tie

_USUAL: Final = MatchSettings()
_Alike = Annotated[float, Field(ge=0.5, le=1)]
_SameBy = Annotated[tuple[Annotated[SameBy, Field(strict=False)], ...], Field(strict=False)]
_AccountBy = Annotated[tuple[Annotated[AccountBy, Field(strict=False)], ...], Field(strict=False)]
_Ties = Annotated[tuple[Annotated[Tie, Field(strict=False)], ...], Field(strict=False)]


class NamedAccountsModel(Strict):
    """Accounts that are somebody's, whatever a CRM says."""

    owner: Name = stated("An owner's id.", "ana")
    accounts: Annotated[Names, Field(min_length=1)] = stated(
        "Companies' names or domains.", ["Acme Corp", "acme.example"]
    )


class MatchingModel(Strict):
    """What is looked for before any rule, in order; the first that finds something counts."""

    same_person: _SameBy = stated(
        "What tells that somebody is known already. `similar` compares names and places that "
        "were typed differently.",
        ["email", "phone", "name_and_company"],
        default=_USUAL.same_person,
    )
    account: _AccountBy = stated(
        "What tells which account a lead belongs to, where a rule assigns to account_owner.",
        ["named", "domain", "company", "similar_company"],
        default=_USUAL.account,
    )
    alike: _Alike = stated(
        "How much of two companies' names must agree to be similar.", 0.92, default=_USUAL.alike
    )
    alike_people: _Alike = stated(
        "How much of two people's names and places must agree to be similar.",
        0.7,
        default=_USUAL.alike_people,
    )
    ties: _Ties = stated(
        "Which of several equal accounts counts; last of all the smaller id.",
        ["known_owner", "same_crm", "name", "oldest"],
        default=_USUAL.ties,
    )
    named_accounts: Annotated[tuple[NamedAccountsModel, ...], Field(strict=False)] = stated(
        "Accounts given to owners by hand; they count before any CRM's.",
        [{"owner": "ana", "accounts": ["Acme Corp", "acme.example"]}],
        default=(),
    )
    free_mail: Names = stated(
        "Further mail domains that anybody can have an address at.", ["isp.example"], default=()
    )
    refresh: Duration = stated(
        "How often accounts and people are read again from each CRM.",
        "10m",
        default="10m",
        validate_default=True,
    )
