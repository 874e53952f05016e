"""Calendars, owners and pools as the policy has them."""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

import holidays

from config.draft import Draft, Names
from config.model_people import CalendarModel, MembersModel, OwnerModel
from config.problems import KeyPath, Problems, echo, suggestion
from config.time_words import Span, read_days, read_span
from leads.keys import CrmOwnerId, OwnerId, PoolName
from routing.policy import Absence, Calendar, Member, Owner, Pool, Strategy

DEFAULT_CAP = 25
ACCOUNT_OWNER = "account_owner"


def calendars(draft: Draft) -> dict[str, Calendar]:
    return {
        name: _calendar(name, model, draft.problems)
        for name, model in draft.parts.calendars.items()
    }


def _calendar(name: str, model: CalendarModel, problems: Problems) -> Calendar:
    path: KeyPath = ("calendars", name)
    if model.holidays is not None:
        _check_holidays(model.holidays, (*path, "holidays"), problems)
    hours: dict[int, tuple[Span, ...]] = {}
    for days, spans in model.hours.items():
        here = (*path, "hours", days)
        worked = _spans(spans, here, problems)
        for day in _days(days or model.days or "", here, problems):
            if day in hours:
                problems.add(here, "a day of this group is in another group too; name it once")
            hours[day] = worked
    return Calendar(name=name, hours=dict(sorted(hours.items())), holidays=model.holidays)


def _days(text: str, path: KeyPath, problems: Problems) -> list[int]:
    try:
        return sorted(read_days(text))
    except ValueError as error:
        problems.add(path, f"{echo(text)}: {error}")
        return []


def _spans(texts: tuple[str, ...], path: KeyPath, problems: Problems) -> tuple[Span, ...]:
    found: list[Span] = []
    for at, text in enumerate(texts):
        try:
            found.append(read_span(text))
        except ValueError as error:
            problems.add((*path, at), f"{echo(text)}: {error}")
    found.sort()
    if any(after[0] < before[1] for before, after in pairwise(found)):
        problems.add(path, "two spans overlap; join them into one")
    return _joined(found)


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """Make one span of two that touch, so that nobody goes home for no time at all."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


@cache
def _supported() -> Mapping[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=True)


def _check_holidays(text: str, path: KeyPath, problems: Problems) -> None:
    country, dash, part = text.partition("-")
    if country not in _supported():
        hint = "write a country's ISO code such as ES, or a region's such as ES-MD"
        problems.add(path, f"no public holidays are known for {echo(text)}; {hint}")
    elif dash and part not in _supported()[country]:
        known = [f"{country}-{region}" for region in _supported()[country]]
        problems.add(path, f"unknown region {echo(text)}{suggestion(text, known)}")


def owners(draft: Draft, known_calendars: Mapping[str, Calendar]) -> dict[OwnerId, Owner]:
    found: dict[OwnerId, Owner] = {}
    for at, model in draft.parts.owners.items():
        path: KeyPath = ("owners", at)
        first = draft.owners.stated.get(model.id)
        if first is not None and first[:2] != path:
            where = draft.problems.place(first)
            draft.problems.add((*path, "id"), f"{echo(model.id)} is taken by an owner at {where}")
        _check_owner(draft, path, model)
        found.setdefault(OwnerId(model.id), _owner(model, known_calendars))
    return found


def _check_owner(draft: Draft, path: KeyPath, model: OwnerModel) -> None:
    problems = draft.problems
    if model.hours is not None:
        draft.is_known(draft.calendars, model.hours, (*path, "hours"))
    if model.backup is not None:
        draft.is_known(draft.owners, model.backup, (*path, "backup"))
    if model.backup == model.id:
        problems.add((*path, "backup"), "nobody stands in for themselves; name somebody else")
    if model.id == ACCOUNT_OWNER:
        problems.add((*path, "id"), f"{ACCOUNT_OWNER} means the account's owner in rules; rename")
    if model.kind == "queue" and (model.hours or model.away):
        key = "hours" if model.hours else "away"
        problems.add((*path, key), "a queue is always on; remove it, or make it a person")


def _owner(model: OwnerModel, known_calendars: Mapping[str, Calendar]) -> Owner:
    is_queue = model.kind == "queue"
    return Owner(
        id=OwnerId(model.id),
        name=model.name,
        email=model.email,
        is_queue=is_queue,
        crm={crm: CrmOwnerId(id_there) for crm, id_there in sorted(model.crm.items())},
        timezone=model.timezone,
        calendar=known_calendars.get(model.hours or ""),
        skills=frozenset(model.skills),
        languages=frozenset(model.languages),
        max_open=model.max_open or (None if is_queue else DEFAULT_CAP),
        weight=model.weight,
        backup=OwnerId(model.backup) if model.backup else None,
        away=tuple(Absence(first=off.first, last=off.last) for off in model.away),
    )


def pools(draft: Draft, known: Mapping[OwnerId, Owner]) -> dict[PoolName, Pool]:
    found: dict[PoolName, Pool] = {}
    for name, model in draft.parts.pools.items():
        path: KeyPath = ("pools", name)
        _check_name(draft, name, path)
        members = tuple(_members(draft, model.members, (*path, "members"), known))
        strategy = Strategy(model.strategy)
        found[PoolName(name)] = Pool(name=PoolName(name), members=members, strategy=strategy)
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
    check_words(draft, draft.skills, model.skills, (*path, "skills"))
    check_words(draft, draft.languages, model.languages, (*path, "languages"))
    skills, languages = frozenset(model.skills), frozenset(model.languages)
    chosen = [
        owner
        for owner in known.values()
        if skills <= owner.skills and languages <= owner.languages and not owner.is_queue
    ]
    if not chosen:
        draft.problems.add(path, "no owner has all of these; the pool would be empty")
    yield from (Member(owner=owner.id, weight=owner.weight) for owner in chosen)


def check_words(draft: Draft, names: Names, words: tuple[str, ...], path: KeyPath) -> None:
    """Note every skill or language that no owner has."""
    for at, word in enumerate(words):
        draft.is_known(names, word, (*path, at))
