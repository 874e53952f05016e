"""
Conditions in three-valued logic, compiled once; the same checks that decide also explain.

A blank field is unknown and stays unknown under `Not`; only `Presence(empty=True)` matches it.
`Not` is pushed down to the fields when compiling (De Morgan holds in Kleene's logic), so that
every explanation speaks of a field: "industry: wanted anything but retail, found retail".
"""

import fnmatch
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from leads.errors import ConfigError
from routing.checks import Anywhere, Both, Either, Filled, Glob, Inside, Word
from routing.facts import Check, Truth
from routing.fields import (
    ACCOUNT_OWNER,
    CLOCKS,
    CUSTOM,
    DAYS,
    FIGURES,
    NAMED,
    PERSONAL,
    SWITCHES,
    TEXTS,
    WEEKDAYS,
)
from routing.lead_clock import WEEKDAYS as DAYS_OF_THE_WEEK
from routing.span_checks import Clocked, Dated, OnDay, Within
from routing.span_words import bounds, clock, days
from routing.when import AllOf, AnyOf, Between, Condition, During, Not, OnClock, OneOf, Presence
from routing.wording import listed

FIELDS = TEXTS | SWITCHES | FIGURES | NAMED | DAYS | CLOCKS | WEEKDAYS | {ACCOUNT_OWNER}
"""Every field a condition may name, beside `custom.NAME`."""

_WILD = re.compile(r"[*?]")
_SPELT_OUT = 8  # a decision keeps these words for every rule that missed

Leaf = OneOf | Between | Presence | During | OnClock
Names = Mapping[str, Sequence[str]]
"""The territories and segments there are to be named, by kind, in order."""


def compile_condition(condition: Condition, names: Names, base: str) -> Check:
    """
    Compile for policies with these territories and segments; `base` is their currency.

    Raises ConfigError when a field or a name does not exist, or a figure is compared with a word.
    """
    return _Compiler(names, base).compile(condition, negated=False)


def parts_of(check: Check) -> tuple[Check, ...]:
    """Take a conjunction apart: what a rule can fail on, one entry each."""
    return check.parts if isinstance(check, Both) else (check,)


class _Compiler:
    def __init__(self, names: Names, base: str) -> None:
        self._names = names
        self._base = base

    def compile(self, condition: Condition, *, negated: bool) -> Check:
        match condition:
            case Not(part=part):
                return self.compile(part, negated=not negated)
            case AllOf(parts=parts):
                return self._joined(parts, negated=negated, every=not negated)
            case AnyOf(parts=parts):
                return self._joined(parts, negated=negated, every=negated)
            case _:
                return self._leaf(condition, negated=negated)

    def _leaf(self, condition: Leaf, *, negated: bool) -> Check:
        match condition:
            case OneOf():
                return self._one_of(condition, negated=negated)
            case Between():
                return self._between(condition, negated=negated)
            case Presence():
                return self._presence(condition, negated=negated)
            case During():
                return _during(condition, negated=negated)
            case OnClock():
                return _on_clock(condition, negated=negated)

    def _joined(self, parts: tuple[Condition, ...], *, negated: bool, every: bool) -> Check:
        kind = Both if every else Either
        flat: list[Check] = []
        for part in parts:
            check = self.compile(part, negated=negated)
            flat.extend(check.parts if isinstance(check, kind) else [check])
        return flat[0] if len(flat) == 1 else kind(parts=tuple(flat))

    def _one_of(self, condition: OneOf, *, negated: bool) -> Check:
        _require_field(condition.field)
        if condition.field in NAMED:
            return self._inside(condition, negated=negated)
        if condition.field in FIGURES | DAYS | CLOCKS:
            exact = tuple(_exactly(condition.field, value) for value in condition.values)
            return self.compile(AnyOf(parts=exact), negated=negated)
        if condition.field in WEEKDAYS:
            return _weekday(condition, negated=negated)
        folded = [value.casefold() for value in condition.values]
        return Word(
            field=condition.field,
            exact=frozenset(value for value in folded if not _is_glob(value)),
            globs=tuple(_glob(value) for value in folded if _is_glob(value)),
            hit=Truth.FAILS if negated else Truth.HOLDS,
            other=Truth.HOLDS if negated else Truth.FAILS,
            wanted=_wanted(condition, negated=negated),
        )

    def _inside(self, condition: OneOf, *, negated: bool) -> Check:
        known = self._names.get(condition.field, ())
        positions: dict[int, None] = {}
        for value in condition.values:
            pattern = _pattern(value.casefold())
            found = [at for at, name in enumerate(known) if pattern.match(name.casefold())]
            if not found:
                there = ", ".join(known) or "none"
                raise ConfigError(
                    [f"no {condition.field} is called {value!r} (there are: {there})"]
                )
            positions.update(dict.fromkeys(found))
        return Inside(
            kind=condition.field,
            positions=tuple(positions),
            negated=negated,
            wanted=_wanted(condition, negated=negated),
        )

    def _between(self, condition: Between, *, negated: bool) -> Check:
        _require_field(condition.field)
        if condition.field in NAMED | SWITCHES | DAYS | CLOCKS | WEEKDAYS:
            raise ConfigError([f"{condition.field} is not a number: min and max do not apply"])
        unit = f" {self._base}" if condition.field == "deal_value" else ""
        wanted = bounds(condition.least, condition.most, unit)
        return Within(
            field=condition.field,
            least=condition.least,
            most=condition.most,
            negated=negated,
            wanted=_unless(wanted, negated=negated),
        )

    def _presence(self, condition: Presence, *, negated: bool) -> Check:
        _require_field(condition.field)
        empty = condition.empty is not negated
        if condition.field in NAMED:
            return Anywhere(kind=condition.field, empty=empty)
        return Filled(field=condition.field, empty=empty)


