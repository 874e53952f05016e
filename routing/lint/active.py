"""Rules that are switched on between two days: which are over, and on which days the others are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from routing.lint.findings import Code, Finding, Severity
from routing.policy import Policy, Rule


def still_tried(policy: Policy, today: date) -> Policy:
    """Leave out the rules that are over: nothing is decided by them any more."""
    return replace(policy, rules=tuple(r for r in policy.rules if not _is_over(r, today)))


def rules_over(policy: Policy, today: date) -> Iterator[Finding]:
    """Name the rules that are left out."""
    for rule in policy.rules:
        if rule.active and _is_over(rule, today):
            yield Finding(
                code=Code.RULE_OVER,
                severity=Severity.NOTE,
                about=("rules", rule.name, "active"),
                message=f"{rule.name} is over since {rule.active.last}, and tried no more",
                remedy="remove it, or give it new days",
            )


def _is_over(rule: Rule, today: date) -> bool:
    return rule.active is not None and rule.active.last is not None and rule.active.last < today
