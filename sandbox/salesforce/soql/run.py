"""Run a query: filter, sort, cut, and show each record the way Salesforce does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.salesforce.errors import Refusal, no_such_child
from sandbox.salesforce.schema import Entity
from sandbox.salesforce.soql.field_groups import spelled_out
from sandbox.salesforce.soql.functions import find_value
from sandbox.salesforce.soql.grouping import count, group
from sandbox.salesforce.soql.matching import cut, in_order, matching
from sandbox.salesforce.soql.reading import Found, Read, Row, Tables, find_entity
from sandbox.salesforce.soql.showing import Show, show_record
from sandbox.salesforce.soql.tree import Aggregate, Children, Path, Query, fault_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The matching rows in order. `show` makes a record of one; aggregates are shown already."""

    entity: Entity
    total: int
    rows: Sequence[Row]
    show: Show
    is_aggregate: bool = False


def run(query: Query, tables: Tables, *, base: str, deleted_too: bool = False) -> Result:
    """Answer what matches. `base` begins each record's url: /services/data/v66.0/sobjects."""
    entity = find_entity(query.text, query.entity, tables)
    query = spelled_out(query, entity)
    rows = matching(query, entity, tables, deleted_too=deleted_too)
    if _is_bare_count(query):
        total = count(query, len(rows))
        return Result(entity=entity, total=total, rows=(), show=dict, is_aggregate=True)
    if _is_grouped(query):
        shown = cut(query, group(query, rows, entity, tables))
        return Result(entity=entity, total=len(shown), rows=shown, show=dict, is_aggregate=True)
    show = _showing(query, entity, tables, base, deleted_too=deleted_too)
    ordered = cut(query, in_order(query, rows, entity, tables))
    return Result(entity=entity, total=len(ordered), rows=ordered, show=show)


def _is_bare_count(query: Query) -> bool:
    first = query.selected[0]
    return isinstance(first, Aggregate) and first.path is None


def _is_grouped(query: Query) -> bool:
    return bool(query.group_by) or any(isinstance(each, Aggregate) for each in query.selected)


def _showing(query: Query, entity: Entity, tables: Tables, base: str, *, deleted_too: bool) -> Show:
    below = partial(_children, query.text, entity, tables, base, deleted_too=deleted_too)
    children = [below(chosen) for chosen in query.selected if isinstance(chosen, Children)]
    seen = {name.lower() for name, _ in children}
    if len(seen) < len(children):
        raise Refusal("MALFORMED_QUERY", "Cannot follow the same child relationship twice")
    found: list[Found] = []
    for chosen in query.selected:
        if isinstance(chosen, Path):
            found.append(_field(query, chosen, entity, tables))
            name = ".".join(chosen.parts).lower()
            if name in seen:
                message = f"duplicate field selected: {chosen.parts[-1]}"
                raise fault_at(query.text, chosen.at, "MALFORMED_QUERY", message)
            seen.add(name)
    return show_record(found, entity, base, children)


def _field(query: Query, chosen: Path, entity: Entity, tables: Tables) -> Found:
    if chosen.alias:
        message = f"unexpected token: '{chosen.alias}'"
        raise fault_at(query.text, chosen.at, "MALFORMED_QUERY", message)
    found = find_value(query.text, chosen, entity, tables)
    if chosen.function:
        message = f"Field must be grouped or aggregated: {chosen.function}"
        raise fault_at(query.text, chosen.at, "MALFORMED_QUERY", message)
    return found


def _children(
    text: str, parent: Entity, tables: Tables, base: str, chosen: Children, *, deleted_too: bool
) -> tuple[str, Read]:
    """The relationship's name, and how to show what a record has there: null where it is empty."""
    query, asked = chosen.query, chosen.query.entity
    name, entity, field = _relationship(text, parent, tables, chosen)
    query = spelled_out(query, entity)
    if _is_grouped(query):
        message = "Only root queries support aggregate expressions"
        raise fault_at(text, asked.at, "MALFORMED_QUERY", message)
    show = _showing(query, entity, tables, base, deleted_too=deleted_too)
    rows = matching(query, entity, tables, deleted_too=deleted_too)
    families: dict[str, list[Row]] = {}
    for row in in_order(query, rows, entity, tables):
        families.setdefault(row[field], []).append(row)

    def of(row: Row) -> dict[str, Any] | None:
        found = cut(query, families.get(row["Id"], ()))
        records = [show(each) for each in found]
        return {"totalSize": len(found), "done": True, "records": records} if found else None

    return name, of


def _relationship(
    text: str, parent: Entity, tables: Tables, chosen: Children
) -> tuple[str, Entity, str]:
    asked = chosen.query.entity
    for kind, field, name in parent.children:
        entity = tables.entity(kind) if name and name.lower() == asked.text.lower() else None
        if entity is not None and name:
            return name, entity, field
    raise fault_at(text, asked.at, "INVALID_TYPE", no_such_child(asked.text))
