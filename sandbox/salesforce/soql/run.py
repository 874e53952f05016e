"""Run a query: filter, sort, cut, and show each record the way Salesforce does."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.schema import Entity
from sandbox.salesforce.soql.field_groups import spelled_out
from sandbox.salesforce.soql.filters import comparable, compile_condition
from sandbox.salesforce.soql.grouping import count, group
from sandbox.salesforce.soql.reading import Found, Read, Row, Tables, find, find_entity, reader
from sandbox.salesforce.soql.tree import Aggregate, Path, Query, fault_at

Show = Callable[[Row], dict[str, Any]]


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
    rows = _matching(query, entity, tables, deleted_too=deleted_too)
    if _is_bare_count(query):
        total = count(query, len(rows))
        return Result(entity=entity, total=total, rows=(), show=dict, is_aggregate=True)
    if query.group_by or any(isinstance(chosen, Aggregate) for chosen in query.selected):
        shown = _cut(query, group(query, rows, entity, tables))
        return Result(entity=entity, total=len(shown), rows=shown, show=dict, is_aggregate=True)
    show = _showing(query, entity, tables, base)
    ordered = _cut(query, _sorted(query, rows, entity, tables))
    return Result(entity=entity, total=len(ordered), rows=ordered, show=show)


def _matching(query: Query, entity: Entity, tables: Tables, *, deleted_too: bool) -> list[Row]:
    rows: Iterable[Row] = tables.rows(entity)
    if not deleted_too and "IsDeleted" in entity.columns:
        rows = (row for row in rows if not row.get("IsDeleted"))
    if query.where is None:
        return list(rows)
    test = compile_condition(query.text, query.where, entity, tables)
    return [row for row in rows if test(row)]


def _is_bare_count(query: Query) -> bool:
    first = query.selected[0]
    return isinstance(first, Aggregate) and first.path is None


def _sorted(query: Query, rows: list[Row], entity: Entity, tables: Tables) -> list[Row]:
    for ordering in reversed(query.order_by):
        if isinstance(ordering.by, Aggregate):
            message = "Aggregate functions may only be ordered by in a grouped query"
            raise fault_at(query.text, ordering.by.at, "MALFORMED_QUERY", message)
        found = find(query.text, ordering.by, entity, tables)
        if not found.column.sortable:
            message = f"field '{found.column.name}' can not be sorted in a query call"
            raise fault_at(query.text, ordering.by.at, "INVALID_FIELD", message)
        nulls_high = ordering.nulls_last != ordering.descending
        key = _sort_key(comparable(found), nulls_high=nulls_high)
        rows.sort(key=key, reverse=ordering.descending)
    return rows


def _sort_key(read: Read, *, nulls_high: bool) -> Callable[[Row], tuple[Any, ...]]:
    null, value = (1, 0) if nulls_high else (0, 1)

    def key(row: Row) -> tuple[Any, ...]:
        found = read(row)
        return (null,) if found is None else (value, found)

    return key


def _cut(query: Query, rows: Sequence[Row]) -> Sequence[Row]:
    end = None if query.limit is None else query.offset + query.limit
    return rows[query.offset : end]


def _showing(query: Query, entity: Entity, tables: Tables, base: str) -> Show:
    seen: set[str] = set()
    found: list[Found] = []
    for chosen in query.selected:
        assert isinstance(chosen, Path)
        if chosen.alias:
            message = f"unexpected token: '{chosen.alias}'"
            raise fault_at(query.text, chosen.at, "MALFORMED_QUERY", message)
        found.append(find(query.text, chosen, entity, tables))
        name = ".".join(chosen.parts).lower()
        if name in seen:
            message = f"duplicate field selected: {chosen.parts[-1]}"
            raise fault_at(query.text, chosen.at, "MALFORMED_QUERY", message)
        seen.add(name)
    return show_record(found, entity, base)


def show_record(found: Sequence[Found], entity: Entity, base: str) -> Show:
    """Make a function that shows a row's fields, related records as objects of their own."""
    shapes = [
        (name, _showing_one([f for f in found if _shown_as(f) == name], base))
        for name in dict.fromkeys(map(_shown_as, found))
    ]

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
