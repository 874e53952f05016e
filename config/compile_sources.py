"""Sources as connectors need them, and the CRM in which each source's leads are owned."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from config.compile_creation import check_creation, creation_of
from config.condition_values import to_text
from config.draft import Draft
from config.model_sources import (
    CRMS,
    CSV,
    NOTES,
    PIPEDRIVE,
    RECEIVERS,
    SOURCES,
    IntakeModel,
    NativeSyncModel,
    SourceModel,
    is_address,
    is_secret,
)
from config.problems import KeyPath, Problems, closest, echo, suggestion
from connectors.setup import Intake, NativeSync, SourceSetup
from leads.normalise.vocabulary import Vocabulary
from routing.conditions import FIELDS
from routing.fields import CUSTOM, NAMED

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""It stands before the colon of every lead's key, in logs and in CRM fields."""
_ALL: Final = "all"
OBJECTS: Final = {"salesforce": ("Lead",), "hubspot": ("contacts", "leads"), PIPEDRIVE: ("leads",)}
"""What new leads may be in each CRM; the first is the default, and what can be created there."""
_SYNCED: Final = ("hubspot", "salesforce")
"""HubSpot's own sync, and whose records' ids it keeps on its contacts."""
_LEAD_FIELDS: Final = frozenset(
    {
        *(FIELDS - NAMED),
        *("created_at", "full_name", "employees_min", "employees_max"),
        *("work_email", "mobile_phone", "work_phone", "whatsapp"),
    }
)
"""What normalising reads of a record: every field of a lead, and what some are made of."""


def setups(draft: Draft, vocabulary: Callable[[str | None], Vocabulary]) -> dict[str, SourceSetup]:
    """Answer one set-up a source; `vocabulary` makes its words from a default country."""
    found: dict[str, SourceSetup] = {}
    for name, model in draft.parts.sources.items():
        path: KeyPath = ("sources", name)
        if not _is_known(draft, name, model.kind, path):
            continue
        _check_role(draft, name, model, path)
        _check_native_sync(draft, name, model, path)
        for field in model.fields:
            _check_field(field, (*path, "fields", field), draft.problems)
        for field in model.defaults:
            _check_field(field, (*path, "defaults", field), draft.problems)
        check_creation(name, model.create, path, draft.problems)
        _check_connection(name, model, path, draft.problems)
        country = read_country_code(draft, model.default_country, (*path, "default_country"))
        receives = name in {each.destination for each in draft.parts.sources.values()}
        setup = _setup(name, model, vocabulary(country))
        found[name] = replace(setup, receives=receives)
    return found


def _is_known(draft: Draft, name: str, kind: str | None, path: KeyPath) -> bool:
    """Only a CSV file may have a name of its own: of everything else there is one."""
    if kind is not None and kind != (name if name in SOURCES else CSV):
        right = f"only {CSV} may be stated" if name not in SOURCES else f"{name} is its own kind"
        draft.problems.add((*path, "kind"), f"{right}, found {echo(kind)}")
    elif kind is None and name not in SOURCES:
        own = "" if closest(name, SOURCES) else f"; for a CSV file of that name add kind: {CSV}"
        draft.problems.add(path, f"unknown source{suggestion(name, SOURCES)}{own}")
    elif not _NAME.fullmatch(name) or name == _ALL:
        text = "must be of small letters, digits and _, beginning with a letter, as in events_2026"
        text = f"{_ALL} means every source; name it otherwise" if name == _ALL else text
        draft.problems.add(path, text)
    else:
        return True
    return False


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
        failures_allowed=model.failures_allowed,
        native_sync=_native_sync(model.native_sync),
        creation=creation_of(model.create),
        kind=model.kind or "",
    )


def _native_sync(model: NativeSyncModel | None) -> NativeSync | None:
    if model is None:
        return None
    return NativeSync(other=_SYNCED[1], master=model.master, wait=model.wait, ids=model.ids)