def _during(condition: During, *, negated: bool) -> Check:
    _require_field(condition.field)
    if condition.field not in DAYS and not condition.field.startswith(CUSTOM):
        raise ConfigError([f"{condition.field} is not a date"])
    first, last = condition.first, condition.last
    wanted = _unless(days(first, last), negated=negated)
    return Dated(field=condition.field, first=first, last=last, negated=negated, wanted=wanted)


def _on_clock(condition: OnClock, *, negated: bool) -> Check:
    if condition.field not in CLOCKS:
        raise ConfigError([f"{condition.field} is not a time of day"])
    first, last = condition.first, condition.last
    wanted = _unless(clock(first, last), negated=negated)
    return Clocked(field=condition.field, first=first, last=last, negated=negated, wanted=wanted)


def _weekday(condition: OneOf, *, negated: bool) -> Check:
    unknown = sorted(set(condition.values) - set(DAYS_OF_THE_WEEK))
    if unknown:
        problem = f"{condition.field}: {unknown[0]!r} is not a weekday; write mon to sun"
        raise ConfigError([problem])
    return OnDay(
        field=condition.field,
        days=frozenset(condition.values),
        negated=negated,
        wanted=_wanted(condition, negated=negated),
    )


def _unless(wanted: str, *, negated: bool) -> str:
    return f"anything but {wanted}" if negated else wanted


def _require_field(name: str) -> None:
    if name not in FIELDS and not (name.startswith(CUSTOM) and name != CUSTOM):
        raise ConfigError([f"there is no field {name!r}: use a canonical field or custom.NAME"])


def _exactly(name: str, value: str) -> Condition:
    """Numbers equal as numbers, dates as dates: 5000 and 5000.00 are one."""
    if name in CLOCKS:
        raise ConfigError([f"{name}: a clock is never at one minute for long: use min and max"])
    if name in DAYS:
        return _on_day(name, value)
    try:
        number = Decimal(value)
    except InvalidOperation:
        problem = f"{name}: {value!r} is not a number; for a range use min and max"
        raise ConfigError([problem]) from None
    return Between(field=name, least=number, most=number)


def _on_day(name: str, value: str) -> During:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        problem = f"{name}: {value!r} is not a date; write it as 2026-12-24"
        raise ConfigError([problem]) from None
    return During(field=name, first=day, last=day)


def _is_glob(value: str) -> bool:
    return _WILD.search(value) is not None


def _glob(value: str) -> Glob:
    prefix = _WILD.split(value, maxsplit=1)[0]
    return Glob(pattern=_pattern(value), prefix=prefix, is_prefix=value == f"{prefix}*")


def _pattern(value: str) -> re.Pattern[str]:
    # fnmatch also reads [...] as a set; our globs know only * and ?, so a bracket is escaped.
    return re.compile(fnmatch.translate(value.replace("[", "[[]")))


def _wanted(condition: OneOf, *, negated: bool) -> str:
    if condition.field in PERSONAL:
        return "anything but the values listed" if negated else "one of the values listed"
    words = list(condition.values)
    if len(words) > _SPELT_OUT:
        words[_SPELT_OUT:] = [f"{len(words) - _SPELT_OUT} others"]
    return _unless(listed(words, "or") or "nothing at all", negated=negated)
