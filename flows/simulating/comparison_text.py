"""A comparison of two policies on the terminal, and as JSON."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from flows.wide_console import wide_console
from leads.errors import ConfigError
from reports.backtest import Comparison, headlines

_MOVES = 12


def comparison_json(found: Comparison) -> dict[str, object]:
    """Return it for machines; leads by the ids they are known by."""
    sides = {"before": found.before, "after": found.after}
    return {
        "leads": found.leads,
        "moved": found.moved,
        "moved_within_a_pool": found.turns,
        "newly_fallback": [pair.lead for pair in found.newly_fallback],
        "no_longer_fallback": [pair.lead for pair in found.no_longer_fallback],
        "moves": [{"from": a, "to": b, "leads": count} for a, b, count in found.moves],
        "owners": {
            row.owner: {
                "before": row.before,
                "after": row.after,
                "share_before": row.share_before,
                "share_after": row.share_after,
            }
            for row in found.shares
        },
        **{
            name: {
                "owned": side.owned,
                "set_aside": side.aside,
                "fallback": side.fallback,
                "late": side.late,
                "above_caps_of_before": side.over["before"],
                "above_caps_of_after": side.over["after"],
            }
            for name, side in sides.items()
        },
    }


def print_comparison(found: Comparison, names: tuple[str, str], notes: Sequence[str]) -> None:
    """Print the sentences, who gets how many, and whose leads move."""
    console = wide_console(markup=False)
    for sentence in (*headlines(found), *notes):
        console.print(sentence)
    console.print()
    console.print(_shares(found, names))
    if found.moves:
        console.print()
        console.print(_moves(found))


def _shares(found: Comparison, names: tuple[str, str]) -> Table:
    table = Table("owner", box=None, pad_edge=False)
    for name in (*names, "difference"):
        table.add_column(name, justify="right")
    for row in found.shares:
        table.add_row(
            row.owner,
            f"{row.before:,} ({row.share_before:.1%})",
            f"{row.after:,} ({row.share_after:.1%})",
            f"{row.after - row.before:+,}",
        )
    return table


def _moves(found: Comparison) -> Table:
    table = Table("from", "to", box=None, pad_edge=False)
    table.add_column("leads", justify="right")
    for before, after, count in found.moves[:_MOVES]:
        table.add_row(before or "set aside", after or "set aside", f"{count:,}")
    if len(found.moves) > _MOVES:
        rest = sum(count for _, _, count in found.moves[_MOVES:])
        table.add_row("others", "", f"{rest:,}")
    return table


def write_page(path: Path, page: str) -> None:
    """Write the page of `--html`. Raises ConfigError where it cannot be written."""
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"--html {path}: cannot be written ({error.strerror})"]) from None
