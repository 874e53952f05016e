"""`firsttouch alerts`: what is wrong now, and what was."""

import json
from datetime import datetime

from flows.moments import since as since_when
from flows.which_store import read_store
from flows.wiring import utc_now
from store.alert_rows import Alert


def run(since: str | None, store: str | None, *, as_json: bool) -> None:
    """Print the open ones; with `since` those that ended after it as well, the oldest first."""
    at = since_when("--since", since, utc_now()) if since else None
    with read_store(store) as opened:
        found = opened.alerts(at)
    if as_json:
        print(json.dumps([_row(each) for each in found]))
        return
    for each in found:
        print(_line(each))
    if not found:
        print("Nothing is wrong." if at is None else "Nothing was wrong in that time.")


def _row(alert: Alert) -> dict[str, str | None]:
    return {
        "kind": alert.cause.kind,
        "source": alert.cause.source,
        "subject": alert.cause.subject,
        "text": alert.cause.text,
        "opened_at": alert.opened_at.isoformat(),
        "closed_at": alert.closed_at.isoformat() if alert.closed_at else None,
    }


def _line(alert: Alert) -> str:
    over = f", over at {_at(alert.closed_at)}" if alert.closed_at else ""
    return f"{alert.cause.kind}: {alert.cause.text} (since {_at(alert.opened_at)}{over})"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
