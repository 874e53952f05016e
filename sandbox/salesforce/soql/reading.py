"""Find a field's column and read its value from a row, across relationships too."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sandbox.salesforce.errors import no_such_column, no_such_relationship, no_such_type
from sandbox.salesforce.schema import Column, Entity
from sandbox.salesforce.soql.tree import Path, Token, fault_at

Row = Mapping[str, Any]
Read = Callable[[Row], Any]


class Tables(Protocol):
    """The records a query runs over."""

    def entity(self, name: str) -> Entity | None:
        """Answer the object of that name, in any case."""
        ...

    def rows(self, entity: Entity) -> Iterable[Row]:
        """Answer every record of an object, deleted ones too."""
        ...

    def related(self, column: Column) -> tuple[Entity, Callable[[str], Row | None]] | None:
        """Answer what a reference leads to and how to look it up; None when it leads nowhere."""
        ...

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From a row to the record a reference leads to."""

    name: str
    entity: Entity
    follow: Callable[[Row], Row | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A field found: the steps to its record, its column there, and how to read it at once."""

    steps: tuple[Step, ...]
    column: Column
    read: Read


def find_entity(text: str, token: Token, tables: Tables) -> Entity:
    entity = tables.entity(token.text)
    if entity is None:
        raise fault_at(text, token.at, "INVALID_TYPE", no_such_type(token.text))
    return entity


def find(text: str, path: Path, entity: Entity, tables: Tables) -> Found:
    """Raises Refusal: INVALID_FIELD, pointing at the path."""
    steps: list[Step] = []
    for part in path.parts[:-1]:
        step = _step(part, entity, tables)
        if step is None:
            raise fault_at(text, path.at, "INVALID_FIELD", no_such_relationship(part))
        steps.append(step)
        entity = step.entity
    column = entity.by_lower.get(path.parts[-1].lower())
    if column is None:
        message = no_such_column(path.parts[-1], entity.name)
        raise fault_at(text, path.at, "INVALID_FIELD", message)
    return Found(steps=tuple(steps), column=column, read=reader(tuple(steps), column))


def _step(part: str, entity: Entity, tables: Tables) -> Step | None:
    column = entity.by_relationship.get(part.lower())
    way = tables.related(column) if column else None
    if column is None or way is None:
        return None
    target, look_up = way
    name = column.name

    def follow(row: Row) -> Row | None:
        key = row.get(name)
        return look_up(key) if key else None

    return Step(name=column.relationship or part, entity=target, follow=follow)


def reader(steps: tuple[Step, ...], column: Column) -> Read:
    """Make a function that reads a column of the record at the end of `steps`, None on the way."""
    name = column.name
    if column.type == "address":
        own: Read = read_address
    else:

        def own(row: Row) -> Any:
            return row.get(name)

    if not steps:
        return own

    def across(row: Row) -> Any:
        here: Row | None = row
        for step in steps:
            here = step.follow(here) if here is not None else None
        return own(here) if here is not None else None

    return across


_ADDRESS = {
    "city": "City",
    "country": "Country",
    "geocodeAccuracy": "GeocodeAccuracy",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "postalCode": "PostalCode",
    "state": "State",
    "street": "Street",
}


def read_address(row: Row) -> dict[str, Any] | None:
    """Put the compound field together from its parts, as a GET of a row shows it."""
    parts = {key: row.get(name) for key, name in _ADDRESS.items()}
    return parts if any(value is not None for value in parts.values()) else None
