"""Sources as connectors need them, and the CRM in which each source's leads are owned."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from config.condition_values import to_text
from config.draft import Draft
from config.model_sources import (
    CRMS,
    NOTES,
    PLATFORMS,
    SOURCES,
    IntakeModel,
    SourceModel,
    is_address,
    is_secret,
)
from config.problems import KeyPath, Problems, closest, echo, suggestion
from connectors.base import Intake, SourceSetup
from leads.normalise.vocabulary import Vocabulary
from routing.conditions import FIELDS
from routing.facts import CUSTOM, NAMED

_OBJECTS: Final = {"salesforce": "Lead", "hubspot": "contacts"}
_LEAD_FIELDS: Final = frozenset(
    (FIELDS - NAMED) | {"created_at", "employees_min", "employees_max", "full_name"}
)


def setups(draft: Draft, vocabulary: Callable[[str | None], Vocabulary]) -> dict[str, SourceSetup]:
    """Answer one set-up a source; `vocabulary` makes its words from a default country."""
    found: dict[str, SourceSetup] = {}
    for name, model in draft.parts.sources.items():
        path: KeyPath = ("sources", name)
        if name not in SOURCES:
            draft.problems.add(path, f"unknown source{suggestion(name, SOURCES)}")
            continue
        _check_role(draft, name, model, path)
        _check_fields(model, path, draft.problems)
        _check_connection(name, model, path, draft.problems)
        country = read_country_code(draft, model.default_country, (*path, "default_country"))
        found[name] = _setup(name, model, vocabulary(country))
    return found


def _setup(name: str, model: SourceModel, words: Vocabulary) -> SourceSetup:
    write = model.write.model_dump(exclude_none=True) if model.write else {}
    return SourceSetup(
        name=name,
        intake=_intake(name, model.intake or IntakeModel()),
        vocabulary=words,
        fields=dict(model.fields),
        notes={NOTES[key]: field for key, field in write.items()},
        destination=model.destination,
        defaults=dict(model.defaults),
    )


def _intake(name: str, model: IntakeModel) -> Intake:
    return Intake(
        object=model.object or _OBJECTS.get(name, "leads"),
        owners=model.owners,
        statuses=model.statuses,
        lifecycle=model.lifecycle,
        created_after=model.created_after,
    )


def _check_role(draft: Draft, name: str, model: SourceModel, path: KeyPath) -> None:
    problems = draft.problems
    if name in CRMS:
        if model.intake is None:
            text = "required and missing: it states which records are new leads"
            problems.add((*path, "intake"), text)
        if model.destination is not None:
            problems.add((*path, "destination"), "a CRM's leads stay where they are; remove it")
    elif name in PLATFORMS and model.destination is None:
        text = f"required and missing: the CRM its leads are created in{_crms(draft)}"
        problems.add((*path, "destination"), text)
    if model.destination is not None and model.destination not in _written(draft):
        text = f"{echo(model.destination)} is not a CRM among the sources{_crms(draft)}"
        problems.add((*path, "destination"), text)
    if model.write is not None and name not in CRMS:
        problems.add((*path, "write"), "only a CRM is written to; remove it")


def _crms(draft: Draft) -> str:
    written = _written(draft)
    return f"; write {' or '.join(written)}" if written else "; configure salesforce or hubspot"


def _written(draft: Draft) -> list[str]:
    return [name for name in CRMS if name in draft.sources.stated]


def _check_fields(model: SourceModel, path: KeyPath, problems: Problems) -> None:
    for key in ("fields", "defaults"):
        names: Mapping[str, str] = getattr(model, key)
        for field in names:
            is_custom = field.startswith(CUSTOM) and field != CUSTOM
            if field not in _LEAD_FIELDS and not is_custom:
                hint = suggestion(field, _LEAD_FIELDS) if closest(field, _LEAD_FIELDS) else ""
                rest = hint or "; for one of your own write custom.NAME"
                problems.add((*path, key, field), f"not a field of a lead{rest}")


def _check_connection(name: str, model: SourceModel, path: KeyPath, problems: Problems) -> None:
    for key, value in model.connection.items():
        here = (*path, "connection", key)
        if is_secret(key):
            variable = f"FIRSTTOUCH_{name}_{key}".upper().replace("-", "_")
            problems.add(here, f"no secrets in files; put it into the variable {variable}")
        elif key == "base_url" and not is_address(value):
            problems.add(here, "must be like https://host, without a user name or password")
        elif isinstance(value, dict):
            problems.add(here, "expected a single value or a list")


def connections(draft: Draft) -> dict[str, dict[str, Any]]:
    """Answer how to reach each source, as stated; `pages` limits which are read."""
    found: dict[str, dict[str, Any]] = {}
    for name, model in draft.parts.sources.items():
        limits = {"pages": list(model.pages)} if model.pages else {}
        found[name] = {**model.connection, **limits}
    return found


def crm_of(draft: Draft) -> dict[str, str]:
    """Answer in which CRM each source's leads are owned; a source without one is left out."""
    written = _written(draft)
    owned = {name: name for name in written}
    for name, model in draft.parts.sources.items():
        if name not in CRMS and model.destination in written:
            owned[name] = str(model.destination)
    return owned


def check_ends(draft: Draft, steward: str | None) -> None:
    """Note owners where leads end that a written CRM does not know: they could not be written."""
    ids = {model.id: model.crm for model in draft.parts.owners.values()}
    fallback = draft.parts.fallback
    ends: list[tuple[KeyPath, str | None]] = [
        (("fallback", "assign"), fallback.assign if fallback else None),
        (("steward",), steward),
    ]
    for name, sla in draft.parts.sla.items():
        ends.append((("sla", name, "then", "assign"), sla.then.assign if sla.then else None))
    for path, owner in ends:
        for crm in _written(draft):
            if owner in ids and crm not in ids[owner]:
                text = f"{owner} has no id in {crm}; leads end there, so add it to the owner's crm"
                draft.problems.add(path, text)


def read_country_code(draft: Draft, text: str | None, path: KeyPath) -> str | None:
    try:
        return None if text is None else to_text("country", "text", text)
    except ValueError as error:
        draft.problems.add(path, str(error))
        return None
