"""A chart of the measurement: each way's share of the gap, a row each, as a plain SVG."""

from collections.abc import Sequence
from html import escape

WIDTH, LABEL, ROW, HEAD = 760, 250, 22, 46
_PLOT = WIDTH - LABEL - 130
_OURS = "(ours)"
Row = tuple[str, float, float, float]  # a name, its share, the share's error, its uplift


def chart(panels: Sequence[tuple[str, Sequence[Row]]]) -> str:
    """Draw a panel a title: bars from nought to the bound, a whisker of two standard errors."""
    drawn, top = [], 10
    for title, rows in panels:
        drawn.append(_panel(title, rows, top))
        top += HEAD + ROW * len(rows) + 20
    style = (
        "text{font:13px sans-serif;fill:#1f2933}.title{font-weight:600}.quiet{fill:#61707d}"
        ".bar{fill:#9fb3c8}.ours{fill:#0b6e4f}.whisker{stroke:#1f2933}.edge{stroke:#cbd2d9}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {top}">'
        f"<title>Share of the gap between giving leads in turn and a plan that knows all</title>"
        f'<style>{style}</style><rect width="{WIDTH}" height="{top}" fill="#fff"/>'
        f"{''.join(drawn)}</svg>\n"
    )


def _panel(title: str, rows: Sequence[Row], top: int) -> str:
    bottom = top + HEAD + ROW * len(rows)
    edges = "".join(
        f'<line class="edge" x1="{_x(at):.0f}" x2="{_x(at):.0f}" y1="{top + HEAD - 8}" '
        f'y2="{bottom}"/><text class="quiet" x="{_x(at) - 12:.0f}" y="{top + HEAD - 12}">'
        f"{at:.0%}</text>"
        for at in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    bars = "".join(_bar(row, top + HEAD + n * ROW) for n, row in enumerate(rows))
    return f'<text class="title" x="8" y="{top + 14}">{escape(title)}</text>{edges}{bars}'


def _bar(row: Row, y: float) -> str:
    name, share, error, uplift = row
    look = "ours" if _OURS in name else "bar"
    left, right = sorted((_x(0), _x(share)))
    low, high = _x(share - 2 * error), _x(share + 2 * error)
    return (
        f'<text x="8" y="{y + 14}">{escape(name)}</text>'
        f'<rect class="{look}" x="{left:.1f}" y="{y + 3}" width="{right - left:.1f}" '
        f'height="{ROW - 8}"/><line class="whisker" x1="{low:.1f}" x2="{high:.1f}" '
        f'y1="{y + 10}" y2="{y + 10}"/><text class="quiet" x="{WIDTH - 118}" y="{y + 14}">'
        f"{share:.0%}, wins {uplift:+.0%}</text>"
    )


def _x(share: float) -> float:
    return LABEL + max(-0.1, min(1.05, share)) * _PLOT
