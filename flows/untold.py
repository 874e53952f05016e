"""Who could not be told: what waits by each channel, and why the channel did not take it."""

from collections.abc import Iterator, Sequence

from flows.plurals import count_of
from flows.wiring import Wiring
from leads.tasks import CRM_TASK
from store.running_rows import NoticeCount


def untold_lines(wiring: Wiring) -> list[str]:
    """Return one line for each channel by which messages wait, after it failed."""
    return [_line(channel, count) for channel, count in wiring.store.untold_notices().items()]


def _line(channel: str, count: NoticeCount) -> str:
    what = count_of(count.waiting, "message waits", "messages wait")
    return f"notify: {what} to be told by {channel}: {count.reason}"


def told_lines(wiring: Wiring) -> Iterator[str]:
    """Say of each channel how many were told, those that were never used among them."""
    notify = wiring.configuration.notify
    if notify is None:
        yield "nobody is told: the configuration has no notify section"
        return
    counts = wiring.store.notice_counts()
    used = [*notify.channels, *([CRM_TASK] if notify.crm_task else [])]
    for channel in sorted({*used, *counts}):
        count = counts.get(channel, NoticeCount())
        told = f"{count.sent} told, {count.waiting} waiting, {count.failed} given up"
        why = f"; the last failure: {count.reason}" if count.reason else ""
        alerts = "; alerts go by it too, and are not counted" if channel in notify.alerts else ""
        yield f"{channel}: {told}, {count.repeats} perhaps twice{alerts}{why}"


def waiting_by(wiring: Wiring, channel: str) -> Sequence[str]:
    """Return why the last message did not go by `channel`, while some wait; reminders too."""
    counts = wiring.store.untold_notices()
    return [c.reason for name, c in counts.items() if name.rpartition(": ")[2] == channel]