def _check_native_sync(draft: Draft, name: str, model: SourceModel, path: KeyPath) -> None:
    if model.native_sync is None:
        return
    here = (*path, "native_sync")
    if name != _SYNCED[0]:
        draft.problems.add(here, f"stated under {_SYNCED[0]}, whose sync it is; move it there")
    elif _SYNCED[1] not in draft.sources.stated:
        text = f"{_SYNCED[1]} is not among the sources, so its copies cannot be known; add it"
        draft.problems.add(here, text)
    if model.native_sync.master not in _SYNCED:
        text = f"expected {' or '.join(_SYNCED)}, found {echo(model.native_sync.master)}"
        draft.problems.add((*here, "master"), text)


def _intake(name: str, model: IntakeModel) -> Intake:
    return Intake(
        object=model.object or OBJECTS.get(name, ("leads",))[0],
        owners=model.owners,
        statuses=model.statuses,
        lifecycle=model.lifecycle,
        returned=model.returned,
        created_after=model.created_after,
    )


def _check_role(draft: Draft, name: str, model: SourceModel, path: KeyPath) -> None:
    if name in CRMS:
        _check_crm(name, model, path, draft.problems)
        return
    if model.destination is None:
        text = f"required and missing: the CRM its leads are created in{_crms(draft)}"
        draft.problems.add((*path, "destination"), text)
    else:
        _check_destination(draft, model.destination, (*path, "destination"))
    if model.write is not None:
        draft.problems.add((*path, "write"), "only a CRM is written to; remove it")


def _check_crm(name: str, model: SourceModel, path: KeyPath, problems: Problems) -> None:
    if model.intake is None:
        problems.add(
            (*path, "intake"), "required and missing: it states which records are new leads"
        )
    elif model.intake.object not in (None, *OBJECTS[name]):
        text = f"no such object to read leads from; write {' or '.join(OBJECTS[name])}"
        problems.add((*path, "intake", "object"), text)
    elif name == PIPEDRIVE:
        _check_pipedrive(model.intake, (*path, "intake"), problems)
    if model.destination is not None:
        problems.add((*path, "destination"), "a CRM's leads stay where they are; remove it")


def _check_pipedrive(intake: IntakeModel, path: KeyPath, problems: Problems) -> None:
    """A lead of Pipedrive always has an owner, and neither a status nor a stage but its labels."""
    if set(intake.owners) == {None}:
        text = "no lead of Pipedrive is without an owner; name the user whose leads are nobody's"
        problems.add((*path, "owners"), text)
    if intake.lifecycle:
        text = "Pipedrive's leads have no stages; write labels under statuses"
        problems.add((*path, "lifecycle"), text)


def _check_destination(draft: Draft, crm: str, path: KeyPath) -> None:
    """A HubSpot Lead belongs to a contact that is there already, so what we create are contacts."""
    if crm not in _written(draft):
        draft.problems.add(path, f"{echo(crm)} is not a CRM among the sources{_crms(draft)}")
        return
    if crm not in RECEIVERS:
        draft.problems.add(path, f"leads from elsewhere cannot be created in {crm}{_crms(draft)}")
        return
    model = draft.parts.sources.get(crm)
    stated = model.intake.object if model and model.intake else None
    made, *others = OBJECTS[crm]
    if stated in others:
        text = (
            f"leads from elsewhere become {made} in {crm}, and its intake.object is {stated}: "
            f"write {made} there, or name another destination"
        )
        draft.problems.add(path, text)


def _crms(draft: Draft) -> str:
    written = [name for name in _written(draft) if name in RECEIVERS]
    names = " or ".join(written or RECEIVERS)
    return f"; write {names}" if written else f"; configure {names}"


def _written(draft: Draft) -> list[str]:
    return [name for name in CRMS if name in draft.sources.stated]


def check_values(draft: Draft) -> None:
    """Note value maps and required fields that are about nothing a lead has."""
    for field in draft.parts.values:
        _check_field(field, ("values", field), draft.problems)
    quality = draft.parts.quality
    for at, field in enumerate(quality.required_any if quality else ()):
        _check_field(field, ("quality", "required_any", at), draft.problems)


def _check_field(field: str, path: KeyPath, problems: Problems) -> None:
    is_custom = field.startswith(CUSTOM) and field != CUSTOM
    if field not in _LEAD_FIELDS and not is_custom:
        near = closest(field, _LEAD_FIELDS)
        hint = f"did you mean {near}?" if near else "for one of your own write custom.NAME"
        problems.add(path, f"not a field of a lead; {hint}")


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
