"""Whether the leads of a file come in the order in which they were created."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows.plurals import count_of
from leads.decision import Decision


@dataclass(slots=True)
class FileOrder:
    """Counts leads that are older than one above them: a dry run decides in file order."""

    _latest: datetime | None = None
    _older: int = 0

    def add(self, decision: Decision | None) -> None:
        """Take the next lead's decision; None for a row that has none."""
        if decision is None:
            return
        came = (decision.saw.held_since if decision.saw else None) or decision.decided_at
        if self._latest is not None and came < self._latest:
            self._older += 1
        else:
            self._latest = came

    def told(self, path: Path) -> list[str]:
        """Say it where it makes a difference."""
        if not self._older:
            return []
        verb = "is" if self._older == 1 else "are"
        older = f"{count_of(self._older, 'lead')} {verb} older than one above"
        why = "turns and caps go by the order of the file: sort it by created_at"
        return [f"{path} is not in the order of created_at ({older}), and {why}"]
