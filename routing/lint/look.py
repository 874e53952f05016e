"""Everything that can be found out about a policy by looking at it alone."""

from collections.abc import Iterator

from routing.lint.findings import Finding, Severity
from routing.lint.gaps import overlaps, uncovered
from routing.lint.people import people
from routing.lint.plan import Plan
from routing.lint.rules import unreached
from routing.lint.words import never_arriving, redundant, unused
from routing.policy import Policy
from routing.space.reality import Reality

_RANK = {severity: rank for rank, severity in enumerate(Severity)}
_ANY = Reality()


def lint(policy: Policy, reality: Reality = _ANY) -> list[Finding]:
    """Look the policy over; errors first, notes last."""
    return sorted(_findings(policy, reality), key=lambda finding: _RANK[finding.severity])


def _findings(policy: Policy, reality: Reality) -> Iterator[Finding]:
    plan = Plan(policy, reality)
    yield from people(policy)
    yield from unreached(plan)
    yield from never_arriving(plan)
    yield from overlaps(plan)
    yield from uncovered(plan)
    yield from redundant(plan)
    yield from unused(plan)
