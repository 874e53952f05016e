"""A report as one HTML file that opens offline, on a phone and in print."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.reader import (
    As,
    Said,
    day,
    figure,
    instant,
    marked,
    names,
    only_that_script,
    script,
    sentence,
)
from reports.section import Chart, Report
from reports.tables import Cell, Column, Kind, Table
from reports.wording import shown

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_SHOWN = 30
"""Rows of a table on the page; its CSV file has them all."""


def report_page(report: Report) -> str:
    # Whatever a lead carries is text: escaping is on for every value but the charts, ours.
    pages = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return pages.get_template("report.html").render(
        report=report,
        span=[marked(day(at, report.zone)) for at in (report.since, report.until)],
        first=marked(day(report.first_lead, report.zone)) if report.first_lead else None,
        made=marked(instant(report.until, report.zone)),
        script=script(),
        policy=only_that_script(),
        top=[section for section in report.sections if section.figure],
        drawn=_drawn,
        said=sentence,
        figure=figure,
        cell=_cell,
        bar=_bar,
        most=_SHOWN,
    )


def _drawn(chart: Chart) -> Markup:
    return Markup(chart.svg)  # noqa: S704  (charts.py escapes each label)


def _cell(value: Cell, column: Column) -> Markup:
    text = shown(value, column.kind)
    match column.kind:
        case Kind.TEXT | Kind.NAMES:
            return names(text)
        case Kind.DAY:
            return marked(Said(shown=text, kind=As.DAY, value=text))
        case Kind.HOUR:
            return marked(Said(shown=text, kind=As.HOUR, value=text[:2]))
        case _:
            return figure(text)


def _bar(value: Cell, column: Column, one: Table) -> Mapping[str, str]:
    """Return how long the bar behind a share is: of the longest in its column."""
    if not column.bar or not isinstance(value, float | int):
        return {}
    at = one.columns.index(column)
    most = max((cell for row in one.rows if isinstance(cell := row[at], float | int)), default=0)
    return {"style": f"--w:{value / most * 100 if most > 0 else 0:.0f}%"}
