"""The rules in order, compiled: the first that matches, and what those before it missed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leads.decision import RuleTrial
from leads.errors import ConfigError
from leads.lead import Lead
from routing.checks import Active
from routing.conditions import Names, compile_condition, parts_of
from routing.facts import NAMED, Check, Facts, Truth, Vocabulary
from routing.policy import AllOf, AnyOf, Condition, Not, Policy, Rule

FEW_RULES = 50
"""With more rules than this a decision keeps only the match and the near misses."""

_NEAR = 1
_HOLDS = Truth.HOLDS
_EVERY = 0  # a count that is never reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`trials` end with the rule that matched, if any did."""

    rule: Rule | None
    trials: tuple[RuleTrial, ...]


class RuleBook:
    """First match wins, top to bottom."""

    def __init__(self, policy: Policy) -> None:
        """Raises ConfigError with one problem for each rule, territory or segment that has one."""
        draft = _Draft(policy)
        self._vocabulary = draft.vocabulary()
        self._rules = tuple(draft.rules())
        self._keeps_all = len(policy.rules) <= FEW_RULES
        if draft.problems:
            raise ConfigError(draft.problems)

    def match(self, lead: Lead, now: datetime, *, full: bool) -> Match:
        """
        Try the rules at `now` (aware).

        `full` keeps every rule tried in the trace, however many there are.
        """
        facts = Facts(lead, self._vocabulary, now)
        keeps_all = full or self._keeps_all
        # One miss more than a near miss settles that it is none.
        enough = _EVERY if keeps_all else _NEAR + 1
        trials: list[RuleTrial] = []
        for rule, parts, matched in self._rules:
            missed = []
            for part in parts:
                if part.truth(facts) is not _HOLDS:
                    missed.append(part)
                    if len(missed) == enough:
                        break
            else:
                if not missed:
                    return Match(rule=rule, trials=(*trials, matched))
            if keeps_all or len(missed) == _NEAR:
                trials.append(_trial(rule, missed, facts))
        return Match(rule=None, trials=tuple(trials))


def near_misses(trials: tuple[RuleTrial, ...]) -> list[RuleTrial]:
    """Give the rules that one condition alone kept from matching."""
    return [t for t in trials if not t.matched and len(t.failed_on) == _NEAR]


def fields_of(condition: Condition) -> frozenset[str]:
    """Give every field a condition looks at."""
    match condition:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return frozenset().union(*map(fields_of, parts))
        case Not(part=part):
            return fields_of(part)
        case _:
            return frozenset({condition.field})


def _trial(rule: Rule, missed: Sequence[Check], facts: Facts) -> RuleTrial:
    failed_on = tuple(part.miss(facts) for part in missed)
    return RuleTrial(rule=rule.name, matched=False, failed_on=failed_on)


def _active(rule: Rule) -> Iterator[Check]:
    if rule.active is not None:
        yield Active(first=rule.active.first, last=rule.active.last)


class _Draft:
    """Compiles a policy's conditions, collecting what is wrong with them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.problems: list[str] = []

    def rules(self) -> Iterator[tuple[Rule, tuple[Check, ...], RuleTrial]]:
        names = {"territory": self._policy.territories, "segment": self._policy.segments}
        for rule in self._policy.rules:
            place = f"{rule.where}: rule {rule.name}" if rule.where else f"rule {rule.name}"
            check = self._compile(place, rule.when, names)
            if check is not None:
                parts = (*_active(rule), *parts_of(check))
                yield rule, parts, RuleTrial(rule=rule.name, matched=True)

    def vocabulary(self) -> Vocabulary:
        """
        Compile territories and segments.

        A segment may build on territories, a territory on neither: so none can go in a circle.
        """
        territories = self._policy.territories
        named = {
            "territory": self._named("territory", territories, {}),
            "segment": self._named("segment", self._policy.segments, {"territory": territories}),
        }
        return Vocabulary(money=self._policy.money, zone=self._zone(), named=named)

    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self._policy.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            problem = f"timezone: there is no time zone {self._policy.timezone!r}"
            self.problems.append(f"{problem}: write one as in Europe/Madrid")
            return ZoneInfo("UTC")

    def _named(
        self, kind: str, conditions: Mapping[str, Condition], names: Names
    ) -> dict[str, Check]:
        checks = {}
        for name, condition in conditions.items():
            circular = (fields_of(condition) & NAMED) - names.keys()
            if circular:
                what = " or a ".join(sorted(circular))
                self.problems.append(f"{kind} {name}: a {kind} cannot build on a {what}")
                continue
            check = self._compile(f"{kind} {name}", condition, names)
            if check is not None:
                checks[name] = check
        return checks

    def _compile(self, place: str, condition: Condition, names: Names) -> Check | None:
        try:
            return compile_condition(condition, names, self._policy.money.base)
        except ConfigError as error:
            self.problems.extend(f"{place}: {problem}" for problem in error.problems)
            return None
