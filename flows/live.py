"""The demo's live view: one line for each lead as its CRM takes the owner."""

import time

from rich.console import Console
from rich.text import Text

from flows.wiring import Wiring
from routing.policy import Policy
from store.rows import AssignmentRow

POLL_SECONDS = 0.5
BATCH = 200
_LONGEST_ID = 18


def follow(wiring: Wiring, console: Console) -> None:
    """Print assignments as they are written, until interrupted."""
    last = 0
    while True:
        for row in wiring.store.recent_assignments(last, BATCH):
            line = assignment_line(row, wiring.configuration.policy)
            console.print(line, no_wrap=True, overflow="ellipsis")
            last = row.id
        time.sleep(POLL_SECONDS)


def assignment_line(row: AssignmentRow, policy: Policy) -> Text:
    """Return one line: when, which record, whose now, by which rule."""
    owner = policy.name_of(row.owner)
    method = (row.method or "set aside").replace("_", " ")
    by = f"{row.rule} ({method})" if row.rule else method
    return Text.assemble(
        (f"{row.written_at:%H:%M:%S} ", "dim"),
        f"{row.lead.source:<12} {_short(row.lead.source_id):<18} → ",
        (f"{owner:<12} ", "bold cyan"),
        by,
    )


def _short(record_id: str) -> str:
    """Keep both ends of a long id: LinkedIn's have 38 characters, and differ at either end."""
    return record_id if len(record_id) <= _LONGEST_ID else f"{record_id[:9]}…{record_id[-8:]}"
