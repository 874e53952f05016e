"""Which rows a query finds, and in which order."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.schema import Column, Entity
from sandbox.salesforce.soql.filters import comparable, compile_condition
from sandbox.salesforce.soql.functions import find_value
from sandbox.salesforce.soql.joins import without_joins
from sandbox.salesforce.soql.reading import Found, Read, Row, Tables, find_entity
from sandbox.salesforce.soql.tree import Aggregate, Comparison, Query, fault_at


def matching(query: Query, entity: Entity, tables: Tables, *, deleted_too: bool) -> list[Row]:
    rows: Iterable[Row] = tables.rows(entity)
    if not deleted_too and "IsDeleted" in entity.columns:
        rows = (row for row in rows if not row.get("IsDeleted"))
    if query.where is None:
        return list(rows)

    def locate(comparison: Comparison) -> Found:
        if isinstance(comparison.path, Aggregate):
            raise _unexpected(query, comparison.path)
        return find_value(query.text, comparison.path, entity, tables)

    def values(inner: Query, column: Column) -> list[str]:
        below = find_entity(query.text, inner.entity, tables)
        found = matching(inner, below, tables, deleted_too=deleted_too)
        return [key for row in found if (key := row.get(column.name))]

    where = without_joins(query.text, query.where, entity, tables, values)
    test = compile_condition(query.text, where, locate, tables.now())
    return [row for row in rows if test(row)]


def in_order(query: Query, rows: list[Row], entity: Entity, tables: Tables) -> list[Row]:
    for ordering in reversed(query.order_by):
        if isinstance(ordering.by, Aggregate):
            message = "Aggregate functions may only be ordered by in a grouped query"
            raise fault_at(query.text, ordering.by.at, "MALFORMED_QUERY", message)
        found = find_value(query.text, ordering.by, entity, tables)
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


def cut(query: Query, rows: Sequence[Row]) -> Sequence[Row]:
    end = None if query.limit is None else query.offset + query.limit
    return rows[query.offset : end]


def _unexpected(query: Query, aggregate: Aggregate) -> Refusal:
    message = f"unexpected token: '{aggregate.function}'"
    return fault_at(query.text, aggregate.at, "MALFORMED_QUERY", message)
