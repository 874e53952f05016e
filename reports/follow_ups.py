"""Follow-ups: whether somebody was in touch once more, after the first time."""

from collections.abc import Iterator, Sequence

from reports.beside import FollowUps
from reports.tables import Column, Kind, Table, table
from reports.wording import count_of, percent


def follow_up_said(follow_ups: Sequence[FollowUps]) -> Iterator[str]:
    due, in_time = sum(e.due for e in follow_ups), sum(e.in_time for e in follow_ups)
    if due:
        were = count_of(due, "follow-up was", "follow-ups were")
        yield f"{were} due; {percent(in_time / due)} came in time."


def follow_up_table(follow_ups: Sequence[FollowUps]) -> Iterator[Table]:
    if not any(each.due for each in follow_ups):
        return
    columns = (
        Column(key="owner", title="Owner", kind=Kind.TEXT),
        Column(key="due", title="Follow-ups due"),
        Column(key="in_time", title="In time"),
        Column(key="late", title="Late"),
        Column(key="never", title="Not yet"),
        Column(key="rate", title="Share in time", kind=Kind.SHARE, bar=True),
    )
    rows = [(e.owner, e.due, e.in_time, e.late, e.never, e.in_time / e.due) for e in follow_ups]
    rows.sort(key=lambda row: (row[5], row[0]))
    yield table("follow_ups", "Follow-ups by owner", columns, rows)
