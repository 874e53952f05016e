"""Rules that hang on what a source seldom fills: a field, or the place whose clock is to count."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from routing.lint.findings import Code, Finding, Severity
from routing.lint.plan import Plan
from routing.lint.value_words import few
from routing.policy import Rule
from routing.sla_terms import SlaClock
from routing.space.boxes import TooComplex

FEWEST = 30
"""Of fewer leads than these nothing is concluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """
    How many of a source's latest leads had each field; one that none had is not in it.

    Of so many a time zone is known (`placed`), by region, ZIP code, country or phone number. So
    many (`concluded`) have a country that they did not state: their region's or phone number's.
    """

    leads: int
    filled: Mapping[str, int]
    placed: int = 0
    concluded: int = 0


def seldom_filled(plan: Plan, fills: Mapping[str, Fill], least: float) -> Iterator[Finding]:
    """Find rules that can only match leads with a field that fewer than `least` of them have."""
    found: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in plan.policy.rules:
        with suppress(TooComplex):
            for field in plan.needed(rule):
                for source in plan.sources(rule, fills):
                    if _is_seldom(fills[source], field, least):
                        found[source, field].append(rule)
    for (source, field), rules in sorted(found.items()):
        yield _finding(source, field, rules, fills[source])


def seldom_placed(plan: Plan, fills: Mapping[str, Fill], least: float) -> Iterator[Finding]:
    """Find rules with `clock: lead` of whose leads fewer than `least` tell where they are."""
    doubtful = {
        source: fill
        for source, fill in fills.items()
        if fill.leads >= FEWEST and fill.placed < least * fill.leads
    }

    def is_asked(rule: Rule) -> bool:
        by_lead = plan.policy.slas[rule.sla].clock is SlaClock.LEAD
        return by_lead and _TELLS_PLACE.isdisjoint(plan.needed(rule))

    for source, rules in _by_source(plan, doubtful, is_asked):
        yield _unplaced(source, rules, fills[source], plan)


def country_concluded(plan: Plan, fills: Mapping[str, Fill], least: float) -> Iterator[Finding]:
    """Find rules that go by a country which fewer than `least` of a source's leads state."""
    doubtful = {
        source: fill
        for source, fill in fills.items()
        if fill.concluded
        and _states_country_seldom(fill, least)
        and not _is_seldom(fill, _COUNTRY, least)
    }
    for source, rules in _by_source(plan, doubtful, lambda rule: _COUNTRY in plan.needed(rule)):
        yield _concluded(source, rules, fills[source])


def _by_source(
    plan: Plan, doubtful: Mapping[str, Fill], is_asked: Callable[[Rule], bool]
) -> Iterator[tuple[str, list[Rule]]]:
    """Answer the sources, by name, with the rules for their leads of which `is_asked` holds."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in plan.policy.rules if doubtful else ():
        with suppress(TooComplex):
            if is_asked(rule):
                for source in plan.sources(rule, doubtful):
                    found[source].append(rule)
    yield from sorted(found.items())


def _states_country_seldom(fill: Fill, least: float) -> bool:
    stated = fill.filled.get(_COUNTRY, 0) - fill.concluded
    return fill.leads >= FEWEST and stated < least * fill.leads


def _concluded(source: str, rules: list[Rule], fill: Fill) -> Finding:
    stated = fill.filled.get(_COUNTRY, 0) - fill.concluded
    return Finding(
        code=Code.COUNTRY_CONCLUDED,
        severity=Severity.NOTE,
        about=_part(rules, "when"),
        message=(
            f"{source} states the country in {stated / fill.leads:.0%} of its latest "
            f"{fill.leads:,} leads; in {fill.concluded / fill.leads:.0%} it is that of the region "
            f"or the phone number, which may be from elsewhere, and {_named(rules)} "
            f"{'go' if len(rules) > 1 else 'goes'} by it"
        ),
        remedy=f"map the country (sources.{source}.fields), or ask for it",
    )


_COUNTRY = "country"
_TELLS_PLACE = frozenset({"country", "region", "phone"})
"""A rule that needs one of these has leads with a place."""


def _unplaced(source: str, rules: list[Rule], fill: Fill, plan: Plan) -> Finding:
    sla = plan.policy.slas[rules[0].sla]
    zone = sla.calling.timezone if sla.calling else plan.policy.timezone
    return Finding(
        code=Code.SELDOM_PLACED,
        severity=Severity.WARNING,
        about=_part(rules, "sla"),
        message=(
            f"{fill.placed / fill.leads:.0%} of the latest {fill.leads:,} leads of {source} tell "
            f"where they are; of {_named(rules)} the others are timed on {zone}, not on their own "
            "clock"
        ),
        remedy=(
            f"map country, region or phone (sources.{source}.fields), ask for one, or write "
            "`clock: business`"
        ),
    )


def _is_seldom(fill: Fill, field: str, least: float) -> bool:
    return fill.leads >= FEWEST and fill.filled.get(field, 0) < least * fill.leads


def _finding(source: str, field: str, rules: list[Rule], fill: Fill) -> Finding:
    share = fill.filled.get(field, 0) / fill.leads
    return Finding(
        code=Code.SELDOM_FILLED,
        severity=Severity.WARNING,
        about=_part(rules, "when"),
        message=(
            f"{source} fills {field} in {share:.0%} of its latest {fill.leads:,} leads, "
            f"and without it {_named(rules)} cannot match"
        ),
        remedy=f"map the field (sources.{source}.fields), ask for it, or decide by another one",
    )


def _part(rules: list[Rule], part: str) -> tuple[str, str, str]:
    """Answer the place of the first rule's `part`: a finding is told there."""
    return "rules", rules[0].name, part


def _named(rules: list[Rule]) -> str:
    return few([rule.name for rule in rules], "and")
