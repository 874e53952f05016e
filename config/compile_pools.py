"""Pools as the policy has them: members by name, or by what they can do."""

from collections.abc import Iterator, Mapping

from config import compile_relief
from config.draft import Draft, Names
from config.model_people import MembersModel
from config.model_rules import ACCOUNT_OWNER
from config.problems import KeyPath, echo
from leads.keys import OwnerId, PoolName
from routing.policy import Member, Owner, Pool, Strategy


def pools(draft: Draft, known: Mapping[OwnerId, Owner]) -> dict[PoolName, Pool]:
    found: dict[PoolName, Pool] = {}
    for name, model in draft.parts.pools.items():
        path: KeyPath = ("pools", name)
        _check_name(draft, name, path)
        members = tuple(_members(draft, model.members, (*path, "members"), known))
        found[PoolName(name)] = Pool(
            name=PoolName(name),
            members=members,
            strategy=Strategy(model.strategy),
            out_of_hours=compile_relief.out_of_hours(draft, name, model),
            when_full=compile_relief.when_full(draft, name, model),
            take_within=compile_relief.take_within(draft, name, model),
            is_sticky=model.sticky is not None,
            joiners=model.joiners.catch_up if model.joiners else 0,
            returners=model.returners.catch_up if model.returners else 0,
            charges_hand_backs=model.hand_backs == "charged",
            charges_rejected=model.rejected == "charged",
        )
    return found


def _check_name(draft: Draft, name: str, path: KeyPath) -> None:
    owner = draft.owners.stated.get(name)
    if owner is not None:
        where = draft.problems.place(owner)
        draft.problems.add(
            path, f"{echo(name)} is also an owner's id ({where}); rename one of them"
        )
    if name == ACCOUNT_OWNER:
        draft.problems.add(path, f"{ACCOUNT_OWNER} means the account's owner in rules; rename")


def _members(
    draft: Draft, model: MembersModel, path: KeyPath, known: Mapping[OwnerId, Owner]
) -> Iterator[Member]:
    if model.listed is None:
        yield from _selected(draft, model, path, known)
        return
    seen: set[str] = set()
    for at, member in enumerate(model.listed):
        here = (*path, at)
        if member.owner in seen:
            draft.problems.add(
                here, f"{echo(member.owner)} is in this pool twice; give it a weight"
            )
        seen.add(member.owner)
        owner = known.get(OwnerId(member.owner))
        if owner is not None:
            yield Member(owner=owner.id, weight=member.weight or owner.weight)
        else:
            draft.is_known(draft.owners, member.owner, here)


def _selected(
    draft: Draft, model: MembersModel, path: KeyPath, known: Mapping[OwnerId, Owner]
) -> Iterator[Member]:
    are_known = [
        check_words(draft, draft.skills, model.skills, (*path, "skills")),
        check_words(draft, draft.languages, model.languages, (*path, "languages")),
    ]
    skills, languages = frozenset(model.skills), frozenset(model.languages)
    chosen = [
        owner
        for owner in known.values()
        if skills <= owner.skills and languages <= owner.languages and not owner.is_queue
    ]
    all_loaded = known.keys() >= draft.owners.stated.keys()
    if all(are_known) and all_loaded and not chosen:
        draft.problems.add(path, "no owner has all of these; the pool would be empty")
    yield from (Member(owner=owner.id, weight=owner.weight) for owner in chosen)


def check_words(draft: Draft, names: Names, words: tuple[str, ...], path: KeyPath) -> bool:
    """Note every skill or language that no owner has; answer whether there was none."""
    known = [draft.is_known(names, word, (*path, at)) for at, word in enumerate(words)]
    return all(known)
