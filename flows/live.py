"""The demo's live view: one line for each lead as its CRM takes the owner."""

import time

from rich.console import Console
from rich.text import Text

from flows.wiring import Wiring
from routing.policy import Policy
from store.rows import AssignmentRow

POLL_SECONDS = 0.5
BATCH = 200


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
    known = policy.owners.get(row.owner)
    owner = known.name if known else row.owner
    method = (row.method or "set aside").replace("_", " ")
    by = f"{row.rule} ({method})" if row.rule else method
    return Text.assemble(
        (f"{row.written_at:%H:%M:%S} ", "dim"),
        f"{row.lead.source:<10} {row.lead.source_id:<18} → ",
        (f"{owner:<12} ", "bold cyan"),
        by,
    )
