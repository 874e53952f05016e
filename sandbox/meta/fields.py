"""The `fields` and `filtering` parameters."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sandbox.meta.errors import GraphError, bad_parameter, no_such_field
from sandbox.meta.records import Lead, Node

Asked = dict[str, "Asked"]
"""Field names in the order asked for; each with the sub-fields asked of it."""

_TOKEN = re.compile(r"[A-Za-z0-9_]+|[{},]")
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "LESS_THAN": lambda found, bound: found < bound,
    "GREATER_THAN": lambda found, bound: found > bound,
    "GREATER_THAN_OR_EQUAL": lambda found, bound: found >= bound,
}


def asked_fields(text: str) -> Asked:
    """Read `id,questions{key,type}`; a GraphError 2500 when it is not that."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise _syntax(text)
    asked, rest = _list(tokens, text)
    if rest:
        raise _syntax(text)
    return asked


def _list(tokens: list[str], text: str) -> tuple[Asked, list[str]]:
    asked: Asked = {}
    while tokens and tokens[0] != "}":
        name, tokens = tokens[0], tokens[1:]
        if not name[0].isalnum() and name[0] != "_":
            raise _syntax(text)
        asked[name] = {}
        if tokens[:1] == ["{"]:
            asked[name], tokens = _list(tokens[1:], text)
            if tokens[:1] != ["}"]:
                raise _syntax(text)
            tokens = tokens[1:]
        if tokens[:1] == [","]:
            tokens = tokens[1:]
    return asked, tokens


def _syntax(text: str) -> GraphError:
    return GraphError(2500, f'Syntax error "Expected name." at character 0: {text}')


def shown(node: Node, asked: Asked, known: Collection[str], kind: str) -> dict[str, Any]:
    """The fields asked for that have a value, in that order, and always the id."""
    for name in asked:
        if name not in known:
            raise no_such_field(name, kind)
    told = {name: _inner(node[name], inner) for name, inner in asked.items() if name in node}
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
