"""Owners as the policy has them."""

from collections.abc import Mapping
from typing import Final

from config import compile_caps
from config.condition_values import to_text
from config.draft import Draft
from config.model_caps import DefaultsModel
from config.model_people import OwnerModel
from config.model_rules import ACCOUNT_OWNER
from config.model_sources import CRMS, SALESFORCE
from config.problems import KeyPath, Problems, echo, suggestion
from connectors import salesforce_ids
from leads.keys import CrmOwnerId, OwnerId
from routing.policy import Owner
from routing.working_hours import Absence, Calendar

DEFAULT_CAP: Final = 25
USUAL_ZONE: Final = "UTC"


def owners(draft: Draft, known_calendars: Mapping[str, Calendar]) -> dict[OwnerId, Owner]:
    found: dict[OwnerId, Owner] = {}
    defaults = draft.parts.defaults or DefaultsModel()
    zone = draft.parts.timezone or USUAL_ZONE
    compile_caps.check_caps(draft, defaults.caps, ("defaults", "caps"))
    for at, model in draft.parts.owners.items():
        path: KeyPath = ("owners", at)
        first = draft.owners.stated.get(model.id)
        if first is not None and first[:2] != path:
            where = draft.problems.place(first)
            draft.problems.add((*path, "id"), f"{echo(model.id)} is taken by an owner at {where}")
        _check_owner(draft, path, model)
        _check_words(path, model, draft.problems)
        compile_caps.check_caps(draft, model.caps, (*path, "caps"))
        found.setdefault(OwnerId(model.id), _owner(model, known_calendars, defaults, zone))
    return found


def _check_owner(draft: Draft, path: KeyPath, model: OwnerModel) -> None:
    problems = draft.problems
    if model.hours is not None:
        draft.is_known(draft.calendars, model.hours, (*path, "hours"))
    if model.backup is not None:
        draft.is_known(draft.owners, model.backup, (*path, "backup"))
    if model.manager is not None:
        draft.is_known(draft.owners, model.manager, (*path, "manager"))
    if model.manager == model.id:
        problems.add((*path, "manager"), "nobody manages themselves; name somebody else")
    if model.backup == model.id:
        problems.add((*path, "backup"), "nobody stands in for themselves; name somebody else")
    if model.id == ACCOUNT_OWNER:
        problems.add((*path, "id"), f"{ACCOUNT_OWNER} means the account's owner in rules; rename")
    if model.kind == "queue":
        _check_queue(path, model, problems)


def _check_queue(path: KeyPath, model: OwnerModel, problems: Problems) -> None:
    if model.hours or model.away:
        key = "hours" if model.hours else "away"
        problems.add((*path, key), "a queue is always on; remove it, or make it a person")
    if model.caps:
        problems.add((*path, "caps"), "a queue takes all; remove it, or make it a person")


def _check_words(path: KeyPath, model: OwnerModel, problems: Problems) -> None:
    for crm in model.crm:
        if crm not in CRMS:
            problems.add((*path, "crm", crm), f"unknown CRM{suggestion(crm, CRMS)}")
    for number, language in enumerate(model.languages):
        _check_language(language, (*path, "languages", number), problems)


def _check_language(text: str, path: KeyPath, problems: Problems) -> None:
    try:
        code = to_text("language", "text", text)
    except ValueError as error:
        problems.add(path, str(error))
        return
    if code != text:
        problems.add(path, f"write {code}, the ISO 639-1 code")


def _owner(
    model: OwnerModel,
    known_calendars: Mapping[str, Calendar],
    defaults: DefaultsModel,
    zone: str,
) -> Owner:
    is_queue = model.kind == "queue"
    return Owner(
        id=OwnerId(model.id),
        name=model.name,
        email=model.email,
        is_queue=is_queue,
        crm={crm: _crm_id(crm, id_there) for crm, id_there in sorted(model.crm.items())},
        timezone=model.timezone or zone,
        calendar=known_calendars.get(model.hours or ""),
        skills=frozenset(model.skills),
        languages=frozenset(model.languages),
        max_open=model.max_open or (None if is_queue else defaults.max_open or DEFAULT_CAP),
        caps=compile_caps.caps(model.caps, None if is_queue else defaults.caps),
        weight=model.weight,
        backup=OwnerId(model.backup) if model.backup else None,
        manager=OwnerId(model.manager) if model.manager else None,
        away=tuple(Absence(first=off.first, last=off.last) for off in model.away),
    )


def _crm_id(crm: str, text: str) -> CrmOwnerId:
    """Write a Salesforce id as its API does; one that looks odd stays, and `check` tells of it."""
    return CrmOwnerId(salesforce_ids.whole_owner_id(text) if crm == SALESFORCE else text)
