"""Lead aging rate: the share of leads that nobody was in touch with by their deadline."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from reports.beside import FollowUps, Load
from reports.charts import Line, line_chart
from reports.facts import MANUAL, NO_LEAD, Facts, week_of
from reports.follow_ups import follow_up_said, follow_up_table
from reports.intervals import difference
from reports.load import Room, room_of, room_table, weeks_of, when_of
from reports.reader import short_day
from reports.section import Alarm, Chart, Section, Tone
from reports.tables import Column, Kind, Table, table
from reports.trend import counts_of, whole_weeks
from reports.wording import count_of, length, percent

_LISTED = 1_000
_FEWEST = 20
_GIVEN = "A lead that was given again counts for each who had it: assignments, not leads."
_COLUMNS = (
    Column(key="late", title="Nobody in time"),
    Column(key="rate", title="Aging rate", kind=Kind.SHARE, bar=True),
)
_LEADS = Column(key="due", title="Leads due")
_ASSIGNMENTS = Column(key="due", title="Assignments due")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aged:
    """`rows` whose deadline is past, `first` those of each lead's first owner, `open` untouched."""

    rows: pd.DataFrame
    first: pd.DataFrame
    untouched: pd.DataFrame
    weeks: pd.DataFrame


def aged_rows(facts: Facts) -> pd.DataFrame:
    """
    Return what was due by now, with `late`: nobody was in touch by then.

    An owner who no longer had the lead when it was due is not late with it, and nobody is with what
    is no lead.
    """
    now = pd.Timestamp(facts.now)
    gone = facts.rows["ended_at"] < facts.rows["sla_due"]
    due = facts.rows[(facts.rows["sla_due"] <= now) & ~gone & _is_owed(facts.rows)]
    late = ~(due["touched_at"] <= due["sla_due"])
    return due.assign(late=late, due_week=week_of(due["sla_due"], facts.zone))


def aging_section(
    facts: Facts, loads: tuple[Load, ...] = (), follow_ups: tuple[FollowUps, ...] = ()
) -> Section:
    aged = _aged(facts)
    recent = _recent(aged.first, facts)
    late, due = int(recent["late"].sum()), len(recent)
    rising = _rising(aged.weeks, facts)
    rooms = room_of(facts, _recent(aged.rows, facts), loads)
    return Section(
        key="aging",
        title="Lead aging",
        headline=_headline(late, due, aged.untouched),
        figure=percent(late / due) if due else "",
        tone=_tone(late, due, facts, rising=rising),
        said=(*_said(late, due, facts, aged), *follow_up_said(follow_ups)),
        figures={
            "due": due,
            "late": late,
            "rate": late / due if due else None,
            "untouched": len(aged.untouched),
            "rate_24h": _after_a_day(facts),
            "follow_ups_due": sum(each.due for each in follow_ups),
            "follow_ups_in_time": sum(each.in_time for each in follow_ups),
        },
        charts=tuple(_charts(aged.weeks, facts)),
        tables=(*_tables(aged, facts, rooms), *follow_up_table(follow_ups)),
        alarms=tuple(_alarms(late, due, facts, rising, rooms)),
    )


def _aged(facts: Facts) -> _Aged:
    rows = aged_rows(facts)
    first = rows[rows["attempt"] == 1]
    groups = first.groupby("due_week")["late"]
    weeks = pd.DataFrame({"late": groups.sum(), "due": groups.size()}).sort_index()
    now = pd.Timestamp(facts.now)
    leads = facts.leads
    is_late = leads["touched_at"].isna() & (leads["sla_due"] <= now)
    untouched = leads[is_late & _is_owed(leads)]
    return _Aged(rows=rows, first=first, untouched=untouched, weeks=weeks)


def _is_owed(rows: pd.DataFrame) -> "pd.Series[bool]":
    return ~rows["method"].isin([MANUAL, NO_LEAD])


