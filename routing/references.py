"""References in a policy that lead nowhere: a rule to a pool that does not exist, and the like."""

from collections.abc import Iterator

from routing.policy import (
    FollowTheSun,
    HoldFor,
    NextShift,
    OnCall,
    Policy,
    Pool,
    Rule,
    Target,
    ToAccountOwner,
    ToOwner,
    ToPool,
)


def dangling(policy: Policy) -> Iterator[str]:
    """Yield one sentence for each."""
    if policy.fallback not in policy.owners:
        yield f"fallback: there is no owner {policy.fallback!r}"
    if policy.fallback_sla not in policy.slas:
        yield f"fallback: there is no SLA {policy.fallback_sla!r}"
    for pool in policy.pools.values():
        yield from (f"pool {pool.name}: {problem}" for problem in _of_pool(pool, policy))
    for owner in policy.owners.values():
        if owner.manager is not None and owner.manager not in policy.owners:
            yield f"owner {owner.id}: there is no owner {owner.manager!r} to be the manager"
    for rule in policy.rules:
        place = f"{rule.where}: " if rule.where else ""
        yield from (f"{place}rule {rule.name}: {problem}" for problem in _of_rule(rule, policy))


def _of_pool(pool: Pool, policy: Policy) -> Iterator[str]:
    for member in pool.members:
        if member.owner not in policy.owners:
            yield f"there is no owner {member.owner!r}"
    problem = _of_relief(pool, policy)
    if problem:
        yield problem


def _of_rule(rule: Rule, policy: Policy) -> Iterator[str]:
    if rule.sla not in policy.slas:
        yield f"there is no SLA {rule.sla!r}"
    for target in rule.assign:
        problem = _of_target(target, policy)
        if problem:
            yield problem


def _of_relief(pool: Pool, policy: Policy) -> str | None:
    match pool.out_of_hours:
        case FollowTheSun(pool=other):
            return None if other in policy.pools else f"there is no pool {other!r} to follow"
        case OnCall(owner=owner):
            return None if owner in policy.owners else f"there is no owner {owner!r} on call"
        case NextShift() | HoldFor() | None:
            return None


def _of_target(target: Target, policy: Policy) -> str | None:
    match target:
        case ToPool(pool=pool):
            return None if pool in policy.pools else f"there is no pool {pool!r}"
        case ToOwner(owner=owner):
            return None if owner in policy.owners else f"there is no owner {owner!r}"
        case ToAccountOwner():
            return None
