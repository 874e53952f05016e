"""By when somebody must have been in touch with the lead that is decided, and who works it when."""

from datetime import datetime

from leads.decision import Method
from routing.availability import Schedule
from routing.eligibility import Ask, starts_at, worked_from
from routing.policy import Policy, Rule, Sla, SlaClock
from routing.sla import due_on

_AT_ANY_HOUR = frozenset({Method.ON_CALL, Method.TAKE})


def promise(
    policy: Policy, rule: Rule | None, schedule: Schedule, method: Method, ask: Ask
) -> tuple[str, datetime]:
    """Give the SLA and its end. The rule's goes on to the fallback, unless its own ends sooner."""
    found = []
    if rule is not None:
        found.append((rule.sla, _due(policy.slas[rule.sla], schedule, ask, method)))
    if rule is None or method is Method.FALLBACK:
        own = policy.fallback_sla
        found.append((own, due_on(policy.slas[own], schedule, ask.now, ask.zones)))
    return min(found, key=lambda each: each[1])


def later_shift(schedule: Schedule, method: Method, ask: Ask) -> datetime | None:
    """Give when the shift begins that a lead is given for; None: who has it works it now."""
    if method in _AT_ANY_HOUR:
        return None
    start = worked_from(schedule, ask)
    return start if start > ask.now else None


def _due(sla: Sla, schedule: Schedule, ask: Ask, method: Method) -> datetime:
    """Count from when a pool began to hold the lead, if one did; on call, every hour counts."""
    if method is Method.ON_CALL:
        return ask.now + sla.first_touch
    start = ask.standing.held_since
    if start is None and sla.clock is SlaClock.BUSINESS:
        start = starts_at(schedule, ask)
    return due_on(sla, schedule, start or ask.now, ask.zones)
