"""How leads are matched, as the policy has it."""

from collections.abc import Iterator
from datetime import timedelta

from config.draft import Draft
from config.model_matching import MatchingModel
from config.problems import KeyPath, echo
from leads.keys import OwnerId
from leads.matches import MatchSettings, NamedAccount
from leads.matching import company_key, is_legal_form
from leads.normalise.domains import is_nobodys
from routing.lint.findings import Code, Severity

_USUAL_REFRESH = timedelta(minutes=10)


def matching(draft: Draft) -> MatchSettings:
    model = draft.parts.matching
    if model is None:
        return MatchSettings()
    _refuse_repeated(draft, model)
    return MatchSettings(
        same_person=model.same_person,
        account=model.account,
        alike=model.alike,
        alike_people=model.alike_people,
        ties=model.ties,
        named=tuple(_named(draft, model)),
        free_mail=frozenset(domain.casefold() for domain in model.free_mail),
    )


def refresh(draft: Draft) -> timedelta:
    """How often accounts and people are read again."""
    return draft.parts.matching.refresh if draft.parts.matching else _USUAL_REFRESH


def _refuse_repeated(draft: Draft, model: MatchingModel) -> None:
    for key in ("same_person", "account", "ties"):
        stated: tuple[str, ...] = getattr(model, key)
        for at, word in enumerate(stated):
            if word in stated[:at]:
                draft.problems.add(
                    ("matching", key, at), f"{echo(word)} stands there twice; leave one"
                )


def _warn_of_nobodys(draft: Draft, name: str, path: KeyPath, model: MatchingModel) -> None:
    domain = name.strip().casefold().removeprefix("www.")
    if is_nobodys(domain, frozenset(map(str.casefold, model.free_mail))):
        text = f"{echo(name)} gives mail to everybody, so it tells no company and matches no lead"
        draft.problems.warn(path, Code.NO_COMPANY, f"{text}; remove it")
    elif is_legal_form(name):
        text = f"{echo(name)} is a legal form and no name: it matches only who writes just that"
        note = Severity.NOTE
        draft.problems.warn(path, Code.NO_COMPANY, f"{text}; write the whole name", note)


def _named(draft: Draft, model: MatchingModel) -> Iterator[NamedAccount]:
    taken: dict[str, str] = {}
    for at, group in enumerate(model.named_accounts):
        path = ("matching", "named_accounts", at)
        draft.is_known(draft.owners, group.owner, (*path, "owner"))
        for number, name in enumerate(group.accounts):
            known = company_key(name)
            here = (*path, "accounts", number)
            if not known:
                draft.problems.add(here, f"{echo(name)} is no company's name, nor a domain")
            elif taken.setdefault(known, group.owner) != group.owner:
                draft.problems.add(
                    here, f"{echo(name)} is {taken[known]}'s already; name it for one owner"
                )
            else:
                _warn_of_nobodys(draft, name, here, model)
            yield NamedAccount(owner=OwnerId(group.owner), name=name)
