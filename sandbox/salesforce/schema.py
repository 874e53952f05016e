"""What an object is made of: its fields, and what may be done with each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEXT_TYPES = frozenset({"string", "picklist", "textarea", "email", "phone", "url", "combobox"})
ID_TYPES = frozenset({"id", "reference"})
NUMBER_TYPES = frozenset({"int", "double", "currency", "percent"})
_ID_LENGTH = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    One field. `refers_to` and `relationship` say where a reference leads.

    `labels`: it takes only these, and its describe does not list them.
    """

    name: str
    type: str
    label: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    createable: bool = False
    updateable: bool = False
    filterable: bool = True
    nillable: bool = True
    sortable: bool = True
    groupable: bool = True
    defaulted: bool = False
    unique: bool = False
    external_id: bool = False
    relationship: str | None = None
    refers_to: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    restricted: bool = False
    labels: tuple[str, ...] = ()
    default: Any = None

    @property
    def is_custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def is_required(self) -> bool:
        """Must be given on creation, and never be emptied."""
        return self.createable and not self.nillable and not self.defaulted


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One object. `children` are (object, field, relationship) of the objects that refer to it."""

    name: str
    label: str
    plural: str
    prefix: str | None
    columns: Mapping[str, Column]
    createable: bool = False
    updateable: bool = False
    deletable: bool = False
    children: tuple[tuple[str, str, str | None], ...] = ()
    by_lower: Mapping[str, Column] = field(init=False)
    by_relationship: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        lower = {name.lower(): column for name, column in self.columns.items()}
        ways = {
            column.relationship.lower(): column
            for column in self.columns.values()
            if column.relationship
        }
        object.__setattr__(self, "by_lower", lower)
        object.__setattr__(self, "by_relationship", ways)


_LINE = re.compile(
    r"(?P<name>\w+)\s+(?P<type>\w+)(\((?P<size>\d+)(,(?P<scale>\d+))?\))?\s+(?P<flags>[CUFNSGD-]{7})"
    r"\s+(?P<label>.+?)(\s+-> (?P<way>\w+): (?P<to>[\w, ]+))?$"
)


def read_columns(table: str, **changes: Mapping[str, Any]) -> dict[str, Column]:
    """
    Read one field a line: name, type(length), flags, label, `-> Relationship: Object, Object`.

    Flags are CUFNSGD, each a letter or a dash: createable, updateable, filterable, nillable,
    sortable, groupable, defaulted on create. `changes` holds what a line has no place for.
    """
    columns: dict[str, Column] = {}
    for line in filter(None, map(str.strip, table.splitlines())):
        matched = _LINE.match(line)
        if not matched:
            raise ValueError(f"not a field: {line!r}")
        name = matched["name"]
        columns[name] = Column(**{**_read_line(matched), **changes.get(name, {})})
    return columns


def _read_line(matched: re.Match[str]) -> dict[str, Any]:
    kind, size, flags = matched["type"], int(matched["size"] or 0), matched["flags"]
    is_number = kind in NUMBER_TYPES
    return {
        "name": matched["name"],
        "type": kind,
        "label": matched["label"],
        "length": _ID_LENGTH if kind in ID_TYPES else 0 if is_number else size,
        "precision": size if is_number else 0,
        "scale": int(matched["scale"] or 0),
        "createable": "C" in flags,
        "updateable": "U" in flags,
        "filterable": "F" in flags,
        "nillable": "N" in flags,
        "sortable": "S" in flags,
        "groupable": "G" in flags,
        "defaulted": "D" in flags,
        "relationship": matched["way"],
        "refers_to": tuple(filter(None, re.split(r",\s*", matched["to"] or ""))),
    }
