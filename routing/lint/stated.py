"""Every condition that a policy states, and where."""

from collections.abc import Iterator

from routing.policy import Policy
from routing.when import AllOf, AnyOf, Condition, Not

About = tuple[str, ...]


def stated(policy: Policy) -> Iterator[tuple[About, Condition]]:
    """Yield territories, segments and what rules match."""
    yield from ((("territories", name), each) for name, each in policy.territories.items())
    yield from ((("segments", name), each) for name, each in policy.segments.items())
    yield from ((("rules", rule.name, "when"), rule.when) for rule in policy.rules)


def alternatives(condition: Condition) -> Iterator[Condition]:
    """Yield those of every `any`, however deep it stands."""
    match condition:
        case AllOf(parts=parts):
            for part in parts:
                yield from alternatives(part)
        case AnyOf(parts=parts):
            for part in parts:
                yield part
                yield from alternatives(part)
        case Not(part=part):
            yield from alternatives(part)
        case _:
            pass
