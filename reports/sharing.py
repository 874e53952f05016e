"""Fairness: what each member of a pool had against what it was due."""

from collections.abc import Iterator
from functools import partial

from reports.beside import Turn
from reports.method_rates import method_name
from reports.section import Section, Tone
from reports.tables import Column, Kind, Table, table
from reports.wording import count_of

_FAIR = 1.5
"""Leads; the bound that holds in ordinary calendars (docs/hours-and-capacity.md)."""
_BY_TURNS = "round_robin"
_BY_DESIGN = {
    "least_loaded": "Whoever has the most room comes first there, not whose turn it is.",
    "best_match": "The model chooses there who is likeliest to close.",
    "pull": "Members take the leads there themselves.",
    "": "The configuration has no such pool any more.",
}
"""Of strategies by which shares differ, as they should: why."""


def sharing_section(turns: tuple[Turn, ...]) -> Section:
    """
    Compare the rotation's own counts: since each pool began, not of the period alone.

    Only pools that take turns are judged. In the others who has room, or is likeliest to close,
    comes first: that one had more than the next is what the pool is for.
    """
    known = [turn for turn in turns if turn.entitled or turn.assigned]
    judged = [turn for turn in known if turn.strategy == _BY_TURNS]
    said, tables = tuple(_said(known)), (_table(known),) if known else ()
    section = partial(Section, key="fairness", title="Fairness", said=said, tables=tables)
    if not judged:
        nothing = "No pool takes turns, so that nobody is judged."
        return section(headline=nothing if known else "No pool has taken turns yet.")
    worst = max(judged, key=lambda turn: abs(turn.assigned - turn.entitled))
    off = worst.assigned - worst.entitled
    total = sum(turn.assigned for turn in judged)
    return section(
        headline=_headline(worst, off, total),
        figure=f"± {abs(off):.1f}",
        counts="leads off",
        tone=Tone.GOOD if abs(off) <= _FAIR else Tone.WATCH,
        figures={"widest_gap": off, "leads": total},
    )


def _headline(worst: Turn, off: float, total: int) -> str:
    if abs(off) <= 1:
        return f"Nobody is more than one lead away from their due share, over {total:,} leads."
    more = "more" if off > 0 else "fewer"
    return (
        f"{worst.owner} had {abs(off):.1f} leads {more} than due in {worst.pool}, "
        f"the widest gap over {count_of(total, 'lead')}."
    )


def _said(known: list[Turn]) -> Iterator[str]:
    if known:
        yield "Due: the share of each lead a member was eligible for, by weight."
    for strategy, why in _BY_DESIGN.items():
        if pools := sorted({turn.pool for turn in known if turn.strategy == strategy}):
            yield f"Not judged: {', '.join(pools)}. {why}"


def _table(turns: list[Turn]) -> Table:
    columns = (
        Column(key="pool", title="Team", kind=Kind.TEXT),
        Column(key="owner", title="Owner", kind=Kind.TEXT),
        Column(key="strategy", title="Strategy", kind=Kind.TEXT),
        Column(key="due", title="Due", kind=Kind.NUMBER),
        Column(key="had", title="Had"),
        Column(key="difference", title="Difference", kind=Kind.NUMBER),
        Column(key="share_due", title="Share due", kind=Kind.SHARE),
        Column(key="share_had", title="Share had", kind=Kind.SHARE),
    )
    due, had = _totals(turns)
    rows = [
        (
            turn.pool,
            turn.owner,
            method_name(turn.strategy),
            turn.entitled,
            turn.assigned,
            turn.assigned - turn.entitled,
            turn.entitled / due[turn.pool] if due[turn.pool] else 0.0,
            turn.assigned / had[turn.pool] if had[turn.pool] else 0.0,
        )
        for turn in sorted(turns, key=lambda turn: (turn.pool, turn.owner))
    ]
    return table("fairness", "Share against entitlement", columns, rows)


def _totals(turns: list[Turn]) -> tuple[dict[str, float], dict[str, int]]:
    due: dict[str, float] = {}
    had: dict[str, int] = {}
    for turn in turns:
        due[turn.pool] = due.get(turn.pool, 0.0) + turn.entitled
        had[turn.pool] = had.get(turn.pool, 0) + turn.assigned
    return due, had
