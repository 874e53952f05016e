"""Conversion by assignment method: rates with intervals, adjusted for the leads' mix."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import numpy as np
import pandas as pd

from reports.charts import Dot, dot_chart
from reports.facts import Facts
from reports.intervals import Interval, wilson
from reports.mix import MixGap, gap_of, standardised
from reports.section import Alarm, Chart, Section, Tone
from reports.tables import Column, Kind, Table, table
from reports.wording import count_of, percent

FEWEST = 30
"""Leads of a method, and of each of two methods in the strata they share, to compare them."""
_NAMED = 3
_BLANK = "(blank)"
_STRATA = ("source", "channel", "size", "country")
_METHODS = {
    "round_robin": "round robin",
    "least_loaded": "least loaded",
    "best_match": "best match (model)",
    "owner": "named owner",
    "account_owner": "account owner",
    "on_call": "on call",
    "same_person": "same person again",
}
AGAIN = "re-assigned"
_NO_CHOICE = frozenset(
    {AGAIN, "fallback", "steward", "manual", "same person again", "account owner"}
)
"""What nobody would assign by on purpose, whatever it converts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRate:
    """`adjusted`: the rate this method would have of everybody's leads; `covered` of their mix."""

    method: str
    leads: int
    hits: int
    rate: Interval
    adjusted: float
    covered: float
    won: int
    days: float


def cohort(facts: Facts) -> pd.DataFrame:
    """Return the leads old enough to be judged, with `method`, `hit`, `win` and `stratum`."""
    leads, mature = facts.leads, facts.targets.mature
    if mature is not None:
        leads = leads[leads["created_at"] <= pd.Timestamp(facts.now - mature)]
    leads = leads[list({*_STRATA, "method", "attempts", "owner", "campaign", "created_at"} | _ENDS)]
    again = leads["attempts"] > 1
    named = leads["method"].astype(object).map(method_name).where(~again, AGAIN)
    strata = [leads[name].cat.codes.astype("int64") for name in _STRATA]
    number = np.zeros(len(leads), dtype="int64")
    for part, name in zip(strata, _STRATA, strict=True):
        number = number * (len(leads[name].cat.categories) + 1) + (part.to_numpy() + 1)
    return leads.assign(
        method=named.astype("category"),
        stratum=number,
        hit=_within(leads["converted_at"], leads["created_at"], mature),
        win=_within(leads["won_at"], leads["created_at"], mature),
    )


_ENDS = {"converted_at", "won_at"}


def method_name(method: object) -> str:
    return _METHODS.get(str(method), str(method).replace("_", " "))


def _within(
    at: "pd.Series[pd.Timestamp]", begun: "pd.Series[pd.Timestamp]", mature: timedelta | None
) -> "pd.Series[bool]":
    """One that came to its end before it came is no success of ours."""
    took = at - begun
    is_hit = took >= pd.Timedelta(0)
    return is_hit if mature is None else is_hit & (took <= pd.Timedelta(mature))


def rates_by_method(leads: pd.DataFrame) -> list[MethodRate]:
    """Return a rate for each method, most leads first."""
    adjusted = standardised(leads)
    found = []
    for method, part in leads.groupby("method", observed=True):
        took = (part["converted_at"] - part["created_at"])[part["hit"]]
        hits, number = int(part["hit"].sum()), len(part)
        rate, covered = adjusted[str(method)]
        found.append(
            MethodRate(
                method=str(method),
                leads=number,
                hits=hits,
                rate=wilson(hits, number),
                adjusted=rate,
                covered=covered,
                won=int(part["win"].sum()),
                days=float((took.dt.total_seconds() / 86_400).median()),
            )
        )
    return sorted(found, key=lambda each: (-each.leads, each.method))


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
        tone=Tone.BAD if alarms else Tone.GOOD if compared else Tone.PLAIN,
        said=tuple(_said(rates, enough, compared, leads, facts)),
        figures={
            "leads": len(leads),
            "converted": hits,
            "rate": hits / len(leads) if len(leads) else None,
        },
        charts=tuple(_charts(rates)),
        tables=(_rate_table(rates), _gap_table(compared), *_drilled(leads)) if rates else (),
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
    best, worst = _ranked(max(sure, key=lambda gap: abs(gap.gap.at)))
    return f"{text}; {best} does better than {worst} on the same kinds of lead."


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
    apart = len(enough) * (len(enough) - 1) // 2 - len(compared)
    if apart:
        pairs = count_of(apart, "pair of methods gets", "pairs of methods get")
        yield f"{pairs} too few leads of the same kind (source, channel, size, country) to compare."


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


def _rate_table(rates: list[MethodRate]) -> Table:
    columns = (
        Column(key="method", title="Method", kind=Kind.TEXT),
        Column(key="leads", title="Leads"),
        Column(key="converted", title="Converted"),
        Column(key="rate", title="Rate", kind=Kind.SHARE, bar=True),
        Column(key="low", title="At least", kind=Kind.SHARE),
        Column(key="high", title="At most", kind=Kind.SHARE),
        Column(key="adjusted", title="Mix taken out", kind=Kind.SHARE),
        Column(key="covered", title="Mix it had", kind=Kind.SHARE),
        Column(key="won", title="Won"),
        Column(key="days", title="Median days", kind=Kind.DAYS),
    )
    rows = [
        (
            *(each.method, each.leads, each.hits, each.rate.at, each.rate.low, each.rate.high),
            *(each.adjusted, each.covered, each.won, each.days),
        )
        for each in rates
    ]
    note = "“Mix taken out”: its rate, had it got every kind of lead as often as all together."
    return table("conversion_by_method", "By method", columns, rows, note)


def _gap_table(compared: list[MixGap]) -> Table:
    columns = (
        Column(key="one", title="Method", kind=Kind.TEXT),
        Column(key="other", title="Against", kind=Kind.TEXT),
        Column(key="difference", title="Difference", kind=Kind.POINTS),
        Column(key="low", title="At least", kind=Kind.POINTS),
        Column(key="high", title="At most", kind=Kind.POINTS),
        Column(key="sure", title="More than chance", kind=Kind.TEXT),
    )
    rows = [(g.one, g.other, g.gap.at, g.gap.low, g.gap.high, g.is_sure) for g in compared]
    note = (
        "Over the kinds of lead that both had (Mantel-Haenszel); intervals for all pairs at once."
    )
    return table("conversion_gaps", "Methods against each other", columns, rows, note)


def _drilled(leads: pd.DataFrame) -> Iterator[Table]:
    for key in ("source", "channel", "campaign", "owner"):
        groups = leads.groupby(leads[key].astype(object).fillna(_BLANK))
        found = pd.DataFrame({"leads": groups.size(), "hits": groups["hit"].sum()})
        found = found.sort_values("leads", ascending=False, kind="stable")
        columns = (
            Column(key=key, title=key.capitalize(), kind=Kind.TEXT),
            Column(key="leads", title="Leads"),
            Column(key="converted", title="Converted"),
            Column(key="rate", title="Rate", kind=Kind.SHARE, bar=True),
            Column(key="low", title="At least", kind=Kind.SHARE),
            Column(key="high", title="At most", kind=Kind.SHARE),
        )
        rows = []
        for name, n, hits in found.itertuples(name=None):
            rate = wilson(int(hits), int(n))
            rows.append((str(name), int(n), int(hits), rate.at, rate.low, rate.high))
        yield table(f"conversion_by_{key}", f"By {key}", columns, rows)
