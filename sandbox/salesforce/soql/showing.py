"""Show a record the way Salesforce does: its fields, those of related records, its children."""

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.salesforce.schema import Entity
from sandbox.salesforce.soql.reading import Found, Read, Row, reader

Show = Callable[[Row], dict[str, Any]]


def show_record(
    found: Sequence[Found], entity: Entity, base: str, children: Sequence[tuple[str, Read]] = ()
) -> Show:
    """Make a function that shows a row's fields, related records as objects of their own."""
    shapes = [
        (name, _showing_one([f for f in found if _shown_as(f) == name], base))
        for name in dict.fromkeys(map(_shown_as, found))
    ]
    shapes += children

    def show(row: Row) -> dict[str, Any]:
        record: dict[str, Any] = {"attributes": _attributes(entity, row, base)}
        for name, read in shapes:
            record[name] = read(row)
        return record

    return show


def _shown_as(found: Found) -> str:
    return found.steps[0].name if found.steps else found.column.name


def _showing_one(found: Sequence[Found], base: str) -> Read:
    if not found[0].steps:
        return found[0].read
    step = found[0].steps[0]
    beyond = [
        Found(steps=f.steps[1:], column=f.column, read=reader(f.steps[1:], f.column)) for f in found
    ]
    show = show_record(beyond, step.entity, base)

    def related(row: Row) -> dict[str, Any] | None:
        target = step.follow(row)
        return show(target) if target is not None else None

    return related


def _attributes(entity: Entity, row: Row, base: str) -> dict[str, str]:
    kind = row.get("EntityName", entity.name)
    return {"type": entity.name, "url": f"{base}/{kind}/{row['Id']}"}
