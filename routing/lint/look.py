"""Everything that can be found out about a policy by looking at it, and at its latest leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from routing.lint.active import rules_over, still_tried
from routing.lint.at_odds import at_odds
from routing.lint.contradictions import holding_for_nobody
from routing.lint.fields import Fill, country_concluded, seldom_filled, seldom_placed
from routing.lint.findings import Finding, Severity
from routing.lint.gaps import overlaps, uncovered
from routing.lint.hours import hours
from routing.lint.people import people
from routing.lint.plan import Plan
from routing.lint.rules import unreached
from routing.lint.words import never_arriving, redundant, unused
from routing.policy import Cap, Policy
from routing.space.reality import Reality

_RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """
    What is known beside the policy. `today` None leaves the calendar out, and takes rules that are
    over for rules like any other; `fills` is how full each source's latest leads were,
    `least_filled` the share below which a rule should not need a field; `default_caps` are those
    that owners have who state no others.
    """

    reality: Reality = field(default_factory=Reality)
    today: date | None = None
    fills: Mapping[str, Fill] = field(default_factory=dict)
    least_filled: float = 0.2
    default_caps: tuple[Cap, ...] = ()


_NOTHING = Sight()


def lint(policy: Policy, sight: Sight = _NOTHING) -> list[Finding]:
    """Look the policy over; errors first, notes last."""
    return sorted(_findings(policy, sight), key=lambda finding: _RANK[finding.severity])


def _findings(policy: Policy, sight: Sight) -> Iterator[Finding]:
    today, whole = sight.today, policy
    if today is not None:
        yield from rules_over(policy, today)
        policy = still_tried(policy, today)
    plan = Plan(policy, replace(sight.reality, today=today))
    yield from people(policy)
    yield from at_odds(policy, sight.default_caps)
    yield from unreached(plan)
    yield from holding_for_nobody(plan)
    yield from never_arriving(plan)
    yield from overlaps(plan)
    yield from seldom_filled(plan, sight.fills, sight.least_filled)
    yield from seldom_placed(plan, sight.fills, sight.least_filled)
    yield from country_concluded(plan, sight.fills, sight.least_filled)
    if today is not None:
        yield from hours(policy, today)
    yield from uncovered(plan)
    yield from redundant(plan)
    yield from unused(Plan(whole, sight.reality))
