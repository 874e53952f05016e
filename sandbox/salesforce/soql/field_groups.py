"""FIELDS(ALL), FIELDS(CUSTOM) and FIELDS(STANDARD), spelled out."""

from collections.abc import Iterator
from dataclasses import replace

from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.schema import Entity
from sandbox.salesforce.soql.tree import Aggregate, Children, Fields, Path, Query, fault_at

_MOST_ROWS = 200


def spelled_out(query: Query, entity: Entity) -> Query:
    """
    The same query with each field named.

    Raises Refusal where how many fields there are is nobody's choice (an admin adds some) and the
    query does not say LIMIT 200 or less.
    """
    groups = [chosen for chosen in query.selected if isinstance(chosen, Fields)]
    if not groups:
        return query
    if query.group_by or any(isinstance(chosen, Aggregate) for chosen in query.selected):
        message = "The SOQL FIELDS function is not supported in a grouped query"
        raise fault_at(query.text, groups[0].at, "MALFORMED_QUERY", message)
    is_unbounded = any(group.parts != ("STANDARD",) for group in groups)
    if is_unbounded and (query.limit is None or query.limit > _MOST_ROWS):
        message = f"The SOQL FIELDS function must have a LIMIT of at most {_MOST_ROWS}"
        raise Refusal("MALFORMED_QUERY", message)
    named = [path for chosen in query.selected for path in _named(chosen, entity)]
    return replace(query, selected=tuple(named))


def _named(
    chosen: Path | Aggregate | Children, entity: Entity
) -> Iterator[Path | Aggregate | Children]:
    if not isinstance(chosen, Fields):
        yield chosen
        return
    (group,) = chosen.parts
    for column in entity.columns.values():
        if group == "ALL" or column.is_custom == (group == "CUSTOM"):
            yield Path(parts=(column.name,), at=chosen.at)
