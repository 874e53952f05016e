"""Bar charts as inline SVG: no script, no font and no network, so that a page opens anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from reports.reader import with_number

_ROW, _BAR, _GAP = 44, 14, 3
_LABEL, _PLOT, _FIGURE = 150, 420, 90


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPair:
    """Two values of one thing; `shown` is what stands beside each bar."""

    label: str
    before: float
    after: float
    shown: tuple[str, str]


def bar_pairs(rows: Sequence[BarPair], title: str) -> str:
    """Draw a pair of bars a row, from zero; the longest takes the whole width."""
    longest = max((max(row.before, row.after) for row in rows), default=0.0) or 1.0
    height = _ROW * len(rows)
    width = _LABEL + _PLOT + _FIGURE
    drawn = "".join(_row(row, n * _ROW, longest) for n, row in enumerate(rows))
    return (
        f'<svg class="bars" role="img" viewBox="0 0 {width} {height}" '
        f'aria-label="{escape(title, quote=True)}"><title>{escape(title)}</title>{drawn}</svg>'
    )


def _row(row: BarPair, top: int, longest: float) -> str:
    middle = top + _ROW / 2
    bars = "".join(
        _bar(kind, value, shown, y, longest)
        for kind, value, shown, y in (
            ("before", row.before, row.shown[0], middle - _BAR - _GAP / 2),
            ("after", row.after, row.shown[1], middle + _GAP / 2),
        )
    )
    label = f'<text class="label" x="{_LABEL - 10}" y="{middle + 4}">{escape(row.label)}</text>'
    return label + bars


def _bar(kind: str, value: float, shown: str, top: float, longest: float) -> str:
    width = value / longest * _PLOT
    told = with_number(escape(shown), "tspan")
    figure = f'<text class="figure" x="{_LABEL + width + 6:.1f}" y="{top + 11}">{told}</text>'
    return (
        f'<rect class="{kind}" x="{_LABEL}" y="{top}" width="{width:.1f}" height="{_BAR}"/>{figure}'
    )
