"""COUNT() and GROUP BY: AggregateResult records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox.salesforce.schema import NUMBER_TYPES, Column, Entity
from sandbox.salesforce.soql.filters import comparable, compile_condition
from sandbox.salesforce.soql.functions import find_value
from sandbox.salesforce.soql.joins import refuse_joins
from sandbox.salesforce.soql.reading import Found, Row, Tables, find
from sandbox.salesforce.soql.tree import Aggregate, Children, Comparison, Path, Query, fault_at

_Reduce = Callable[[Sequence[Any]], Any]
_NEVER_REDUCED = frozenset({"boolean", "address", "anyType"})
_REDUCERS: Mapping[str, _Reduce] = {
    "COUNT": len,
    "COUNT_DISTINCT": lambda values: len(set(values)),
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
    "SUM": lambda values: float(sum(values)) if values else None,
    "AVG": lambda values: sum(values) / len(values) if values else None,
}
_KINDS = {"COUNT": "int", "COUNT_DISTINCT": "int", "SUM": "double", "AVG": "double"}
_ROWS = "rows"


def count(query: Query, matched: int) -> int:
    """COUNT() stands alone; its number is totalSize, cut by LIMIT like any other."""
    if len(query.selected) > 1 or query.group_by:
        message = "unexpected token: 'COUNT()'"
        raise fault_at(query.text, query.selected[0].at, "MALFORMED_QUERY", message)
    return matched if query.limit is None else min(matched, query.limit)


def group(
    query: Query, rows: Sequence[Row], entity: Entity, tables: Tables
) -> list[dict[str, Any]]:
    """Answer one record a group, in the order asked for, or of first appearance."""
    keys = [_groupable(query, path, entity, tables) for path in query.group_by]
    members: dict[tuple[Any, ...], list[Row]] = {} if keys else {(): list(rows)}
    if keys:
        reads = [comparable(found) for found in keys]
        for row in rows:
            members.setdefault(tuple(read(row) for read in reads), []).append(row)
    shapes = _shapes(query, entity, tables)
    kept = _having(query, list(members.values()), entity, tables)
    shown = [_record(shapes, found) for found in kept]
    return _sorted(query, shown, kept, entity, tables)


def _having(
    query: Query, members: list[list[Row]], entity: Entity, tables: Tables
) -> list[list[Row]]:
    """The groups that HAVING keeps: it tests an aggregate of one, or what it is grouped by."""
    if query.having is None:
        return members
    refuse_joins(query.text, query.having)

    def locate(comparison: Comparison) -> Found:
        path = comparison.path
        if isinstance(path, Aggregate):
            read, column = (
                _reduce(query, path, entity, tables),
                _column(query, path, entity, tables),
            )
        else:
            _check_grouped(query, path)
            found = _groupable(query, path, entity, tables)
            read, column = _first(found), found.column
        return Found(steps=(), column=column, read=lambda row: read(row[_ROWS]))

    test = compile_condition(query.text, query.having, locate, tables.now())
    return [rows for rows in members if test({_ROWS: rows})]


def _column(query: Query, aggregate: Aggregate, entity: Entity, tables: Tables) -> Column:
    """What an aggregate is, to be compared with."""
    assert aggregate.path is not None
    column = find(query.text, aggregate.path, entity, tables).column
    kind = _KINDS.get(aggregate.function, column.type)
    return replace(column, type=kind, filterable=True)


def _groupable(query: Query, path: Path, entity: Entity, tables: Tables) -> Found:
    found = find_value(query.text, path, entity, tables)
    if not found.column.groupable:
        message = f"field '{found.column.name}' can not be grouped in a query call"
        raise fault_at(query.text, path.at, "MALFORMED_QUERY", message)
    return found


_Shape = tuple[str, Callable[[Sequence[Row]], Any]]


def _shapes(query: Query, entity: Entity, tables: Tables) -> list[_Shape]:
    shapes: list[_Shape] = []
    unnamed = 0
    for chosen in query.selected:
        if isinstance(chosen, Children):
            message = "Grouped query cannot use child relationships in the SELECT list"
            raise fault_at(query.text, chosen.at, "MALFORMED_QUERY", message)
        name = chosen.alias
        if name is None and chosen.function:  # of an aggregate or of a date
            name = f"expr{unnamed}"
            unnamed += 1
        if isinstance(chosen, Aggregate):
            shapes.append((str(name), _reduce(query, chosen, entity, tables)))
            continue
        _check_grouped(query, chosen)
        found = find_value(query.text, chosen, entity, tables)
        shapes.append((name or found.column.name, _first(found)))
    return shapes


def _check_grouped(query: Query, path: Path) -> None:
    if _spelled(path) not in map(_spelled, query.group_by):
        message = f"Field must be grouped or aggregated: {path.parts[-1]}"
        raise fault_at(query.text, path.at, "MALFORMED_QUERY", message)


def _spelled(path: Path) -> tuple[str | None, ...]:
    return path.function, *(part.lower() for part in path.parts)


def _first(found: Found) -> Callable[[Sequence[Row]], Any]:
    return lambda rows: found.read(rows[0])


def _reduce(
    query: Query, aggregate: Aggregate, entity: Entity, tables: Tables
) -> Callable[[Sequence[Row]], Any]:
    if aggregate.path is None:
        message = "unexpected token: ')'"
        raise fault_at(query.text, aggregate.at, "MALFORMED_QUERY", message)
    found = find(query.text, aggregate.path, entity, tables)
    kind, function = found.column.type, aggregate.function
    if kind in _NEVER_REDUCED or (function in {"SUM", "AVG"} and kind not in NUMBER_TYPES):
        message = f"field {found.column.name} does not support aggregate operator {function}"
        raise fault_at(query.text, aggregate.at, "MALFORMED_QUERY", message)
    reducer = _REDUCERS[function]
    return lambda rows: reducer([v for row in rows if (v := found.read(row)) is not None])


def _record(shapes: Sequence[_Shape], rows: Sequence[Row]) -> dict[str, Any]:
    record: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
    for name, read in shapes:
        record[name] = read(rows)
    return record


def _sorted(
    query: Query,
    shown: list[dict[str, Any]],
    members: list[list[Row]],
    entity: Entity,
    tables: Tables,
) -> list[dict[str, Any]]:
    order = list(range(len(shown)))
    for ordering in reversed(query.order_by):
        by = ordering.by
        if isinstance(by, Aggregate):
            read = _reduce(query, by, entity, tables)
        elif (
            not by.function
            and len(by.parts) == 1
            and any(by.parts[0] in record for record in shown)
        ):
            read = _named(shown, members, by.parts[0])
        else:
            read = _first(_groupable(query, by, entity, tables))
        nulls_high = ordering.nulls_last != ordering.descending
        ranks = [_rank(read(rows), nulls_high=nulls_high) for rows in members]
        order.sort(key=ranks.__getitem__, reverse=ordering.descending)
    return [shown[at] for at in order]


def _named(
    shown: list[dict[str, Any]], members: list[list[Row]], name: str
) -> Callable[[Sequence[Row]], Any]:
    by_group = {id(rows): record[name] for rows, record in zip(members, shown, strict=True)}
    return lambda rows: by_group[id(rows)]


def _rank(value: Any, *, nulls_high: bool) -> tuple[Any, ...]:
    if value is None:
        return (1,) if nulls_high else (0,)
    return (0 if nulls_high else 1, value.lower() if isinstance(value, str) else value)
