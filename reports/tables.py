"""A table of a report: shown on the page, and written as CSV and as JSON."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

BETWEEN = "; "
"""Stands between the names of a cell of Kind.NAMES: a name may have a comma."""

Cell = str | int | float | bool | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Kind(StrEnum):
    """What a column holds: how it is shown, and on which side."""

    TEXT = "text"
    NAMES = "names"  # several, as text with BETWEEN between them
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"  # 0..1
    POINTS = "points"  # a difference of shares: 0.031 is 3.1 percentage points
    MINUTES = "minutes"
    DAYS = "days"
    MONEY = "money"
    DAY = "day"  # 2026-11-23, as text
    HOUR = "hour"  # 08:00, as text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`key` is its name in CSV and JSON, `title` its heading on the page; a `bar` shows shares."""

    key: str
    title: str
    kind: Kind = Kind.COUNT
    bar: bool = False

    @property
    def is_named(self) -> bool:
        """Whether it says what a row is about: it stands on the left."""
        return self.kind in {Kind.TEXT, Kind.NAMES, Kind.DAY, Kind.HOUR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`name` is the file's, without its ending; `rows` have a cell for each column."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


def table(
    name: str, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], note: str = ""
) -> Table:
    told = tuple(tuple(map(_told, row)) for row in rows)
    return Table(name=name, title=title, columns=tuple(columns), rows=told, note=note)


def _told(cell: Cell) -> Cell:
    """Leave out what is not a number, as JSON has no word for it; and tails of no meaning."""
    if not isinstance(cell, float):
        return cell
    return None if cell != cell else round(cell, 6)  # noqa: PLR0124  (NaN alone differs from itself)


def as_csv(one: Table) -> str:
    """Write it for a spreadsheet: text that it would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.key for column in one.columns])
    writer.writerows([[_harmless(cell) for cell in row] for row in one.rows])
    return out.getvalue()


def as_rows(one: Table) -> list[dict[str, Cell]]:
    """Give it for JSON: an object a row."""
    keys = [column.key for column in one.columns]
    return [dict(zip(keys, row, strict=True)) for row in one.rows]


def _harmless(cell: Cell) -> Cell:
    is_formula = isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA)
    return f"'{cell}" if is_formula else cell
