"""A report as one HTML file that opens offline, on a phone and in print."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.section import Chart, Report
from reports.tables import Cell, Column, Table
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
    zone = ZoneInfo(report.zone)
    return pages.get_template("report.html").render(
        report=report,
        span=(_day(report.since, zone), _day(report.until, zone)),
        made=f"{report.until.astimezone(zone):%d %B %Y, %H:%M}",
        top=[section for section in report.sections if section.figure],
        drawn=_drawn,
        said=_said,
        cell=_cell,
        bar=_bar,
        most=_SHOWN,
    )


def _day(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d %B %Y}"


def _drawn(chart: Chart) -> Markup:
    return Markup(chart.svg)  # noqa: S704  (charts.py escapes each label)


def _said(text: str) -> Markup:
    """Escape a sentence, and set what stands between backticks as what is typed."""
    return Markup(_TYPED.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  (escaped)


def _cell(value: Cell, column: Column) -> str:
    return shown(value, column.kind)


def _bar(value: Cell, column: Column, one: Table) -> Mapping[str, str]:
    """Return how long the bar behind a share is: of the longest in its column."""
    if not column.bar or not isinstance(value, float | int):
        return {}
    at = one.columns.index(column)
    most = max((cell for row in one.rows if isinstance(cell := row[at], float | int)), default=0)
    return {"style": f"--w:{value / most * 100 if most > 0 else 0:.0f}%"}
