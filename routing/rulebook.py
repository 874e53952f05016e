"""The rules in order, compiled: the first that matches, and what those before it missed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from leads.decision import RuleTrial
from leads.errors import ConfigError
from leads.keys import OwnerId
from leads.lead import Lead
from routing.conditions import Names, compile_condition, parts_of
from routing.facts import Check, Facts, Vocabulary
from routing.fields import NAMED
from routing.index import Index
from routing.policy import Policy, Rule
from routing.span_checks import Active
from routing.when import AllOf, AnyOf, Condition, Not

FEW_RULES = 50
"""With more rules than this a decision keeps only the match and the near misses."""

_NEAR = 1
_trial = partial(tuple.__new__, RuleTrial)  # RuleTrial(...) takes twice as long


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """
    `trials` end with the rule that matched, if any did; `facts` is what they looked at.

    Where none did, `nearest` are those that one condition kept from it, the nearest first.
    """

    rule: Rule | None
    trials: tuple[RuleTrial, ...]
    facts: Facts
    nearest: tuple[RuleTrial, ...] = ()


class RuleBook:
    """First match wins, top to bottom."""

    def __init__(self, policy: Policy) -> None:
        """Raises ConfigError with one problem for each rule, territory or segment that has one."""
        draft = _Draft(policy)
        self._vocabulary = draft.vocabulary()
        self._rules = policy.rules
        self._names = [rule.name for rule in policy.rules]
        self._segments = tuple(policy.segments)
        parts = list(draft.rules())
        self._index = Index(parts)
        self._sizes = dict(zip(self._names, map(len, parts), strict=False))  # fewer: it raises
        self._keeps_all = len(policy.rules) <= FEW_RULES
        if draft.problems:
            raise ConfigError(draft.problems)

    def match(
        self, lead: Lead, now: datetime, *, full: bool, account_owner: OwnerId | None = None
    ) -> Match:
        """
        Find the first rule that matches at `now` (aware).

        `full` keeps every rule before it in the trace, however many there are.
        """
        return self._match(self.facts(lead, now, account_owner), full=full)

    def tell(
        self, lead: Lead, now: datetime, account_owner: OwnerId | None = None
    ) -> tuple[RuleTrial, ...]:
        """
        Give all trials of `match`, with what failed of each territory and segment they name.

        For who reads them: those that a decision keeps name the territory alone.
        """
        facts = Facts(lead, self._vocabulary, now, account_owner=account_owner, in_full=True)
        return self._match(facts, full=True).trials

    def _match(self, facts: Facts, *, full: bool) -> Match:
        failures = self._index.failures(facts)
        matching = self._index.every & ~failures.once
        first = matching & -matching
        before, names = (first - 1) & self._index.every, self._names
        if full or self._keeps_all:
            trials = [
                _trial((names[n], False, tuple([part.miss(facts) for part in parts])))
                for n, parts in self._index.misses(failures, before)
            ]
        else:
            near = before & failures.once & ~failures.twice
            missed = self._index.only_misses(failures, near, facts)
            trials = [_trial((names[n], False, (missed[n],))) for n in sorted(missed)]
        if not first:
            nearest = tuple(self._nearest(trials))
            return Match(rule=None, trials=tuple(trials), facts=facts, nearest=nearest)
        rule = self._rules[first.bit_length() - 1]
        trials.append(_trial((rule.name, True, ())))
        return Match(rule=rule, trials=tuple(trials), facts=facts)

    def _nearest(self, trials: Sequence[RuleTrial]) -> list[RuleTrial]:
        """
        Order the near misses: those first of which most else held, then as the rules stand.

        A rule of one condition is as far from every lead: it is left out where another is nearer.
        """
        near = near_misses(trials)
        near.sort(key=lambda trial: -self._sizes[trial.rule])
        return [trial for trial in near if self._sizes[trial.rule] > _NEAR] or near

    def facts(self, lead: Lead, now: datetime, account_owner: OwnerId | None = None) -> Facts:
        """Give what rules look at."""
        return Facts(lead, self._vocabulary, now, account_owner=account_owner)

    def segments(self, facts: Facts) -> frozenset[str]:
        """Give the segments that the lead is in."""
        inside, _ = facts.places("segment")
        return frozenset(name for n, name in enumerate(self._segments) if inside >> n & 1)


def looks_at(policy: Policy, field: str) -> bool:
    """Tell whether any condition of the policy names a field."""
    named = (*policy.territories.values(), *policy.segments.values())
    conditions = (*(rule.when for rule in policy.rules), *named)
    return any(field in fields_of(each) for each in conditions)


def near_misses(trials: Sequence[RuleTrial]) -> list[RuleTrial]:
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


class Gazetteer:
    """The territories, or the segments: which of them a lead is in, and which it is not."""

    def __init__(
        self, *, names: Sequence[str], checks: Sequence[Check], opposites: Sequence[Check]
    ) -> None:
        self.names = names
        self.checks = checks
        self._inside = Index([parts_of(check) for check in checks])
        self._outside = Index([parts_of(check) for check in opposites])

    def sort(self, facts: Facts) -> tuple[int, int]:
        """Give both as sets of bits; where a blank field hides it, a name is in neither."""
        return self._inside.holding(facts), self._outside.holding(facts)


def _active(rule: Rule) -> Iterator[Check]:
    if rule.active is not None:
        yield Active(first=rule.active.first, last=rule.active.last)


class _Draft:
    """Compiles a policy's conditions, collecting what is wrong with them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.problems: list[str] = []

    def rules(self) -> Iterator[tuple[Check, ...]]:
        """Yield the parts of each rule's condition."""
        policy = self._policy
        names = {"territory": tuple(policy.territories), "segment": tuple(policy.segments)}
        for rule in policy.rules:
            place = f"{rule.where}: rule {rule.name}" if rule.where else f"rule {rule.name}"
            check = self._compile(place, rule.when, names)
            if check is not None:
                yield (*_active(rule), *parts_of(check))

    def vocabulary(self) -> Vocabulary:
        """
        Compile territories and segments.

        A segment may build on territories, a territory on neither: so none can go in a circle.
        """
        policy = self._policy
        inside = {"territory": tuple(policy.territories)}
        named = {
            "territory": self._named("territory", policy.territories, {}),
            "segment": self._named("segment", policy.segments, inside),
        }
        return Vocabulary(money=policy.money, zone=self._zone(), named=named)

    def _zone(self) -> ZoneInfo:
        try:
            return ZoneInfo(self._policy.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            problem = f"timezone: there is no time zone {self._policy.timezone!r}"
            self.problems.append(f"{problem}: write one as in Europe/Madrid")
            return ZoneInfo("UTC")

    def _named(self, kind: str, conditions: Mapping[str, Condition], names: Names) -> Gazetteer:
        checks, opposites = [], []
        for name, condition in conditions.items():
            circular = (fields_of(condition) & NAMED) - names.keys()
            if circular:
                what = " or a ".join(sorted(circular))
                self.problems.append(f"{kind} {name}: a {kind} cannot build on a {what}")
                continue
            check = self._compile(f"{kind} {name}", condition, names)
            if check is not None:
                checks.append(check)
                opposite = Not(part=condition)
                opposites.append(compile_condition(opposite, names, self._policy.money.base))
        return Gazetteer(names=tuple(conditions), checks=checks, opposites=opposites)

    def _compile(self, place: str, condition: Condition, names: Names) -> Check | None:
        try:
            return compile_condition(condition, names, self._policy.money.base)
        except ConfigError as error:
            self.problems.extend(f"{place}: {problem}" for problem in error.problems)
            return None
