"""Semi-joins: `Id IN (SELECT WhoId FROM Task)`, put into words as a list of ids."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.schema import ID_TYPES, Column, Entity
from sandbox.salesforce.soql.reading import Tables, find, find_entity
from sandbox.salesforce.soql.tree import (
    All,
    Comparison,
    Condition,
    Kind,
    Not,
    Path,
    Query,
    Some,
    Token,
    fault_at,
)

_MOST = 2
_NESTED = (
    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested "
    "WHERE expressions."
)
Values = Callable[[Query, Column], list[str]]


def without_joins(
    text: str, where: Condition, entity: Entity, tables: Tables, values: Values
) -> Condition:
    """
    The same condition with each inner query answered by `values`, the ids it selects.

    Raises Refusal for one where Salesforce takes none, or one that selects no id.
    """
    joins = list(_joins(where))
    if not joins:
        return where
    if len(joins) > _MOST:
        message = f"Maximum {_MOST} semi join sub-selects are allowed."
        raise Refusal("EXCEEDED_MAX_SEMIJOIN_SUBSELECTS", message)
    if isinstance(where, Some):
        message = "Semi join sub-selects are not allowed with the 'OR' operator"
        raise fault_at(text, joins[0].path.at, "MALFORMED_QUERY", message)
    parts = where.parts if isinstance(where, All) else (where,)
    if any(join not in parts for join in joins):
        raise fault_at(text, joins[0].path.at, "MALFORMED_QUERY", _NESTED)
    answered = tuple(
        _answered(text, part, entity, tables, values)
        if isinstance(part, Comparison) and part.inner
        else part
        for part in parts
    )
    return All(parts=answered)


def refuse_joins(text: str, condition: Condition) -> None:
    """Raises Refusal where the condition of a HAVING has one."""
    for join in _joins(condition):
        message = "Semi-joins are only supported in WHERE clauses"
        raise fault_at(text, join.path.at, "MALFORMED_QUERY", message)


def _joins(condition: Condition) -> Iterator[Comparison]:
    match condition:
        case Comparison(inner=inner):
            if inner:
                yield condition
        case Not(part=part):
            yield from _joins(part)
        case All(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from _joins(part)


def _answered(
    text: str, join: Comparison, entity: Entity, tables: Tables, values: Values
) -> Comparison:
    inner, path = join.inner, join.path
    assert inner is not None
    assert isinstance(path, Path)
    left = find(text, path, entity, tables).column
    if path.function or left.type not in ID_TYPES:
        message = f"The left operand field of a semi join must be an id: {left.name}"
        raise fault_at(text, path.at, "MALFORMED_QUERY", message)
    selected, below = _selected(inner), find_entity(text, inner.entity, tables)
    right = find(text, selected, below, tables).column
    if right.type not in ID_TYPES:
        message = f"semi join sub selects can only query id fields, cannot use: '{right.name}'"
        raise fault_at(text, selected.at, "MALFORMED_QUERY", message)
    if wrong := _mismatch(left, entity, right, below):
        raise fault_at(text, path.at, "MALFORMED_QUERY", wrong)
    at = inner.entity.at
    ids = (Token(kind=Kind.STRING, text=f"'{key}'", at=at) for key in values(inner, right))
    return replace(join, values=tuple(ids), inner=None)


def _mismatch(left: Column, entity: Entity, right: Column, below: Entity) -> str:
    if below.name == entity.name:
        return "The inner and outer selects should not be on the same object type"
    if _leads_to(left, entity) & _leads_to(right, below):
        return ""
    return (
        f"The selected field '{right.name}' in the subquery and the left operand field "
        f"'{left.name}' in the where expression in the outer query should point to the same "
        "object type"
    )


def _selected(inner: Query) -> Path:
    """Raises Refusal for an inner query of more than a field and its WHERE."""
    first = inner.selected[0]
    is_plain = isinstance(first, Path) and len(first.parts) == 1 and not first.function
    if not is_plain or len(inner.selected) > 1:
        message = "semi join sub selects can only query one id field"
        raise fault_at(inner.text, first.at, "MALFORMED_QUERY", message)
    has_more = inner.group_by or inner.order_by or inner.offset or inner.limit is not None
    if has_more or (inner.where and any(_joins(inner.where))):
        message = "semi join sub selects take WHERE only, and none within it"
        raise fault_at(inner.text, inner.entity.at, "MALFORMED_QUERY", message)
    assert isinstance(first, Path)
    return first


def _leads_to(column: Column, entity: Entity) -> frozenset[str]:
    return frozenset({entity.name} if column.type == "id" else column.refers_to)
