"""Other ways to find the first matching rule, for the same rules and the same answers."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec

from leads.lead import Lead
from routing.policy import Policy, Rule
from routing.when import AllOf, Between, OneOf

Matcher = Callable[[Lead], str | None]
"""Gives the name of the first rule that matches."""

Facts = Mapping[str, str | float | None]
Part = OneOf | Between
WORDS = ("country", "industry", "product", "channel", "language", "lead_source")
FIGURES = ("employees", "deal_value")


def closures(policy: Policy) -> Matcher:
    """A plain loop: one function a condition, one rule after the other."""
    rules = [(rule.name, [_closure(part) for part in _parts(rule)]) for rule in policy.rules]

    def match(lead: Lead) -> str | None:
        facts = _facts(lead)
        return next((name for name, parts in rules if all(part(facts) for part in parts)), None)

    return match


def rule_engine(policy: Policy) -> Matcher | None:
    """rule-engine, one expression a rule; None where it is not installed."""
    if find_spec("rule_engine") is None:
        return None
    engine = import_module("rule_engine")
    context = engine.Context(default_value=None)
    rules = [(rule.name, engine.Rule(_expression(rule), context=context)) for rule in policy.rules]

    def match(lead: Lead) -> str | None:
        facts = _facts(lead)
        return next((name for name, rule in rules if rule.matches(facts)), None)

    return match


def zen(policy: Policy) -> Matcher | None:
    """zen-engine, one decision table; None where it is not installed."""
    if find_spec("zen") is None:
        return None
    decision = import_module("zen").ZenEngine().create_decision(json.dumps(_graph(policy)))

    def match(lead: Lead) -> str | None:
        rule = decision.evaluate(_facts(lead))["result"].get("rule")
        return None if rule is None else str(rule)

    return match


def _parts(rule: Rule) -> list[Part]:
    assert isinstance(rule.when, AllOf)
    return [part for part in rule.when.parts if isinstance(part, OneOf | Between)]


def _facts(lead: Lead) -> dict[str, str | float | None]:
    """A lead as words and numbers; a headcount by both its ends."""
    count, amount = lead.employees, lead.deal_value
    value = None if amount is None else float(amount)
    return {
        **{name: getattr(lead, name) for name in WORDS},
        "employees_min": None if count is None else count.least,
        "employees_max": None if count is None else count.most,
        "deal_value_min": value,
        "deal_value_max": value,
    }


def _closure(part: Part) -> Callable[[Facts], bool]:
    if isinstance(part, OneOf):
        field, values = part.field, frozenset(part.values)
        return lambda facts: facts[field] in values
    lower, upper = f"{part.field}_min", f"{part.field}_max"
    least, most = float(part.least or 0), None if part.most is None else float(part.most)

    def within(facts: Facts) -> bool:
        low, high = facts[lower], facts[upper]
        if not isinstance(low, int | float) or low < least:
            return False
        return most is None or (isinstance(high, int | float) and high <= most)

    return within


def _expression(rule: Rule) -> str:
    tests = []
    for part in _parts(rule):
        if isinstance(part, OneOf):
            tests.append(f"{part.field} in [{_quoted(part)}]")
            continue
        for column, sign, bound in _bounds(part):
            tests += [f"{column} != null", f"{column} {sign} {bound}"]
    return " and ".join(tests) or "true"


def _graph(policy: Policy) -> dict[str, object]:
    """A table of one row a rule between an input and an output, as zen's editor writes it."""
    columns = [*WORDS, *(f"{field}_{end}" for field in FIGURES for end in ("min", "max"))]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in columns],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [
            dict.fromkeys(columns, "") | _cells(rule) | {"_id": rule.name, "rule": f'"{rule.name}"'}
            for rule in policy.rules
        ],
    }
    kinds = {"in": "inputNode", "table": "decisionTableNode", "out": "outputNode"}
    nodes = [
        {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}
        | ({"content": table} if name == "table" else {})
        for name, kind in kinds.items()
    ]
    steps = [("in", "table"), ("table", "out")]
    edges = [{"id": a + b, "sourceId": a, "targetId": b, "type": "edge"} for a, b in steps]
    return {"nodes": nodes, "edges": edges}


def _cells(rule: Rule) -> dict[str, str]:
    cells = {}
    for part in _parts(rule):
        if isinstance(part, OneOf):
            cells[part.field] = _quoted(part)
        else:
            cells |= {column: f"{sign} {bound}" for column, sign, bound in _bounds(part)}
    return cells


def _quoted(part: OneOf) -> str:
    return ", ".join(f'"{value}"' for value in part.values)


def _bounds(part: Between) -> list[tuple[str, str, str]]:
    def plain(number: Decimal) -> str:
        return f"{number:f}"

    bounds = [(f"{part.field}_min", ">=", plain(part.least or Decimal(0)))]
    if part.most is not None:
        bounds.append((f"{part.field}_max", "<=", plain(part.most)))
    return bounds
