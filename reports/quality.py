"""Data quality: how full and how clean each source's fields are, this week against before."""

from collections.abc import Iterator

from reports.beside import FieldHealth
from reports.intervals import Interval, difference
from reports.section import Alarm, Section, Tone
from reports.tables import BETWEEN, Column, Kind, Table, table
from reports.wording import count_of, percent

_LEAST_DROP = 0.05
_NAMED = 3


def quality_section(fields: tuple[FieldHealth, ...], drifts: tuple[str, ...] = ()) -> Section:
    """`drifts` are the alerts that stand: what went bad so that no chance explains it."""
    flawed, values = sum(each.flawed for each in fields), sum(each.leads for each in fields)
    worse = sorted(
        (each for each in fields if _is_worse(each)),
        key=lambda each: (_filled(each).at, each.field),
    )
    alarms = tuple(Alarm(kind="data_quality", text=text) for text in drifts)
    return Section(
        key="quality",
        title="Data quality",
        headline=_headline(fields, worse, drifts),
        figure=percent(flawed / values) if values else "",
        counts="malformed",
        tone=Tone.BAD if alarms else Tone.WATCH if worse else Tone.GOOD if fields else Tone.PLAIN,
        said=tuple(_said(flawed, values, worse)),
        figures={
            "malformed_share": flawed / values if values else None,
            "fields_worse": len(worse),
        },
        tables=(_table(fields),) if fields else (),
        alarms=alarms,
    )


def _headline(
    fields: tuple[FieldHealth, ...], worse: list[FieldHealth], drifts: tuple[str, ...]
) -> str:
    if not fields:
        return "No source has shown leads in the last week."
    if drifts:
        fields_gone = count_of(len(drifts), "field has", "fields have")
        which = "it" if len(drifts) == 1 else "them"
        return f"{fields_gone} gone bad: rules that look at {which} may miss leads."
    if worse:
        names = ", ".join(f"{each.field} ({each.source})" for each in worse[:_NAMED])
        return f"Filled less often than in the weeks before: {names}."
    return "The sources' fields are as full and as clean as in the weeks before."


def _said(flawed: int, values: int, worse: list[FieldHealth]) -> Iterator[str]:
    if values:
        yield f"{percent(flawed / values)} of this week's values could not be read as they were."
    for each in worse[:_NAMED]:
        share, before = each.filled / each.leads, each.filled_before / each.leads_before
        rules = ", ".join(each.rules[:_NAMED])
        hang = f"; rules that look at it: {rules}" if rules else "; no rule looks at it"
        filled = f"{each.field} is filled in {percent(share)}, before in {percent(before)}"
        yield f"{each.source}: {filled}{hang}."


def _is_worse(each: FieldHealth) -> bool:
    if not each.leads or not each.leads_before:
        return False
    found = _filled(each)
    return found.high < 0 and found.at <= -_LEAST_DROP


def _filled(each: FieldHealth) -> Interval:
    return difference((each.filled, each.leads), (each.filled_before, each.leads_before))


def _table(fields: tuple[FieldHealth, ...]) -> Table:
    columns = (
        Column(key="source", title="Source", kind=Kind.TEXT),
        Column(key="field", title="Field", kind=Kind.TEXT),
        Column(key="leads", title="Leads"),
        Column(key="filled", title="Filled", kind=Kind.SHARE, bar=True),
        Column(key="filled_before", title="Before", kind=Kind.SHARE),
        Column(key="malformed", title="Malformed", kind=Kind.SHARE),
        Column(key="malformed_before", title="Before", kind=Kind.SHARE),
        Column(key="rules", title="Rules that look at it", kind=Kind.NAMES),
    )
    rows = [
        (
            each.source,
            each.field,
            each.leads,
            _share(each.filled, each.leads),
            _share(each.filled_before, each.leads_before),
            _share(each.flawed, each.leads),
            _share(each.flawed_before, each.leads_before),
            BETWEEN.join(each.rules),
        )
        for each in fields
    ]
    return table(
        "fields", "Fields by source: the last week against the weeks before", columns, rows
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
