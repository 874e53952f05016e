"""How long what is stored stays there."""

from collections.abc import Iterator
from datetime import datetime

from leads.retention import Retention
from store import pruning, space
from store.part import Part


class Keeping(Part):
    """Forgetting what is old."""

    def prune(
        self, retention: Retention, now: datetime, *, is_rehearsal: bool = False
    ) -> Iterator[pruning.Pruned]:
        """Forget what is older than its retention, kind by kind as answers are asked for."""
        return pruning.prune(self._db, retention, now, is_rehearsal=is_rehearsal)

    def give_back_space(self, *, may_rewrite: bool) -> space.Space:
        """
        Let the file shrink by what was deleted, and answer how large it is and how much is free.

        A file that was made before files could shrink has to be rewritten once, which others
        wait for: only where it `may_rewrite`.
        """
        return space.give_back(self._db, may_rewrite=may_rewrite)
