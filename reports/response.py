"""Response time: from a lead's arrival to the first touch by a person."""

from collections.abc import Iterator
from math import isnan

import pandas as pd

from reports.charts import Line, bar_chart, line_chart, scale_of
from reports.facts import EARLY, IS_NONE, TAKEN, TOO_OLD, WITHIN, Facts
from reports.reader import hour, short_day
from reports.section import Alarm, Chart, Section, Tone
from reports.slowness import Cause, slow_causes
from reports.tables import Cell, Column, Kind, Table, table
from reports.trend import Move, move_of, whole_weeks
from reports.wording import count_of, length, percent

FEWEST = 10
"""Of fewer leads no alarm is raised."""
_NOT_MOVING = 0.98
_MOST = 0.5
_BY = {
    "owner": "By owner",
    "pool": "By team",
    "source": "By source",
    "rule": "By rule",
    "campaign": "By campaign",
}
_FIGURES = (
    Column(key="leads", title="Leads"),
    Column(key="touched", title="Touched"),
    Column(key="mean", title="Average", kind=Kind.MINUTES),
    Column(key="median", title="Median", kind=Kind.MINUTES),
    Column(key="p90", title="90 % within", kind=Kind.MINUTES),
    *(Column(key=f"within_{n}", title=f"≤ {n} min", kind=Kind.SHARE, bar=True) for n in WITHIN),
)
_OWN = Column(key="since_given", title="Since given", kind=Kind.MINUTES)


def response_section(facts: Facts) -> Section:
    recent = facts.answered[facts.answered["created_at"] >= pd.Timestamp(facts.since)]
    leads = recent[recent["flaw"].isna()]
    figures = response_figures(leads)
    weeks = _weekly(facts)
    move = move_of(whole_weeks(weeks["mean"], facts), whole_weeks(weeks["touched"], facts))
    causes = slow_causes(facts)
    waiting = _waiting(leads, facts)
    return Section(
        key="response",
        title="Response time",
        headline=_headline(figures),
        figure=_figure(figures),
        tone=_tone(figures, facts, waiting),
        said=tuple(_said(leads, figures, facts, move)),
        figures={name: _plain(value) for name, value in figures.items()},
        charts=tuple(_charts(weeks, leads, facts)),
        tables=tuple(_tables(leads, weeks, causes)),
        alarms=tuple(_alarms(figures, waiting, facts, move, causes)),
    )


def response_figures(leads: pd.DataFrame) -> dict[str, float]:
    """Return the figures of all of `leads` together; times in minutes, shares of 0..1."""
    took = leads["response"]
    return {
        "leads": float(len(leads)),
        "touched": float(took.count()),
        "mean": float(took.mean()),
        "median": float(took.median()),
        "p90": float(took.quantile(0.9)),
        **{f"within_{n}": float(leads[f"within_{n}"].mean()) for n in WITHIN},
    }


