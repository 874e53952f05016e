"""What loads but cannot be meant: rules never reached, pools nobody of which can take a lead."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from routing.policy import AllOf, Policy, Pool, Rule, ToPool


class Severity(StrEnum):
    ERROR = "error"  # it cannot work
    WARNING = "warning"  # it works otherwise than it reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`where` is a file and line where the policy knows it, else what it is about."""

    severity: Severity
    where: str
    message: str
    remedy: str


def lint(policy: Policy) -> list[Finding]:
    """Look the policy over; errors first."""
    findings = [*_unreached(policy), *_aimless(policy), *_pools(policy), *_fallback(policy)]
    return sorted(findings, key=lambda finding: finding.severity is Severity.WARNING)


def _unreached(policy: Policy) -> Iterator[Finding]:
    catch_all: Rule | None = None
    for rule in policy.rules:
        if catch_all is not None:
            yield Finding(
                severity=Severity.WARNING,
                where=_place(rule),
                message=f"rule {rule.name} is never reached: {catch_all.name} above takes all",
                remedy=f"move it above {catch_all.name}, or give that one a condition",
            )
        elif _is_unconditional(rule):
            catch_all = rule


def _aimless(policy: Policy) -> Iterator[Finding]:
    for rule in policy.rules:
        if not rule.assign:
            yield Finding(
                severity=Severity.ERROR,
                where=_place(rule),
                message=f"rule {rule.name} assigns to nobody: its leads go to the fallback",
                remedy="name a pool, an owner or account_owner under assign",
            )


def _pools(policy: Policy) -> Iterator[Finding]:
    for pool in policy.pools.values():
        if not pool.members:
            yield Finding(
                severity=Severity.ERROR,
                where=f"pool {pool.name}",
                message=f"pool {pool.name} has no members: its leads go on to the next target",
                remedy="add members, or check that somebody has the skills it asks for",
            )
            continue
        yield from _weights(pool)
        yield from _without_id(pool, policy)


def _weights(pool: Pool) -> Iterator[Finding]:
    idle = [member.owner for member in pool.members if member.weight <= 0]
    if len(idle) == len(pool.members):
        yield Finding(
            severity=Severity.ERROR,
            where=f"pool {pool.name}",
            message=f"every member of pool {pool.name} has weight 0: nobody gets its leads",
            remedy="give somebody a weight of 1 or more",
        )
        return
    for owner in idle:
        yield Finding(
            severity=Severity.WARNING,
            where=f"pool {pool.name}",
            message=f"{owner} has weight 0 in pool {pool.name}: they get none of its leads",
            remedy="give a weight of 1 or more, or take them out of the pool",
        )


def _without_id(pool: Pool, policy: Policy) -> Iterator[Finding]:
    for crm in sorted(set(policy.crm_of.values())):
        lacking = [m.owner for m in pool.members if not policy.owners[m.owner].crm.get(crm)]
        if len(lacking) == len(pool.members):
            yield Finding(
                severity=Severity.ERROR if _is_used(pool, policy) else Severity.WARNING,
                where=f"pool {pool.name}",
                message=f"nobody in pool {pool.name} has an id in {crm}: none can get its leads",
                remedy=f"fill in {crm} under crm of its members",
            )


def _fallback(policy: Policy) -> Iterator[Finding]:
    for crm in sorted(set(policy.crm_of.values())):
        if not policy.owners[policy.fallback].crm.get(crm):
            yield Finding(
                severity=Severity.ERROR,
                where="fallback",
                message=f"fallback {policy.fallback} has no id in {crm}: no lead there can be its",
                remedy=f"fill in {crm} under crm of {policy.fallback}",
            )


def _is_unconditional(rule: Rule) -> bool:
    return isinstance(rule.when, AllOf) and not rule.when.parts


def _is_used(pool: Pool, policy: Policy) -> bool:
    return any(ToPool(pool=pool.name) in rule.assign for rule in policy.rules)


def _place(rule: Rule) -> str:
    return rule.where or f"rule {rule.name}"
