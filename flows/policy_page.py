"""The policy in force on one page that a manager can read."""

from collections.abc import Iterator

from config.configuration import Configuration
from routing.describe import condition_words, pool_words, rule_words
from routing.policy import Owner, Policy
from routing.wording import duration


def policy_page(configuration: Configuration) -> Iterator[str]:
    """Yield the lines: rules in the order they are tried, then who shares what."""
    policy = configuration.policy
    yield f"Policy {policy.hash}. Rules are tried from the top; the first that matches decides."
    yield ""
    for number, rule in enumerate(policy.rules, start=1):
        yield f"{number:>3}. {rule.name}"
        yield from (f"       {line}" for line in rule_words(rule, policy))
    yield from _fallback(policy)
    yield from _section("Pools", [pool_words(pool, policy) for pool in policy.pools.values()])
    for title, named in (("Territories", policy.territories), ("Segments", policy.segments)):
        yield from _section(title, [f"{n}: {condition_words(c)}" for n, c in named.items()])
    yield from _section("Owners", [_owner(owner) for owner in policy.owners.values()])


def _fallback(policy: Policy) -> Iterator[str]:
    name = policy.owners[policy.fallback].name
    within = duration(policy.slas[policy.fallback_sla].first_touch)
    yield "Else"
    yield f"       to {name}, SLA {policy.fallback_sla} ({within})"


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _owner(owner: Owner) -> str:
    parts = ["queue" if owner.is_queue else owner.timezone]
    parts.append("always on" if owner.calendar is None else f"hours {owner.calendar.name}")
    if owner.max_open is not None:
        parts.append(f"at most {owner.max_open} open")
    if owner.skills:
        parts.append(", ".join(sorted(owner.skills)))
    return f"{owner.name} ({owner.id}): {'; '.join(parts)}"
