"""Pools and targets from which nobody can get a lead, and members who never do."""

from collections.abc import Iterator, Sequence

from leads.keys import PoolName
from routing.lint.chain import backed, chain_of, is_able
from routing.lint.findings import Code, Finding, Severity
from routing.lint.value_words import few
from routing.policy import Policy, Pool, Rule, ToAccountOwner, ToOwner, ToPool
from routing.wording import duration, listed


def people(policy: Policy) -> Iterator[Finding]:
    """Look at who can get leads at all."""
    for pool in policy.pools.values():
        yield from _without_id(pool, policy)
        yield from _never_eligible(pool, policy)
    for rule in policy.rules:
        yield from _nobody_eligible(rule, policy)
    yield from _fallback(policy)
    yield from _faster_than_the_fallback(policy)


def _without_id(pool: Pool, policy: Policy) -> Iterator[Finding]:
    for crm in _written(policy):
        lacking = [m.owner for m in pool.members if not policy.owners[m.owner].crm.get(crm)]
        if len(lacking) == len(pool.members):
            is_used = bool(_rules_with(pool.name, policy))
            yield Finding(
                code=Code.NO_CRM_ID,
                severity=Severity.ERROR if is_used else Severity.WARNING,
                about=("pools", pool.name),
                message=f"nobody in pool {pool.name} has an id in {crm}: none can get its leads",
                remedy=f"fill in {crm} under crm of its members",
            )


def _never_eligible(pool: Pool, policy: Policy) -> Iterator[Finding]:
    """Name members whom every rule that uses the pool asks for skills they do not have."""
    rules = _rules_with(pool.name, policy)
    for member in pool.members:
        owner = policy.owners[member.owner]
        lacking = [rule.require_skills - owner.skills for rule in rules]
        if rules and all(lacking) and any(_takes(rule, pool, policy) for rule in rules):
            skills = listed(sorted(frozenset().union(*lacking)))
            yield Finding(
                code=Code.NEVER_ELIGIBLE,
                severity=Severity.WARNING,
                about=("pools", pool.name),
                message=f"{owner.id} gets no lead of pool {pool.name}: {_asked(rules)} {skills}",
                remedy=f"add the skill to {owner.id}, or take them out of the pool",
            )


def _asked(rules: Sequence[Rule]) -> str:
    one = f"its only rule, {rules[0].name}, requires"
    return one if len(rules) == 1 else "each of its rules requires more than they can do:"


def _nobody_eligible(rule: Rule, policy: Policy) -> Iterator[Finding]:
    """Name targets of a rule of which nobody has the skills it requires."""
    for target in rule.assign:
        match target:
            case ToPool(pool=name) if _gets_none(policy.pools[name], rule, policy):
                skills = listed(sorted(rule.require_skills))
                nearest, end = _nearest(policy.pools[name], rule, policy), _end(rule, policy)
                yield _gives_nothing(
                    rule,
                    f"pool {name} nothing: nobody in it has {skills}{nearest}{end}",
                    f"name another pool, or {_helped(rule, policy)}",
                )
            case ToOwner(owner=name) if not is_able(name, rule, policy):
                skills = listed(sorted(rule.require_skills - policy.owners[name].skills))
                instead = next((e for e in backed(name, policy) if is_able(e, rule, policy)), None)
                then = f" (their backup {instead} has)" if instead else ""
                yield _gives_nothing(
                    rule,
                    f"{name} nothing: it requires {skills}, which {name} has not{then}",
                    f"add the skill to {name}, or name somebody else",
                )
            case _:
                pass


def _nearest(pool: Pool, rule: Rule, policy: Policy) -> str:
    """Name those of a pool who lack least of what a rule requires, where they have some of it."""
    lacking = {m.owner: rule.require_skills - policy.owners[m.owner].skills for m in pool.members}
    least = min(map(len, lacking.values()))
    if least == len(rule.require_skills):
        return ""
    near = [f"{w} (without {listed(sorted(s))})" for w, s in lacking.items() if len(s) == least]
    return f"; nearest {'is' if len(near) == 1 else 'are'} {few(near, 'and')}"


def _end(rule: Rule, policy: Policy) -> str:
    """Say where all of a rule's leads go, if nobody at all on its list may have one."""
    is_open = any(isinstance(target, ToAccountOwner) for target in rule.assign)
    if is_open or chain_of(rule, policy).owners:
        return ""
    return f"; nor has anybody on its list, so its leads go to the fallback {policy.fallback}"


def _helped(rule: Rule, policy: Policy) -> str:
    able = [name for name in policy.owners if is_able(name, rule, policy)]
    if not able:
        return "add what is missing to somebody in it"
    return f"put somebody in it who has {_it(rule)}: {few(able, 'or')}"


def _it(rule: Rule) -> str:
    return "it" if len(rule.require_skills) == 1 else "them"


def _gives_nothing(rule: Rule, what: str, remedy: str) -> Finding:
    return Finding(
        code=Code.NEVER_ELIGIBLE,
        severity=Severity.WARNING,
        about=("rules", rule.name, "require"),
        message=f"{rule.name} gives {what}",
        remedy=remedy,
    )


def _gets_none(pool: Pool, rule: Rule, policy: Policy) -> bool:
    return bool(pool.members) and not _takes(rule, pool, policy)


def _takes(rule: Rule, pool: Pool, policy: Policy) -> bool:
    return any(is_able(member.owner, rule, policy) for member in pool.members)


def _fallback(policy: Policy) -> Iterator[Finding]:
    for crm in _written(policy):
        if not policy.owners[policy.fallback].crm.get(crm):
            yield Finding(
                code=Code.NO_CRM_ID,
                severity=Severity.ERROR,
                about=("fallback",),
                message=f"fallback {policy.fallback} has no id in {crm}: no lead there can be its",
                remedy=f"fill in {crm} under crm of {policy.fallback}",
            )


def _faster_than_the_fallback(policy: Policy) -> Iterator[Finding]:
    """A rule's own SLA stays with a lead that ends at the fallback: somebody must keep it there."""
    own = policy.slas[policy.fallback_sla]
    rules = [rule for rule in policy.rules if policy.slas[rule.sla].first_touch < own.first_touch]
    if rules:
        shortest = min((policy.slas[rule.sla] for rule in rules), key=lambda sla: sla.first_touch)
        yield Finding(
            code=Code.SLA_AT_FALLBACK,
            severity=Severity.NOTE,
            about=("fallback",),
            message=(
                f"leads of {few([rule.name for rule in rules], 'and')} keep their SLA at the "
                f"fallback {policy.fallback}: a first touch within "
                f"{duration(shortest.first_touch)} (SLA {shortest.name}), not within the "
                f"{duration(own.first_touch)} of its own"
            ),
            remedy=f"see that somebody watches {policy.fallback} as closely",
        )


def _written(policy: Policy) -> list[str]:
    return sorted(set(policy.crm_of.values()))


def _rules_with(pool: PoolName, policy: Policy) -> list[Rule]:
    return [rule for rule in policy.rules if ToPool(pool=pool) in rule.assign]
