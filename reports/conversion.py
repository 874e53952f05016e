"""Conversion by assignment method: rates with intervals, adjusted for the leads' mix."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from reports.charts import Dot, dot_chart
from reports.conversion_tables import conversion_tables
from reports.facts import Facts
from reports.method_rates import AGAIN, MethodRate, cohort, rates_by_method, worth_of
from reports.mix import KINDS, MixGap, gap_of
from reports.section import Alarm, Chart, Section, Tone
from reports.wording import count_of, percent

FEWEST = 30
"""Leads of a method, and of each of two methods in the strata they share, to compare them."""
_NAMED = 3
_NO_CHOICE = frozenset(
    {AGAIN, "fallback", "steward", "manual", "same person again", "account owner"}
)
"""What nobody would assign by on purpose, whatever it converts."""


def gaps(leads: pd.DataFrame, methods: list[str]) -> list[MixGap]:
    """Compare every two methods over the kinds of lead that both had."""
    pairs = list(combinations(methods, 2))
    found = (gap_of(leads, one, other, questions=len(pairs)) for one, other in pairs)
    return [gap for gap in found if gap.leads >= FEWEST]


def conversion_section(facts: Facts) -> Section:
    leads = cohort(facts)
    rates = rates_by_method(leads) if len(leads) else []
    enough = [each.method for each in rates if each.leads >= FEWEST]
    compared = gaps(leads, enough)
    alarms = tuple(_alarms(compared, facts))
    hits = sum(each.hits for each in rates)
    return Section(
        key="conversion",
        title="Conversion",
        headline=_headline(len(leads), hits, compared, facts),
        figure=_figure(len(leads), hits, facts),
        tone=Tone.BAD if alarms else Tone.GOOD if compared and hits else Tone.PLAIN,
        said=tuple(_said(rates, enough, compared, leads, facts)),
        figures={
            "leads": len(leads),
            "converted": hits,
            "rate": hits / len(leads) if len(leads) else None,
            "won": sum(each.won for each in rates),
            "won_value": worth_of(leads["won_amount"][leads["win"]]) if rates else 0.0,
            "currency": facts.currency,
        },
        charts=tuple(_charts(rates)),
        tables=tuple(conversion_tables(rates, compared, leads, facts.currency)) if rates else (),
        alarms=alarms,
    )


def _figure(number: int, hits: int, facts: Facts) -> str:
    if number:
        return percent(hits / number)
    return f"Too early: no lead is {_age(facts)} old" if len(facts.leads) else ""


def _headline(number: int, hits: int, compared: list[MixGap], facts: Facts) -> str:
    if not number:
        return f"No lead is {_age(facts)} old yet, so that nothing is said of conversion."
    when = f" within {_age(facts)}" if facts.targets.mature else ""
    leads = count_of(number, "lead")
    text = f"{percent(hits / number)} of {leads} became an opportunity or a customer{when}"
    if not compared:
        return f"{text}."
    sure = [gap for gap in compared if gap.is_sure]
    if not sure:
        return f"{text}; no method does better than chance explains."
    widest = max(sure, key=lambda gap: abs(gap.gap.at))
    (best, worst), points = _ranked(widest), abs(widest.gap.at) * 100
    return f"{text}; {best} does {points:.1f} points better than {worst} on the same kinds of lead."


def _age(facts: Facts) -> str:
    return count_of(facts.targets.mature.days, "day") if facts.targets.mature else "any time"


def _said(
    rates: list[MethodRate],
    enough: list[str],
    compared: list[MixGap],
    leads: pd.DataFrame,
    facts: Facts,
) -> Iterator[str]:
    young = len(facts.leads) - len(leads)
    if young:
        yield f"{count_of(young, 'younger lead')} not counted: too early to say what comes of them."
    few = [each.method for each in rates if each.method not in enough]
    if few:
        yield f"Fewer than {FEWEST} leads, so nothing is concluded: {', '.join(few)}."
    yield from _worth(leads, facts)
    apart = len(enough) * (len(enough) - 1) // 2 - len(compared)
    if apart:
        pairs = count_of(apart, "pair of methods gets", "pairs of methods get")
        yield f"{pairs} too few leads of the same kind ({KINDS}) to compare."


def _alarms(compared: list[MixGap], facts: Facts) -> Iterator[Alarm]:
    least = facts.targets.alarm_points
    wide = [gap for gap in compared if gap.is_sure and abs(gap.gap.at) > least]
    wide.sort(key=lambda each: -abs(each.gap.at))
    if not wide:
        return
    (better, worse), size = _ranked(wide[0]), abs(wide[0].gap.at) * 100
    text = f"{better} converts {size:.0f} points better than {worse} on the same kinds of lead."
    why = [_sure(gap) for gap in wide[:_NAMED]]
    if not {better, worse} & _NO_CHOICE:
        advice = f"Try {better} for the leads that {worse} gets"
        why.append(f"{advice}: `firsttouch simulate --against` shows who would get what.")
    yield Alarm(kind="conversion_gap", text=text[0].upper() + text[1:], why=tuple(why))


def _ranked(gap: MixGap) -> tuple[str, str]:
    return (gap.one, gap.other) if gap.gap.at > 0 else (gap.other, gap.one)


def _sure(gap: MixGap) -> str:
    better, worse = _ranked(gap)
    low, high = sorted(abs(bound) * 100 for bound in (gap.gap.low, gap.gap.high))
    span = f"{low:.0f} to {high:.0f} points, which chance does not explain"
    return f"{better} against {worse}: {span}."


def _charts(rates: list[MethodRate]) -> Iterator[Chart]:
    dots = [
        Dot(
            label=each.method,
            at=each.rate.at,
            low=each.rate.low,
            high=each.rate.high,
            shown=f"{percent(each.rate.at)} of {each.leads:,}",
        )
        for each in rates
    ]
    if dots:
        title = "Conversion, with 95 % intervals"
        yield Chart(title=title, svg=dot_chart(title, dots))


def _worth(leads: pd.DataFrame, facts: Facts) -> Iterator[str]:
    """Say what was won, and of how much of that nobody knows the amount."""
    wins = leads[leads["win"]]
    if not len(wins):
        return
    won = f"{count_of(len(wins), 'lead')} were won" if len(wins) > 1 else "1 lead was won"
    unknown = int(wins["won_amount"].isna().sum())
    if unknown == len(wins):
        yield f"{won}; no deal says an amount in a currency that the configuration knows."
        return
    worth = f"{won}, worth {wins['won_amount'].sum():,.0f} {facts.currency}"
    yield f"{worth}; {unknown:,} of them without a known amount." if unknown else f"{worth}."
