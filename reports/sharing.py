"""Fairness: what each member of a pool had against what it was due."""

from reports.beside import Turn
from reports.section import Section, Tone
from reports.tables import Column, Kind, Table, table
from reports.wording import count_of

_FAIR = 1.5
"""Leads; the bound that holds in ordinary calendars (docs/hours-and-capacity.md)."""


def sharing_section(turns: tuple[Turn, ...]) -> Section:
    """Compare the rotation's own counts: since each pool began, not of the period alone."""
    known = [turn for turn in turns if turn.entitled or turn.assigned]
    if not known:
        return Section(key="fairness", title="Fairness", headline="No pool has taken turns yet.")
    worst = max(known, key=lambda turn: abs(turn.assigned - turn.entitled))
    off = worst.assigned - worst.entitled
    total = sum(turn.assigned for turn in known)
    more = "more" if off > 0 else "fewer"
    if abs(off) <= 1:
        headline = f"Nobody is more than one lead away from their due share, over {total:,} leads."
    else:
        headline = (
            f"{worst.owner} had {abs(off):.1f} leads {more} than due in {worst.pool}, "
            f"the widest gap over {count_of(total, 'lead')}."
        )
    return Section(
        key="fairness",
        title="Fairness",
        headline=headline,
        figure=f"± {abs(off):.1f}",
        tone=Tone.GOOD if abs(off) <= _FAIR else Tone.WATCH,
        said=("Due: the share of each lead a member was eligible for, by weight.",),
        figures={"widest_gap": off, "leads": total},
        tables=(_table(known),),
    )


def _table(turns: list[Turn]) -> Table:
    columns = (
        Column(key="pool", title="Team", kind=Kind.TEXT),
        Column(key="owner", title="Owner", kind=Kind.TEXT),
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
