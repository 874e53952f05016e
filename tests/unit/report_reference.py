"""The three numbers by plain loops over dictionaries: slow, and obviously right."""

from datetime import timedelta
from statistics import mean, median

from tests.unit.report_rows import NOW


def last_rows(rows):
    return [row for row in rows if row["attempt"] == row["attempts"]]


def flaw(row) -> str | None:
    if row["first_seen"] - row["created_at"] > timedelta(days=1):
        return "old"
    if row["touched_at"] is None:
        return None
    if row["touched_at"] < row["created_at"]:
        return "before it came"
    return "early" if row["touched_at"] < row["first_assigned_at"] else None


def response(rows, *, since) -> dict[str, float | None]:
    leads = [r for r in last_rows(rows) if r["created_at"] >= since and flaw(r) is None]
    took = [
        (r["touched_at"] - r["created_at"]).total_seconds() / 60 for r in leads if r["touched_at"]
    ]
    return {
        "leads": len(leads),
        "touched": len(took),
        "mean": mean(took) if took else None,
        "median": median(took) if took else None,
        **{f"within_{n}": _within(leads, n) for n in (1, 5, 30, 60)},
    }


def _within(leads, limit: int) -> float | None:
    """Of those that were touched, or had the time to be."""
    answers = []
    for row in leads:
        if row["touched_at"] is not None:
            answers.append(row["touched_at"] - row["created_at"] <= timedelta(minutes=limit))
        elif NOW - row["created_at"] >= timedelta(minutes=limit):
            answers.append(False)
    return sum(answers) / len(answers) if answers else None


def aging(rows, *, since) -> tuple[int, int]:
    """Return how many first deadlines passed, and how many of them untouched."""
    due = late = 0
    for row in rows:
        is_over = since <= row["sla_due"] <= NOW
        is_gone = row["ended_at"] is not None and row["ended_at"] < row["sla_due"]
        if row["attempt"] == 1 and is_over and not is_gone:
            due += 1
            late += row["touched_at"] is None or row["touched_at"] > row["sla_due"]
    return due, late


def conversions(rows, mature: timedelta) -> dict[str, tuple[int, int]]:
    """Return leads and conversions by method."""
    found: dict[str, tuple[int, int]] = {}
    for row in last_rows(rows):
        if NOW - row["created_at"] < mature:
            continue
        method = "re-assigned" if row["attempts"] > 1 else row["method"]
        end = row["converted_at"]
        hit = end is not None and timedelta(0) <= end - row["created_at"] <= mature
        leads, hits = found.get(method, (0, 0))
        found[method] = (leads + 1, hits + hit)
    return found


def in_hand(rows) -> list[int]:
    """Return, for each row, how many others its owner had been given and not touched."""
    return [
        sum(
            other["owner"] == row["owner"]
            and other["assigned_at"] < row["assigned_at"]
            and all(
                other[end] is None or other[end] > row["assigned_at"]
                for end in ("touched_at", "ended_at")
            )
            for other in rows
        )
        for row in rows
    ]
