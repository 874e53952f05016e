"""A back-test as one HTML file that opens offline, on a phone and in print."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.backtest import Comparison, headlines
from reports.bars import BarPair, bar_pairs
from reports.reader import day, figure, marked, only_that_script, script, sentence

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def backtest_page(found: Comparison, names: tuple[str, str], notes: Sequence[str] = ()) -> str:
    """Return the page. `names` are what the two configurations are called, today's first."""
    # Whatever a lead carries is text: escaping is on for every value but the chart, which is ours.
    pages = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    times = sorted(pair.at for pair in found.changed if pair.at)
    return pages.get_template("backtest.html").render(
        found=found,
        said=headlines(found),
        notes=notes,
        names=names,
        span=[marked(day(at)) for at in (times[0], times[-1])] if times else None,
        script=script(),
        policy=only_that_script(),
        sentence=sentence,
        figure=figure,
        chart=Markup(_chart(found)),  # noqa: S704  (bars.py escapes each label)
    )


def _chart(found: Comparison) -> str:
    rows = [
        BarPair(
            label=row.owner,
            before=row.before,
            after=row.after,
            shown=(
                f"{row.before:,} ({row.share_before:.0%})",
                f"{row.after:,} ({row.share_after:.0%})",
            ),
        )
        for row in found.shares
    ]
    return bar_pairs(rows, "Leads by owner, before and after")
