"""What another configuration would have made of a decision, in sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

from config.difference import Change, differences
from flows.stored import Replayed
from leads.decision import Decision
from routing.policy import Policy
from routing.wording import moment

_OUTCOME = ("owner", "pool", "rule", "method", "sla", "sla_due")
"""What somebody would notice; a reason and shares may differ in words and numbers alone."""


def is_otherwise(replayed: Replayed) -> bool:
    """Tell whether the lead would have ended otherwise."""
    return any(getattr(replayed.stored, n) != getattr(replayed.again, n) for n in _OUTCOME)


def what_if(lead: str, replayed: Replayed, before: Policy) -> Iterator[str]:
    """Yield what would change, and why; `before` is the policy of that day."""
    was, would = replayed.stored, replayed.again
    had = before.name_of(was.owner)
    if not is_otherwise(replayed):
        yield f"{lead}: nothing would change: {had} has it, {_by(was)}."
        return
    if was.owner == would.owner:
        parts = [f"{had} would have it as well"]
        if (was.rule, was.pool, was.method) != (would.rule, would.pool, would.method):
            parts.append(f"{_by(would)} instead of {_by(was)}")
    else:
        parts = [f"{replayed.policy.name_of(would.owner)} would have it instead of {had}"]
    if was.sla_due != would.sla_due:
        zone = replayed.policy.timezone
        due = f"{moment(would.sla_due, zone)} instead of {moment(was.sla_due, zone)}"
        parts.append(f"first touch due by {due}")
    yield f"{lead}: {', '.join(parts)}."
    yield f"    then:  {was.reason}"
    yield f"    would: {would.reason}"


def behind_it(
    replayed: Replayed, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Change]:
    """Return those differences of the two configurations that are of what decided the lead."""
    paths = [path for each in (replayed.stored, replayed.again) for path in _decided_by(each)]
    changes = differences(before, after)
    return [c for c in changes if any(f"{c.path}.".startswith(f"{path}.") for path in paths)]


def _decided_by(decision: Decision) -> Iterator[str]:
    yield f"rules.{decision.rule}"
    yield f"pools.{decision.pool}"
    yield f"owners.{decision.owner}"
    yield f"sla.{decision.sla}"
    yield "fallback"


def _by(decision: Decision) -> str:
    rule = f"by rule {decision.rule}" if decision.rule else "by no rule"
    if decision.pool:
        return f"{rule}, from pool {decision.pool}"
    return f"{rule} ({decision.method.value.replace('_', ' ')})"
