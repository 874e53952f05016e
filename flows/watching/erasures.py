"""Orders to erase that came by webhook and could not be carried out: owed by law."""

from flows.unused import told
from flows.wiring import Wiring
from store.alert_rows import Cause

KIND = "erasure"


def erasure_causes(wiring: Wiring) -> list[Cause]:
    """Tell of each until a person has seen to it."""
    return [
        Cause(kind=KIND, source=row.source, subject=str(row.id), text=told(row))
        for row in wiring.store.unused_requests()
        if row.is_owed
    ]
