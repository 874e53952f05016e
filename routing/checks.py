"""The compiled tests a condition is made of, but for spans: each decides, and says its miss."""

from collections.abc import Iterable
from dataclasses import dataclass
from re import Pattern

from routing.facts import Check, Facts, Truth
from routing.fields import BLANK

HOLDS, FAILS, UNKNOWN = Truth.HOLDS, Truth.FAILS, Truth.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """Every part holds: fails if one fails, else unknown if one is unknown."""

    parts: tuple[Check, ...]

    def truth(self, facts: Facts) -> Truth:
        worst = HOLDS
        for part in self.parts:
            truth = part.truth(facts)
            if truth is FAILS:
                return FAILS
            if truth is UNKNOWN:
                worst = UNKNOWN
        return worst

    def miss(self, facts: Facts) -> str:
        return " and ".join(p.miss(facts) for p in self.parts if p.truth(facts) is not HOLDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """Some part holds: else unknown if one is unknown, else fails."""

    parts: tuple[Check, ...]

    def truth(self, facts: Facts) -> Truth:
        best = FAILS
        for part in self.parts:
            truth = part.truth(facts)
            if truth is HOLDS:
                return HOLDS
            if truth is UNKNOWN:
                best = UNKNOWN
        return best

    def miss(self, facts: Facts) -> str:
        if not self.parts:
            return "an empty list of alternatives never holds"
        return "none of: " + "; ".join(part.miss(facts) for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glob:
    """A pattern and what every match begins with; `is_prefix`: beginning so is enough."""

    pattern: Pattern[str]
    prefix: str
    is_prefix: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A text field is one of some words, or matches a glob."""

    field: str
    exact: frozenset[str]
    globs: tuple[Glob, ...]
    hit: Truth  # HOLDS, or FAILS when negated; `other` is the opposite
    other: Truth
    wanted: str

    def truth(self, facts: Facts) -> Truth:
        text = facts.texts[self.field]
        if text in self.exact:
            return self.hit
        if text is None:
            return UNKNOWN
        if self.globs and any(glob.pattern.match(text) for glob in self.globs):
            return self.hit
        return self.other

    @property
    def asked(self) -> str:
        """Begin what `miss` says: the same whatever was found."""
        return f"{self.field}: wanted {self.wanted}, found "

    def miss(self, facts: Facts) -> str:
        return self.asked + facts.shown(self.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A field is blank (`empty`), or is not. Never unknown."""

    field: str
    empty: bool

    def truth(self, facts: Facts) -> Truth:
        return HOLDS if facts.is_blank(self.field) is self.empty else FAILS

    def miss(self, facts: Facts) -> str:
        wanted = BLANK if self.empty else "any value"
        return f"{self.field}: wanted {wanted}, found {facts.shown(self.field)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """
    The lead is in one of some territories (or segments).

    As true as the best of the named ones themselves: a territory that cannot be told because the
    country is blank is unknown, also under negation, whatever the other territories say.
    """

    kind: str
    positions: tuple[int, ...]  # of the named ones among all of the kind
    negated: bool
    wanted: str

    def truth(self, facts: Facts) -> Truth:
        truth = _best(facts.is_in(self.kind, at) for at in self.positions)
        return _NEGATION[truth] if self.negated else truth

    def miss(self, facts: Facts) -> str:
        if facts.in_full:
            found = _found_in_full(facts, self)
        else:
            found = _found(facts, self.kind, self.positions)
        return f"{self.kind}: wanted {self.wanted}, found {found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anywhere:
    """The lead is in no territory (segment) at all, or is in some. Never unknown."""

    kind: str
    empty: bool

    def truth(self, facts: Facts) -> Truth:
        nowhere = not facts.names_in(self.kind)
        return HOLDS if nowhere is self.empty else FAILS

    def miss(self, facts: Facts) -> str:
        wanted = "none" if self.empty else "any"
        return f"{self.kind}: wanted {wanted}, found {_found(facts, self.kind, ())}"


_MOST_MISSED = 3
_NEGATION = {HOLDS: FAILS, FAILS: HOLDS, UNKNOWN: UNKNOWN}


def _best(truths: Iterable[Truth]) -> Truth:
    best = FAILS
    for truth in truths:
        if truth is HOLDS:
            return HOLDS
        if truth is UNKNOWN:
            best = UNKNOWN
    return best


def _found(facts: Facts, kind: str, wanted: tuple[int, ...]) -> str:
    """Name those the lead is in, or the blank field that hides whether it is in the wanted one."""
    if inside := facts.names_in(kind):
        return inside
    for at in wanted:
        if facts.is_in(kind, at) is UNKNOWN:
            return f"{BLANK} ({facts.vocabulary.named[kind].checks[at].miss(facts)})"
    return "none"


def _found_in_full(facts: Facts, asked: Inside) -> str:
    """Go on with what of each wanted one failed, or hides whether it holds."""
    named, inside = facts.vocabulary.named[asked.kind], facts.names_in(asked.kind)
    truths = {at: facts.is_in(asked.kind, at) for at in asked.positions}
    found = inside or (BLANK if UNKNOWN in truths.values() else "none")
    if HOLDS in truths.values():  # as must not be
        return found
    missed = [at for at, truth in truths.items() if truth is UNKNOWN or not asked.negated]
    if len(truths) == 1 and not inside:
        return f"{found} ({named.checks[missed[0]].miss(facts)})"
    told = [f"{named.names[at]}: {named.checks[at].miss(facts)}" for at in missed[:_MOST_MISSED]]
    rest = len(missed) - len(told)
    return f"{found} ({'; '.join([*told, *([f'and {rest} more'] if rest else [])])})"
