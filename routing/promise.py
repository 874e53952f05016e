"""By when somebody must have been in touch with the lead that is decided, and who works it when."""

from datetime import datetime

from leads.decision import Method
from routing.availability import Schedule
from routing.eligibility import Ask, starts_at, worked_from
from routing.policy import Policy, Rule
from routing.sla import due_on
from routing.sla_terms import Sla, SlaClock

_AT_ANY_HOUR = frozenset({Method.ON_CALL, Method.TAKE})


def promise(
    policy: Policy, rule: Rule | None, schedule: Schedule, method: Method, ask: Ask
) -> tuple[str, datetime]:
    """Give the SLA and its end. The rule's goes on to the fallback, unless its own ends sooner."""
    if rule is not None:
        ruled = rule.sla, _due(policy.slas[rule.sla], schedule, ask, method)
        if method is not Method.FALLBACK:
            return ruled
    own = policy.fallback_sla
    falls = own, due_on(policy.slas[own], schedule, ask.now, ask.zones)
    return falls if rule is None or falls[1] < ruled[1] else ruled


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
