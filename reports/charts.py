"""Charts as inline SVG, drawn for a phone's width: no script, no font, no network."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10

from reports.reader import Said, marked, with_figures, with_number

WIDTH = 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 26, 12, 22
_HEIGHT = 170
_PLOT = WIDTH - _LEFT - _RIGHT
_LABELS = 6
_TWO_HOURS, _TWO_DAYS = 120, 2_880


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Values at each place, None where there is none; `look` is its class in the style sheet."""

    name: str
    values: tuple[float | None, ...]
    look: str = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """An estimate with its interval, and what stands beside it."""

    label: str
    at: float
    low: float
    high: float
    shown: str


def scale_of(minutes: Sequence[float]) -> tuple[float, str]:
    """Return in how many minutes, and by what name, lengths are drawn: their ticks are round."""
    most = max(minutes, default=0.0)
    if most >= _TWO_DAYS:
        return 1_440, "d"
    return (60, "h") if most >= _TWO_HOURS else (1, "min")


def line_chart(
    title: str, places: Sequence[Said], lines: Sequence[Line], *, unit: str, target: float | None
) -> str:
    """Draw lines from zero over `places`; `unit` is "min" or "%", `target` a level."""
    values = [v for line in lines for v in line.values if v is not None]
    most = _nice(max([*values, target or 0.0], default=0.0) or 1.0)
    drawn = [_grid(most, unit), *(_line(line, most) for line in lines)]
    if target is not None:
        drawn.append(_target(target, most))
    drawn.append(_places(places))
    return _svg(title, _HEIGHT, "".join(drawn))


def bar_chart(
    title: str, places: Sequence[Said], values: Sequence[float | None], *, unit: str
) -> str:
    """Draw a column a place, from zero; none where there is no value."""
    most = _nice(max((v for v in values if v is not None), default=0.0) or 1.0)
    step = _PLOT / max(1, len(values))
    bars = "".join(
        f'<rect class="main" x="{_LEFT + n * step + 1:.1f}" y="{_y(value, most):.1f}" '
        f'width="{max(1.0, step - 2):.1f}" height="{_y(0, most) - _y(value, most):.1f}">'
        f"<title>{escape(place.shown)}: {value:,.1f} {escape(unit)}</title></rect>"
        for n, (place, value) in enumerate(zip(places, values, strict=True))
        if value is not None
    )
    return _svg(title, _HEIGHT, _grid(most, unit) + bars + _places(places, centred=True))


def dot_chart(title: str, dots: Sequence[Dot]) -> str:
    """Draw shares (0..1) with their intervals, a row each."""
    row, label = 38, 0
    most = _nice(max([dot.high * 100 for dot in dots], default=1.0) or 1.0)
    width = WIDTH - 2 * 8
    parts = []
    for n, dot in enumerate(dots):
        y = n * row + 14
        shown = with_figures(escape(dot.shown), "tspan")
        a, b, at = (8 + value * 100 / most * width for value in (dot.low, dot.high, dot.at))
        parts.append(
            f'<text class="label" x="{8 + label}" y="{y}">{escape(dot.label)}</text>'
            f'<text class="figure" x="{WIDTH - 8}" y="{y}">{shown}</text>'
            f'<line class="whisker" x1="{a:.1f}" x2="{b:.1f}" y1="{y + 11}" y2="{y + 11}"/>'
            f'<circle class="main" cx="{at:.1f}" cy="{y + 11}" r="4.5"/>'
        )
    return _svg(title, row * len(dots) + 4, "".join(parts))


def _svg(title: str, height: float, drawn: str) -> str:
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {height}" '
        f'aria-label="{escape(title, quote=True)}"><title>{escape(title)}</title>{drawn}</svg>'
    )


def _y(value: float, most: float) -> float:
    return _TOP + (1 - value / most) * (_HEIGHT - _TOP - _BOTTOM)


def _nice(most: float) -> float:
    """Return a round number that is not below `most`."""
    size = 10.0 ** ceil(log10(most) - 1)
    return next(size * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 20) if size * step >= most)


def _grid(most: float, unit: str) -> str:
    rows = []
    for part in (0.0, 0.5, 1.0):
        y = _y(part * most, most)
        rows.append(
            f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{_LEFT - 5}" y="{y + 3.5:.1f}">'
            f"{with_number(_tick(part * most, unit), 'tspan')}</text>"
        )
    return "".join(rows)


def _tick(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value == int(value) else f"{value:,.1f} {unit}"


def _x(at: int, count: int) -> float:
    return _LEFT + (_PLOT / 2 if count == 1 else at / (count - 1) * _PLOT)


def _line(line: Line, most: float) -> str:
    known = [
        (_x(n, len(line.values)), _y(v, most)) for n, v in enumerate(line.values) if v is not None
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in known)
    dots = "".join(
        f'<circle class="{line.look}" cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>' for x, y in known
    )
    return f'<polyline class="{line.look}" points="{path}"/>{dots}'


def _target(target: float, most: float) -> str:
    y = _y(target, most)
    return (
        f'<line class="target" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="target" x="{WIDTH - _RIGHT}" y="{y - 4:.1f}">target</text>'
    )


def _places(places: Sequence[Said], *, centred: bool = False) -> str:
    every = max(1, ceil(len(places) / _LABELS))
    step = _PLOT / max(1, len(places))
    parts = []
    for n in range(0, len(places), every):
        x = _LEFT + (n + 0.5) * step if centred else _x(n, len(places))
        shown = marked(places[n], "tspan")
        parts.append(f'<text class="place" x="{x:.1f}" y="{_HEIGHT - 6}">{shown}</text>')
    return "".join(parts)
