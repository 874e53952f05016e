"""Figures as a person says them."""

from collections.abc import Sequence
from math import floor

from reports.tables import BETWEEN, Cell, Kind

_HOUR, _DAY = 60, 1_440
_SMALL = 10
_NEARLY_ALL, _ALL = 99, 100
_NAMES_SHOWN = 2
NOTHING = "–"  # noqa: RUF001  (a dash, where a table has nothing to say)


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Return "1 lead", "1,204 leads"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(share: float) -> str:
    """Return "12 %"; with a decimal under ten, where that says more, and where it is nearly all."""
    value = share * 100
    if _NEARLY_ALL < value < _ALL:
        return f"{floor(value * 10) / 10:.1f} %"
    return f"{_short(value)} %"


def points(difference: float) -> str:
    return f"{difference * 100:+.1f} pp"


def length(minutes: float) -> str:
    """Return "45 s", "12 min", "3.2 h" or "2.5 days"."""
    if minutes < 1:
        return f"{minutes * 60:.0f} s"
    if minutes < 2 * _HOUR:
        return f"{_short(minutes)} min"
    return f"{minutes / _HOUR:.1f} h" if minutes < 2 * _DAY else f"{minutes / _DAY:.1f} days"


def _short(value: float) -> str:
    """Give a decimal where that says more: 4.2, 5, 12."""
    return f"{value:.1f}".removesuffix(".0") if abs(value) < _SMALL else f"{value:.0f}"


def shown(cell: Cell, kind: Kind) -> str:
    """Return a table's cell as the page shows it."""
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, str) and kind is Kind.NAMES:
        return _first_names(cell.split(BETWEEN))
    if isinstance(cell, str | bool):
        return {True: "yes", False: "no"}[cell] if isinstance(cell, bool) else cell
    return _figure(cell, kind)


def _first_names(names: Sequence[str]) -> str:
    """The file has all of them; on the page a row is to be a line or two."""
    more = len(names) - _NAMES_SHOWN
    told = BETWEEN.join(names[:_NAMES_SHOWN])
    return f"{told} and {more} more" if more > 0 else told


def _figure(value: float, kind: Kind) -> str:
    match kind:
        case Kind.SHARE:
            return percent(value)
        case Kind.POINTS:
            return points(value)
        case Kind.MINUTES:
            return length(value)
        case Kind.DAYS:
            return f"{value:.1f}"
        case Kind.NUMBER:
            return f"{value:,.1f}"
        case Kind.TEXT | Kind.NAMES | Kind.DAY | Kind.HOUR | Kind.COUNT | Kind.MONEY:
            return f"{value:,.0f}"