def _recent(rows: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    return rows[rows["sla_due"] >= pd.Timestamp(facts.since)]


def _after_a_day(facts: Facts) -> float | None:
    """Return the share untouched a day after they came, whatever their SLA."""
    day = pd.Timedelta(days=1)
    leads = facts.recent[facts.recent["created_at"] <= pd.Timestamp(facts.now) - day]
    leads = leads[leads["method"] != NO_LEAD]
    touched = leads["touched_at"] - leads["created_at"] <= day
    return float(1 - touched.mean()) if len(leads) else None


def _headline(late: int, due: int, untouched: pd.DataFrame) -> str:
    if not due:
        return "No lead's deadline has passed in this time."
    text = (
        f"{percent(late / due)} of leads were not contacted by their deadline ({late:,} of {due:,})"
    )
    waiting = len(untouched)
    if not waiting:
        return f"{text}; none of them still waits."
    return f"{text}; {count_of(waiting, 'lead waits', 'leads wait')} past it now."


def _tone(late: int, due: int, facts: Facts, *, rising: tuple[float, float] | None) -> Tone:
    if not due:
        return Tone.PLAIN
    if late / due <= facts.targets.aging_rate:
        return Tone.WATCH if rising else Tone.GOOD
    return Tone.BAD if rising or late / due > 2 * facts.targets.aging_rate else Tone.WATCH


def _said(late: int, due: int, facts: Facts, aged: _Aged) -> Iterator[str]:
    if due:
        yield f"The target is {percent(facts.targets.aging_rate)} at most."
    after = _after_a_day(facts)
    if after is not None and late:
        yield f"A day after they came, {percent(after)} had not been contacted, whatever their SLA."
    if len(aged.untouched):
        waits = (pd.Timestamp(facts.now) - aged.untouched["sla_due"]).max().total_seconds() / 60
        yield f"The oldest of those that wait is {length(waits)} past its deadline."


def _rising(weeks: pd.DataFrame, facts: Facts) -> tuple[float, float] | None:
    """Return last week's rate and that before it, if chance does not explain the rise."""
    late, due = whole_weeks(weeks["late"], facts), whole_weeks(weeks["due"], facts)
    counts = counts_of(late, due)
    if counts is None or difference(*counts).low <= 0:
        return None
    (hits, number), (earlier, before) = counts
    return hits / number, earlier / before


def _alarms(
    late: int, due: int, facts: Facts, rising: tuple[float, float] | None, rooms: list[Room]
) -> Iterator[Alarm]:
    why = tuple(_capacity(late, due, facts, rooms))
    if rising:
        text = (
            f"The aging rate rises: {percent(rising[0])} last week, {percent(rising[1])} before. "
            "That is capacity rather than routing."
        )
        yield Alarm(kind="aging_rising", text=text, why=why)
    elif due >= _FEWEST and late / due > 2 * facts.targets.aging_rate:
        target = percent(facts.targets.aging_rate)
        rate = percent(late / due)
        text = f"{rate} of leads pass their deadline uncontacted; the target is {target}."
        yield Alarm(kind="aging_high", text=text, why=why)


def _capacity(late: int, due: int, facts: Facts, rooms: list[Room]) -> Iterator[str]:
    """Count leads, as the headline does: one that was given again is still one."""
    if due:
        arrive, many = due / weeks_of(facts), late / weeks_of(facts)
        a_week = when_of(facts)
        too_many = f"{many:,.0f} a week too many" if a_week == "a week" else f"{many:,.0f} too many"
        yield (
            f"{arrive:,.0f} leads {a_week} were due, {arrive - many:,.0f} were contacted in time: "
            f"{too_many}."
        )
    for room in [room for room in rooms if room.proposal][:3]:
        yield f"{room.owner}: {room.proposal}"


def _charts(weeks: pd.DataFrame, facts: Facts) -> Iterator[Chart]:
    weeks = weeks[weeks.index.isin(whole_weeks(weeks["late"], facts).index)]
    if len(weeks):
        title = "Not contacted by the deadline, by week"
        places = [short_day(at) for at in weeks.index]
        values = tuple(float(v) for v in weeks["late"] / weeks["due"] * 100)
        target = facts.targets.aging_rate * 100
        lines = (Line(name="rate", values=values),)
        yield Chart(title=title, svg=line_chart(title, places, lines, unit="%", target=target))


def _tables(aged: _Aged, facts: Facts, rooms: list[Room]) -> Iterator[Table]:
    recent = _recent(aged.rows, facts)
    for key, title in (("pool", "By team"), ("owner", "By owner")):
        name = Column(key=key, title=title[3:].capitalize(), kind=Kind.TEXT)
        columns = (name, _ASSIGNMENTS, *_COLUMNS)
        groups = recent.groupby(key, observed=True)["late"]
        found = pd.DataFrame({"due": groups.size(), "late": groups.sum()})
        rows = [(str(name), int(n), int(k), k / n) for name, n, k in found.itertuples(name=None)]
        rows.sort(key=lambda row: (-row[2], row[0]))
        if rows:
            yield table(f"aging_by_{key}", title, columns, rows, _GIVEN)
    yield room_table(rooms, facts)
    columns = (Column(key="week", title="Week from", kind=Kind.DAY), _LEADS, *_COLUMNS)
    weeks = [
        (f"{at:%Y-%m-%d}", int(n), int(k), k / n) for at, k, n in aged.weeks.itertuples(name=None)
    ]
    if weeks:
        yield table("aging_by_week", "By week", columns, weeks)
    yield _waiting(aged.untouched, facts)


def _waiting(untouched: pd.DataFrame, facts: Facts) -> Table:
    columns = (
        Column(key="lead", title="Lead", kind=Kind.TEXT),
        Column(key="owner", title="Owner", kind=Kind.TEXT),
        Column(key="rule", title="Rule", kind=Kind.TEXT),
        Column(key="over", title="Past its deadline", kind=Kind.MINUTES),
        Column(key="times", title="Times given"),
    )
    worst = untouched.sort_values("sla_due", kind="stable").head(_LISTED)
    over = (pd.Timestamp(facts.now) - worst["sla_due"]).dt.total_seconds() / 60
    fields = zip(
        worst["source"].astype(str),
        worst["lead"],
        worst["owner"].astype(object),
        worst["rule"].astype(object),
        over,
        worst["attempts"],
        strict=True,
    )
    rows = [
        (f"{source}:{lead}", _text(owner), _text(rule), float(late), int(times))
        for source, lead, owner, rule, late, times in fields
    ]
    is_whole = len(untouched) <= _LISTED
    note = "" if is_whole else f"The {_LISTED:,} that wait longest, of {len(untouched):,}."
    return table("aging_waiting", "Leads that wait past their deadline", columns, rows, note)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
