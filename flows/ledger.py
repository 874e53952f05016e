"""The ledger of a run: where every record pulled has gone, and whether the counts add up."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from flows.plurals import count_of
from store.running_rows import SourceLedger

COLUMNS = (
    "pulled",
    "decided",
    "duplicates",
    "rejected",
    "held",
    "ignored",
    "delivered",
    "conflicts",
)
_WRITES = {
    "delivered": "written",
    "unchanged": "there already, nothing to write",
    "conflicts": "left to whoever had them first",
    "refused": "refused",
    "gone": "of records that are gone",
    "undone": "given back since",
    "pending": "still due",
}
"""What became of the owners to be written: these are all of them."""


def ledger_json(ledger: Mapping[str, SourceLedger], seconds: float) -> dict[str, Any]:
    """Return the ledger as the object that `--json` prints."""
    return {
        "sources": {name: _row(entry) for name, entry in sorted(ledger.items())},
        "balanced": all(entry.balanced for entry in ledger.values()),
        "seconds": round(seconds, 1),
    }


def _row(entry: SourceLedger) -> dict[str, Any]:
    counts: dict[str, Any] = {name: count_in(entry, name) for name in COLUMNS}
    writes = {name: count_in(entry, name) for name in _WRITES}
    ignored = dict(sorted(entry.ignored.items()))
    found = {**counts, "ignored_by": ignored, "writes": writes}
    if entry.review_until is not None:
        found |= {"in_review": entry.in_review, "review_until": entry.review_until.isoformat()}
    return found


def count_in(entry: SourceLedger, name: str) -> int:
    """Return one column of a source's row."""
    value = getattr(entry, name)
    return sum(value.values()) if isinstance(value, Mapping) else int(value)


def ledger_table(ledger: Mapping[str, SourceLedger]) -> Table:
    """Return the ledger as a table for a terminal."""
    table = Table(box=None, padding=0, pad_edge=False)
    table.add_column("source", no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True, min_width=len(name) + 1)
    for source, entry in sorted(ledger.items()):
        table.add_row(source, *(f"{count_in(entry, name):,}" for name in COLUMNS))
    return table


def balance_line(ledger: Mapping[str, SourceLedger]) -> str:
    """Return one sentence: do the counts add up, and if not, where."""
    wrong = [source for source, entry in ledger.items() if not entry.balanced]
    if wrong:
        return f"The counts do NOT add up for {', '.join(wrong)}."
    return "The counts add up: pulled = decided + duplicates + rejected + held + ignored."


def writes_line(ledger: Mapping[str, SourceLedger]) -> str:
    """Return one sentence on the other half: what became of the owners to be written."""
    counts = {name: sum(count_in(e, name) for e in ledger.values()) for name in _WRITES}
    told = [f"{counts[name]:,} {words}" for name, words in _WRITES.items() if counts[name]]
    total = sum(counts.values())
    return f"{count_of(total, 'owner')} to be written: {', '.join(told)}." if total else ""


def ignored_lines(ledger: Mapping[str, SourceLedger]) -> list[str]:
    """Return one line a source that ignored something, with the reasons."""
    return [
        f"{source} ignored: "
        + ", ".join(f"{n:,} {why}" for why, n in sorted(entry.ignored.items()))
        for source, entry in sorted(ledger.items())
        if entry.ignored
    ]


def review_line(ledger: Mapping[str, SourceLedger]) -> str:
    """Return one sentence on the owners that a person may look at before they are written."""
    until = [entry.review_until for entry in ledger.values() if entry.review_until]
    if not until:
        return ""
    what = count_of(
        sum(entry.in_review for entry in ledger.values()), "of them waits", "of them wait"
    )
    return (
        f"{what} for a person's review (`firsttouch review`); from {min(until):%H:%M} UTC on the "
        "rules' own decisions are written."
    )
