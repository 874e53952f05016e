"""The `fields` and `filtering` parameters."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sandbox.meta.errors import bad_parameter, no_such_field
from sandbox.meta.field_list import Asked
from sandbox.meta.records import Lead, Node

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "LESS_THAN": lambda found, bound: found < bound,
    "GREATER_THAN": lambda found, bound: found > bound,
    "GREATER_THAN_OR_EQUAL": lambda found, bound: found >= bound,
}


def shown(node: Node, asked: Asked, known: Collection[str], kind: str) -> dict[str, Any]:
    """The fields asked for that have a value, in that order, and always the id."""
    for name in asked:
        if name not in known:
            raise no_such_field(name, kind)
    told = {
        name: _inner(node[name], wanted.inner) for name, wanted in asked.items() if name in node
    }
    return {**told, "id": node["id"]}


def _inner(value: Any, asked: Asked) -> Any:
    """Sub-fields of a list of objects, or of one object; unknown ones are left out."""
    if not asked:
        return value
    if isinstance(value, list):
        return [_inner(entry, asked) for entry in value]
    return {name: value[name] for name in asked if name in value}


def filtered(leads: Sequence[Lead], text: str | None) -> list[Lead]:
    """Obey `filtering`: a JSON list of conditions on time_created, all of which must hold."""
    tests = [_condition(entry) for entry in _conditions(text)] if text else []
    return [lead for lead in leads if all(holds(lead) for holds in tests)]


def _conditions(text: str) -> list[dict[str, Any]]:
    try:
        conditions = json.loads(text)
    except ValueError:
        raise bad_parameter("param filtering must be an array.") from None
    if not isinstance(conditions, list) or not all(isinstance(c, dict) for c in conditions):
        raise bad_parameter("param filtering must be an array.")
    return conditions


def _condition(asked: Mapping[str, Any]) -> Callable[[Lead], bool]:
    name, operator, value = asked.get("field"), asked.get("operator"), asked.get("value")
    if name != "time_created":
        raise bad_parameter(f"Filtering field {name} is invalid")
    compare = _OPERATORS.get(str(operator))
    if compare is None:
        raise bad_parameter(
            f"param filtering[0][operator] must be one of the following values: "
            f"{', '.join(_OPERATORS)}"
        )
    try:
        bound = int(str(value))
    except ValueError:
        raise bad_parameter("param filtering[0][value] must be a Unix time in seconds") from None
    return lambda lead: compare(lead.created.timestamp(), bound)
