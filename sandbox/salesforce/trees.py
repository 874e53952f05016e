"""composite/tree: records and what hangs on them, created together or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce.checking import check_types
from sandbox.salesforce.errors import Refusal, broken_json, too_many_records
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.rows import entity_of, terms_of
from sandbox.salesforce.schema import Entity
from sandbox.salesforce.wire import Answer, Call
from sandbox.salesforce.writing import Terms, create

_CREATED = 201
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """A record to create, at `depth`; `above` and `through`: its parent, and the field for it."""

    reference: str
    kind: str
    fields: Mapping[str, Any]
    depth: int
    above: "_Node | None" = None
    through: str = ""


def create_tree(org: SalesforceOrg, call: Call) -> Answer:
    root = entity_of(org, call.args[0])
    nodes = _nodes(org, call.json().get("records"), depth=1)
    # Five levels and five types are allowed, too: no objects of this org go so deep.
    if len(nodes) > _MOST:
        raise too_many_records(_MOST)
    wrong = _misnamed(org, root, nodes)
    if wrong:
        return _answer(wrong)
    for node in nodes:
        check_types(entity_of(org, node.kind), node.fields, call.body)
    # Level by level, as the answer lists them.
    nodes.sort(key=lambda node: node.depth)
    with org.transaction() as undo:
        results = _create(org, nodes, terms_of(call))
        if any("errors" in result for result in results):
            undo()
    return _answer(results)


def _create(org: SalesforceOrg, nodes: list[_Node], terms: Terms) -> list[dict[str, Any]]:
    made: dict[int, str] = {}
    failed: list[dict[str, Any]] = []
    for node in nodes:
        if node.above and id(node.above) not in made:
            continue
        fields = dict(node.fields)
        if node.above:
            fields[node.through] = made[id(node.above)]
        try:
            made[id(node)] = create(org, entity_of(org, node.kind), fields, terms)
        except Refusal as refusal:
            failed.append(_failed(node, refusal))
    return failed or [{"referenceId": n.reference, "id": made[id(n)]} for n in nodes]


def _nodes(
    org: SalesforceOrg, records: Any, *, depth: int, above: _Node | None = None, through: str = ""
) -> list[_Node]:
    """Read records and their children. Raises Refusal for what is not of that shape."""
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise broken_json("records: a list of sObjects is required", 1)
    found: list[_Node] = []
    for record in records:
        kind, reference = _named(record)
        ways = _ways(org, kind)
        fields = {k: v for k, v in record.items() if k != "attributes" and k.lower() not in ways}
        node = _Node(
            reference=reference, kind=kind, fields=fields, depth=depth, above=above, through=through
        )
        found.append(node)
        for name, below in record.items():
            if way := ways.get(name.lower()):
                inside = below.get("records") if isinstance(below, dict) else None
                found += _nodes(org, inside, depth=depth + 1, above=node, through=way)
    return found


def _named(record: Mapping[str, Any]) -> tuple[str, str]:
    attributes = record.get("attributes")
    given = attributes if isinstance(attributes, dict) else {}
    for name in ("type", "referenceId"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise broken_json(f"'{name}' is a required field.", 1)
    return given["type"], given["referenceId"]


def _ways(org: SalesforceOrg, kind: str) -> Mapping[str, str]:
    """The child relationships of an object, in small letters, and the field each is made by."""
    entity = org.entity(kind)
    children = entity.children if entity else ()
    return {name.lower(): field for _, field, name in children if name}


def _misnamed(org: SalesforceOrg, root: Entity, nodes: list[_Node]) -> list[dict[str, Any]]:
    """A result for each instance of a name given twice, and each object not to be had here."""
    names = [node.reference for node in nodes]
    wrong = []
    for node in nodes:
        is_misplaced = node.depth == 1 and node.kind.lower() != root.name.lower()
        entity = org.entity(node.kind)
        if entity is None or not entity.createable or is_misplaced:
            told = f"Invalid entity type provided in the request: {node.kind}"
            wrong.append(_failed(node, Refusal("INVALID_INPUT", told)))
        elif names.count(node.reference) > 1:
            told = f"Duplicate ReferenceId provided in the request: {node.reference}"
            wrong.append(_failed(node, Refusal("INVALID_INPUT", told)))
    return wrong


def _failed(node: _Node, refusal: Refusal) -> dict[str, Any]:
    return {"referenceId": node.reference, "errors": refusal.as_row_error()["errors"]}


def _answer(results: list[dict[str, Any]]) -> Answer:
    has_errors = any("errors" in result for result in results)
    body = {"hasErrors": has_errors, "results": results}
    return Answer(status=400 if has_errors else _CREATED, body=body)