def response_by(leads: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the same figures, a row for each value of `key`."""
    groups = leads.groupby(key, observed=True)
    took = groups["response"]
    return pd.DataFrame(
        {
            "leads": groups.size(),
            "touched": took.count(),
            "mean": took.mean(),
            "median": took.median(),
            "p90": took.quantile(0.9),
            **{f"within_{n}": groups[f"within_{n}"].mean() for n in WITHIN},
        }
    )


def _weekly(facts: Facts) -> pd.DataFrame:
    return response_by(facts.answered[facts.answered["flaw"].isna()], "week").sort_index()


def _headline(figures: dict[str, float]) -> str:
    if not figures["leads"]:
        return "No lead came in this time."
    if not figures["touched"]:
        came = count_of(int(figures["leads"]), "lead has", "leads have")
        return f"{came} come, and nobody has been in touch with any of them yet."
    quick = percent(figures["within_5"])
    mean, median = length(figures["mean"]), length(figures["median"])
    text = f"A lead hears from us after {mean} on average (median {median})"
    if figures["touched"] < figures["leads"]:
        text = f"{text}, of the {_touched(figures)} leads that were touched"
    return f"{text}; {quick} within 5 minutes."


def _touched(figures: dict[str, float]) -> str:
    return f"{figures['touched']:,.0f} of {figures['leads']:,.0f}"


def _figure(figures: dict[str, float]) -> str:
    """Say of how few leads an average is, where that is not most of them."""
    if not figures["leads"]:
        return ""
    if not figures["touched"]:
        return _nobody(int(figures["leads"]))
    mean = length(figures["mean"])
    is_most = figures["touched"] >= _MOST * figures["leads"]
    return mean if is_most else f"{mean} ({_touched(figures)} leads)"


def _nobody(leads: int) -> str:
    return f"Nobody was in touch with any of {count_of(leads, 'lead')}"


def _waiting(leads: pd.DataFrame, facts: Facts) -> int:
    """Count those that nobody touched in so long that an average of it would be an alarm."""
    came = pd.Timestamp(facts.now) - pd.Timedelta(minutes=facts.targets.alarm_minutes)
    return int((leads["response"].isna() & (leads["created_at"] < came)).sum())


def _tone(figures: dict[str, float], facts: Facts, waiting: int) -> Tone:
    if not figures["touched"]:
        return Tone.BAD if waiting >= FEWEST else Tone.PLAIN
    if figures["mean"] <= facts.targets.response_minutes:
        return Tone.GOOD
    return Tone.BAD if figures["mean"] > facts.targets.alarm_minutes else Tone.WATCH


def _said(
    leads: pd.DataFrame, figures: dict[str, float], facts: Facts, move: Move | None
) -> Iterator[str]:
    if figures["touched"]:
        yield f"The target is {length(facts.targets.response_minutes)} on average."
    if move is not None:
        yield (
            f"Last full week: {length(move.latest)} on average, "
            f"{length(move.before)} in the weeks before it."
        )
    untouched = leads[leads["response"].isna()]
    if len(untouched) and figures["touched"]:
        share = percent(len(untouched) / len(leads))
        yield (
            f"{count_of(len(untouched), 'lead has', 'leads have')} not heard from anybody yet "
            f"({share}); the average is of the others."
        )
    yield from _left_out(facts)


def _left_out(facts: Facts) -> Iterator[str]:
    recent = facts.answered[facts.answered["created_at"] >= pd.Timestamp(facts.since)]
    counts = recent["flaw"].value_counts()
    for flaw, count in counts[counts > 0].items():
        said = {
            EARLY: "were touched before they were given to anybody",
            IS_NONE: "somebody handed back as no lead",
            TAKEN: "a person had taken before us, at a time nobody told us",
            TOO_OLD: "were over a day old when they came here (imports, backfills)",
        }.get(str(flaw), "have a touch that is older than themselves")
        yield f"Not counted: {int(count):,} that {said}."


def _alarms(
    figures: dict[str, float],
    waiting: int,
    facts: Facts,
    move: Move | None,
    causes: list[Cause],
) -> Iterator[Alarm]:
    if figures["leads"] < FEWEST:
        return
    targets, why = facts.targets, tuple(map(str, causes))
    if not figures["touched"]:
        if waiting >= FEWEST:
            text = f"{_nobody(int(figures['leads']))}: {waiting:,} wait for more than "
            text += f"{length(targets.alarm_minutes)}."
            yield Alarm(kind="response_none", text=text, why=why)
    elif figures["mean"] > targets.alarm_minutes:
        most = length(targets.alarm_minutes)
        text = f"The average response time of {length(figures['mean'])} is above {most}"
        if figures["touched"] < figures["leads"]:
            text = f"{text}, of the {_touched(figures)} leads that were touched"
        text = f"{text}."
        yield Alarm(kind="response_slow", text=text, why=why)
    elif (
        figures["mean"] > targets.response_minutes
        and move is not None
        and move.latest > _NOT_MOVING * move.before
    ):
        text = (
            f"The response time does not move toward {length(targets.response_minutes)}: "
            f"{length(move.latest)} last week, {length(move.before)} before."
        )
        yield Alarm(kind="response_not_moving", text=text, why=why)


def _charts(weeks: pd.DataFrame, leads: pd.DataFrame, facts: Facts) -> Iterator[Chart]:
    weeks = weeks[weeks.index.isin(whole_weeks(weeks["mean"], facts).index)]
    size, unit = scale_of([float(value) for value in weeks["mean"].dropna()])
    title = "Average (strong) and median by week of arrival"
    lines = [
        Line(name=name, values=_points(weeks[name] / size), look=look)
        for name, look in (("median", "second"), ("mean", "main"))
    ]
    if weeks["touched"].sum():
        places = [short_day(at) for at in weeks.index]
        target = facts.targets.response_minutes / size
        yield Chart(title=title, svg=line_chart(title, places, lines, unit=unit, target=target))
    hours = leads.groupby("hour")["response"].median().reindex(range(24))
    if hours.isna().all():
        return
    size, unit = scale_of([float(value) for value in hours.dropna()])
    title = f"Median by hour of arrival ({facts.zone})"
    labels = [hour(each) for each in range(24)]
    drawn = _points(hours / size)
    yield Chart(title=title, svg=bar_chart(title, labels, drawn, unit=unit))


def _points(values: "pd.Series[float]") -> tuple[float | None, ...]:
    return tuple(None if isnan(value) else float(value) for value in values)


def _tables(leads: pd.DataFrame, weeks: pd.DataFrame, causes: list[Cause]) -> Iterator[Table]:
    for key, title in _BY.items():
        found = response_by(leads, key).sort_values("leads", ascending=False, kind="stable")
        columns = [Column(key=key, title=title[3:].capitalize(), kind=Kind.TEXT), *_FIGURES]
        if key in {"owner", "pool"}:
            found["since_given"] = leads.groupby(key, observed=True)["since_given"].median()
            columns.append(_OWN)
        if len(found):
            yield _figure_table(f"response_by_{key}", title, columns, found)
        if key == "owner":
            yield _cause_table(causes)
    hours = response_by(leads, "hour")
    hours.index = pd.Index([hour(each).shown for each in hours.index])
    arrival = Column(key="hour", title="Hour of arrival", kind=Kind.HOUR)
    yield _figure_table("response_by_hour", "By hour", [arrival, *_FIGURES], hours)
    weeks = weeks.set_axis([f"{at:%Y-%m-%d}" for at in weeks.index])
    week = Column(key="week", title="Week from", kind=Kind.DAY)
    yield _figure_table("response_by_week", "By week", [week, *_FIGURES], weeks)


def _figure_table(name: str, title: str, columns: list[Column], found: pd.DataFrame) -> Table:
    kinds = {column.key: column.kind for column in columns}
    keys = list(kinds)[1:]
    rows = [
        [str(label), *(_cell(value, kinds[key]) for key, value in zip(keys, cells, strict=True))]
        for label, *cells in found[keys].itertuples(name=None)
    ]
    return table(name, title, columns, rows)


def _cell(value: float, kind: Kind) -> Cell:
    return int(value) if kind is Kind.COUNT else float(value)


def _plain(value: float) -> Cell:
    return None if value != value else round(value, 4)  # noqa: PLR0124  (NaN alone)


def _cause_table(causes: list[Cause]) -> Table:
    columns = (
        Column(key="cause", title="Likely cause", kind=Kind.TEXT),
        Column(key="leads", title="Leads"),
        Column(key="share", title="Share", kind=Kind.SHARE, bar=True),
        Column(key="remedy", title="What to look at", kind=Kind.TEXT),
    )
    rows = [(each.name, each.leads, each.share, each.remedy) for each in causes]
    return table("response_causes", "Why leads waited for more than half an hour", columns, rows)
