"""A backfill at the desk: what of its plan is left, who may be taken in, what became of each."""

from collections.abc import Sequence

from leads.decision import Decision
from leads.keys import LeadKey, RunId
from leads.lead import Lead
from leads.sighting import Sighting
from store import backfills, intake, ledger
from store.backfill_rows import Entry, EntryState, WindowRow
from store.desk_gathering import Gathering
from store.people import match_of
from store.rows import LeadState


class Planning(Gathering):
    """Applies what was planned."""

    def suppose(self, decision: Decision, identity: frozenset[str], read: Lead) -> None:
        """Know a person again by what is only planned; nothing of it is kept."""
        self._people.add(identity, match_of(decision, read))

    def planned(self, window: WindowRow, *, limit: int) -> list[Entry]:
        """List what of a backfill's window is still to be applied, the oldest first."""
        self.flush()
        number, state = window.backfill, EntryState.PLANNED
        return backfills.entries(self._connection, number, state, limit, window)

    def taken_already(self, keys: Sequence[LeadKey]) -> dict[LeadKey, LeadState]:
        """Answer which of these leads are decided for good, or about to be."""
        self.flush()
        return backfills.taken(self._connection, keys)

    def admit(self, sightings: Sequence[Sighting], source: str, run: RunId) -> set[LeadKey]:
        """
        Take older records in, whatever the intake says; answer those that wait to be decided now.

        Those that somebody is at, or was, are not among them, but for decisions that came to
        nothing.
        """
        self.flush()
        keys = [each.key for each in sightings]
        busy = backfills.taken(self._connection, keys)
        free = [each for each in sightings if each.key not in busy]
        backfills.reopen_void(self._connection, [each.lead for each in free if each.lead])
        intake.save_page(self._connection, source, free, run=run, now=self._now)
        ledger.count_pulled(self._connection, run, source, len(free))
        return backfills.waiting(self._connection, [each.key for each in free])

    def settle_backfill(self, number: str, done: Sequence[tuple[LeadKey, EntryState, str]]) -> None:
        """Note what became of some of a backfill's leads."""
        self.flush()
        backfills.save_done(self._connection, number, done)
