"""What a property may hold: types, options, owners that exist, values that must be unique."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from sandbox.hubspot.errors import Problem, contact_exists, not_valid
from sandbox.hubspot.properties import Property, stored
from sandbox.hubspot.records import Owner

OWNER = "hubspot_owner_id"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

Values = dict[str, str | None]


def sorted_out(
    properties: Mapping[str, Any], known: Mapping[str, Property], owners: Mapping[str, Owner]
) -> tuple[Values, list[Problem]]:
    """What can be stored, None for cleared, and a problem for each that cannot."""
    values: Values = {}
    problems: list[Problem] = []
    for name, raw in properties.items():
        try:
            values[name] = _stored(name, "" if raw is None else str(raw), known, owners)
        except _Unfit as unfit:
            problems.append(Problem(name=name, code=unfit.code, message=str(unfit)))
    return values, problems


def forbidden_to_api(
    values: Values, known: Mapping[str, Property], owners: Mapping[str, Owner]
) -> list[Problem]:
    """What only the API refuses, and a record of the world may hold from earlier times."""
    problems = [
        Problem(
            name=name,
            code="READ_ONLY_VALUE",
            message=f'"{name}" is a read only property; its value cannot be set.',
        )
        for name in values
        if known[name].read_only
    ]
    problems += [
        Problem(name=name, code="INVALID_OPTION", message=_not_among(text, known[name]))
        for name, text in values.items()
        if text and known[name].outgrown and _is_no_option(text, known[name])
    ]
    owner = values.get(OWNER)
    if owner and owners[owner].archived:
        problems.append(Problem(name=OWNER, code="INVALID_OWNER_ID", message=_no_owner(owner)))
    email = values.get("email")
    if email and not _EMAIL.fullmatch(email):
        told = f"Email address {email} is invalid"
        problems.append(Problem(name="email", code="INVALID_EMAIL", message=told))
    return problems


class UniqueValues:
    """Which contact holds each value of the properties that must be unique; case is ignored."""

    def __init__(self, names: Collection[str]) -> None:
        self._holders: dict[str, dict[str, str]] = {name: {} for name in names}

    @property
    def names(self) -> list[str]:
        return list(self._holders)

    def holder(self, name: str, text: str) -> str | None:
        return self._holders.get(name, {}).get(text.strip().lower())

    def hold(self, contact_id: str, values: Mapping[str, str]) -> None:
        for name, holders in self._holders.items():
            if text := values.get(name):
                holders[text.lower()] = contact_id

    def hold_only(self, name: str, text: str, contact_id: str) -> None:
        """Keep a value from everybody else that the contact itself does not show."""
        self._holders[name][text.lower()] = contact_id

    def release(self, contact_id: str, values: Mapping[str, str]) -> None:
        for name, holders in self._holders.items():
            text = values.get(name, "").lower()
            if holders.get(text) == contact_id:
                del holders[text]

    def refuse_taken(self, values: Values, contact_id: str | None) -> None:
        """Raise the Refusal for the first value that another contact holds."""
        for name in self._holders:
            other = self.holder(name, values.get(name) or "")
            if other in (None, contact_id):
                continue
            if name == "email":
                raise contact_exists(str(other))
            told = f"{other} already has that value."
            raise not_valid([Problem(name=name, code="CONFLICTING_UNIQUE_VALUE", message=told)])


class _Unfit(ValueError):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _stored(
    name: str, text: str, known: Mapping[str, Property], owners: Mapping[str, Owner]
) -> str | None:
    definition = known.get(name)
    if definition is None:
        raise _Unfit("PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')
    if not text:
        return None
    if name == OWNER:
        return _owner(text, owners)
    if not definition.outgrown and _is_no_option(text, definition):
        raise _Unfit("INVALID_OPTION", _not_among(text, definition))
    try:
        text = stored(definition.type, text)
    except (ValueError, OverflowError):
        code = "INVALID_DATE" if definition.type.startswith("date") else "INVALID_NUMBER"
        raise _Unfit(code, f"{text} was not a valid {definition.type}.") from None
    return text.strip().lower() if name == "email" else text


def _is_no_option(text: str, definition: Property) -> bool:
    return bool(definition.options) and text not in definition.options


def _not_among(text: str, definition: Property) -> str:
    return f"{text} was not one of the allowed options: [{', '.join(definition.options)}]"


def _owner(text: str, owners: Mapping[str, Owner]) -> str:
    if not text.isdecimal():
        raise _Unfit("INVALID_INTEGER", f"{text} was not a valid integer (for owner ID).")
    if text not in owners:
        raise _Unfit("INVALID_OWNER_ID", _no_owner(text))
    return text


def _no_owner(text: str) -> str:
    return f"Owner {text} does not exist or is deactivated."
