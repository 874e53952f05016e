"""A report as one HTML file that opens offline, on a phone and in print."""

import re
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.reader import (
    As,
    Said,
    day,
    instant,
    marked,
    only_that_script,
    script,
    with_figures,
    with_number,
)
from reports.section import Chart, Report
from reports.tables import Cell, Column, Kind, Table
from reports.wording import shown

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_TYPED = re.compile("`([^`]+)`")
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
        said=_said,
        figure=_figure,
        cell=_cell,
        bar=_bar,
        most=_SHOWN,
    )


def _drawn(chart: Chart) -> Markup:
    return Markup(chart.svg)  # noqa: S704  (charts.py escapes each label)


def _said(text: str) -> Markup:
    """Escape a sentence, mark its figures, and set what stands between backticks as is typed."""
    parts = _TYPED.split(text)
    told = [
        f"<code>{escape(part)}</code>" if is_typed else with_figures(str(escape(part)))
        for part, is_typed in zip(parts, cycle([False, True]), strict=False)
    ]
    return Markup("".join(told))  # noqa: S704  (escaped)


def _figure(text: str) -> Markup:
    """Mark what stands at the head of the page: a number, or a few words."""
    return Markup(with_number(str(escape(text))))  # noqa: S704  (escaped)


def _cell(value: Cell, column: Column) -> Markup:
    text = shown(value, column.kind)
    match column.kind:
        case Kind.TEXT | Kind.NAMES:
            return _typed(text)
        case Kind.DAY:
            return marked(Said(shown=text, kind=As.DAY, value=text))
        case Kind.HOUR:
            return marked(Said(shown=text, kind=As.HOUR, value=text[:2]))
        case _:
            return Markup(with_number(str(escape(text))))  # noqa: S704  (escaped)


def _typed(text: str) -> Markup:
    """Leave names as they are: an owner's or a campaign's digits are no figures of ours."""
    return Markup(_TYPED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  (escaped)


def _bar(value: Cell, column: Column, one: Table) -> Mapping[str, str]:
    """Return how long the bar behind a share is: of the longest in its column."""
    if not column.bar or not isinstance(value, float | int):
        return {}
    at = one.columns.index(column)
    most = max((cell for row in one.rows if isinstance(cell := row[at], float | int)), default=0)
    return {"style": f"--w:{value / most * 100 if most > 0 else 0:.0f}%"}
