"""composite/graph: up to 75 composite requests in one; each happens whole or not at all."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.salesforce.errors import Refusal, not_there
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.parts import (
    Part,
    PartRunner,
    Told,
    call_of,
    check_parts,
    is_refused,
    rolled_back,
)
from sandbox.salesforce.references import references_in
from sandbox.salesforce.wire import Answer, Call

_SINCE = 50
_MOST_GRAPHS, _MOST_NODES, _DEEPEST, _MOST_KINDS, _MOST_FAILURES = 75, 500, 15, 15, 14
_GRAPH_ID = re.compile(r"[A-Za-z0-9].{0,38}")
_ROWS = re.compile(r"sobjects/([^/]+)(?:/[^/]+){0,2}")
Graph = tuple[str, list[Part]]


class Graphs:
    """The request counts as one call."""

    def __init__(self, parts: PartRunner) -> None:
        self._parts = parts

    def run(self, org: SalesforceOrg, call: Call) -> Answer:
        if int(call.version.partition(".")[0]) < _SINCE:
            raise not_there()
        graphs = _graphs(call.json().get("graphs"))
        told: list[Told] = []
        for graph_id, parts in graphs:
            failed = sum(not graph["isSuccessful"] for graph in told)
            answers = (
                [_not_run(part) for part in parts]
                if failed > _MOST_FAILURES
                else self._parts.all_or_none(org, parts)
            )
            told.append(_told(graph_id, answers))
        return Answer(body={"graphs": told})


def _told(graph_id: str, answers: list[Told]) -> Told:
    return {
        "graphId": graph_id,
        "graphResponse": {"compositeResponse": answers},
        "isSuccessful": not any(map(is_refused, answers)),
    }


def _not_run(part: Part) -> Told:
    return rolled_back({"httpStatusCode": 200, "referenceId": part["referenceId"]})


def _graphs(listed: Any) -> list[Graph]:
    """Raises Refusal for a request that is out of shape or over a limit; nothing is run then."""
    if not isinstance(listed, list) or not listed:
        raise Refusal("INVALID_INPUT", "graphs: a list of graphs is required")
    _check_limit("graphs in a request", len(listed), _MOST_GRAPHS)
    graphs = [_graph(one) for one in listed]
    names = [graph_id for graph_id, _ in graphs]
    if len(set(names)) < len(names):
        raise Refusal("INVALID_INPUT", "graphId must be unique within a request")
    nodes = [part for _, parts in graphs for part in parts]
    _check_limit("nodes in a request", len(nodes), _MOST_NODES)
    kinds = {_kind(part) for part in nodes}
    _check_limit("different nodes in a request", len(kinds), _MOST_KINDS)
    return graphs


def _graph(one: Any) -> Graph:
    graph_id = one.get("graphId") if isinstance(one, Mapping) else None
    if not isinstance(graph_id, str) or not _GRAPH_ID.fullmatch(graph_id):
        message = "graphId: less than 40 characters that begin with a letter or digit are required"
        raise Refusal("INVALID_INPUT", message)
    parts = check_parts(one.get("compositeRequest"))
    _check_limit(f"the depth of graph {graph_id}", _depth(parts), _DEEPEST)
    return graph_id, parts


def _kind(part: Part) -> tuple[str, str, str]:
    """What makes two nodes different: version, method, object. Raises Refusal for other URLs."""
    call = call_of(part)
    matched = _ROWS.fullmatch(call.path)
    if not matched or "describe" in call.path:
        message = f"a graph supports the URLs of sObject rows only, not {part['url']}"
        raise Refusal("INVALID_INPUT", message)
    return call.version, call.method, matched[1].lower()


def _depth(parts: Sequence[Part]) -> int:
    """How many nodes stand on the longest way along the references."""
    depths: dict[str, int] = {}
    for part in parts:
        below = [depths.get(name, 0) for name in references_in(part)]
        depths[part["referenceId"]] = 1 + max(below, default=0)
    return max(depths.values())


def _check_limit(what: str, count: int, most: int) -> None:
    if count > most:
        raise Refusal("LIMIT_EXCEEDED", f"{what}: {count}, and no more than {most} are allowed")
