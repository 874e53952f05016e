"""Backfills: what was asked for, read, planned and done; and what a run gave, taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leads.keys import LeadKey, RunId
from leads.ownership import WriteOutcome
from store import backfill_windows, backfills, giving_back, undoing
from store.backfill_rows import BackfillRow, Entry, EntryState, WindowRow
from store.giving_back import GivingBack
from store.part import Part
from store.rows import LeadState
from store.undoing import Given, RunSize


class Backfilling(Part):
    """Reading and planning; a plan is applied at the desk."""

    def start_backfill(self, row: BackfillRow, parts: Sequence[WindowRow]) -> BackfillRow:
        """Keep it; where the same was asked for and is still being read, answer that one."""
        return self._db.write_alone("starting a backfill", lambda c: backfills.start(c, row, parts))

    def backfill(self, number: str) -> BackfillRow | None:
        return self._db.read("reading a backfill", lambda c: backfills.find(c, number))

    def backfills(self, limit: int = 20) -> list[BackfillRow]:
        """Newest first."""
        return self._db.read("listing backfills", lambda c: backfills.latest(c, limit))

    def backfill_windows(self, number: str) -> list[WindowRow]:
        """List what is read apart from one another, in order."""
        return self._db.read(
            "reading a backfill's windows", lambda c: backfill_windows.windows(c, number)
        )

    def save_backfill_page(
        self, window: WindowRow, entries: Sequence[Entry], passed: Mapping[str, int]
    ) -> None:
        """Keep what a page showed, and where to go on as `window` says, together."""
        self._db.write_alone(
            "saving a page of a backfill",
            lambda c: backfills.save_read(c, window, entries, passed),
        )

    def save_backfill_plan(self, number: str, planned: Sequence[Entry], beyond: int) -> None:
        """Keep what was decided for every lead of it; so many `beyond` are no part of it."""
        self._db.write_alone(
            "saving the plan of a backfill",
            lambda c: backfills.save_plan(c, number, planned, beyond),
        )

    def backfill_entries(
        self,
        number: str,
        state: EntryState | None = None,
        limit: int | None = None,
        window: WindowRow | None = None,
    ) -> list[Entry]:
        """List its leads, or a window's, the oldest first, those of one instant as they came."""
        return self._db.read(
            "reading a backfill's leads",
            lambda c: backfills.entries(c, number, state, limit, window),
        )

    def backfill_counts(
        self, number: str, window: WindowRow | None = None
    ) -> Mapping[EntryState, int]:
        return self._db.read(
            "counting a backfill's leads", lambda c: backfills.count(c, number, window)
        )

    def taken_already(self, keys: Sequence[LeadKey]) -> Mapping[LeadKey, LeadState]:
        """Answer which leads are decided for good, or about to be."""
        return self._db.read("reading which leads are taken", lambda c: backfills.taken(c, keys))

    # Undoing a run

    def is_run(self, run: RunId) -> bool:
        return self._db.read("looking for a run", lambda c: undoing.is_run(c, run))

    def runs_that_gave(self, limit: int = 20) -> list[RunSize]:
        """List the latest runs whose owners stand, newest first."""
        return self._db.read("listing runs", lambda c: undoing.sizes(c, limit))

    def given_by(self, run: RunId) -> list[Given]:
        """List the owners that a run decided and that were written and stand, the first first."""
        return self._db.read("reading what a run gave", lambda c: undoing.given_by(c, run))

    def withdraw_unwritten(self, run: RunId, now: datetime) -> int:
        """
        Take back what a run decided and nobody has begun to write; answer how much.

        What somebody has begun is noted, to be given back.
        """
        return self._db.write_alone(
            "taking back what waits", lambda c: undoing.withdraw_unwritten(c, run, now)
        )

    def begun_by(self, run: RunId) -> list[Given]:
        """List, once the rest was withdrawn, what somebody has begun to write or to create."""
        return self._db.read("reading what a run began", lambda c: undoing.begun_by(c, run))

    # Giving back

    def ask_back(self, deliveries: Sequence[str], now: datetime) -> set[str]:
        """
        Note, before a CRM is asked, what is to be undone; answer of which, for some minutes.

        Not of what was decided again meanwhile. What whoever asks leaves undone, a sync finishes.
        """
        return self._db.write_alone(
            "noting what is to be undone", lambda c: giving_back.ask(c, deliveries, now)
        )

    def unlooked(self, deliveries: Sequence[str]) -> set[str]:
        """Answer of which nobody has looked yet whether they overwrote a person."""
        return self._db.read(
            "reading what to look at first", lambda c: giving_back.unlooked(c, deliveries)
        )

    def to_give_back(self, crm: str, *, limit: int, now: datetime) -> list[GivingBack]:
        """Take what is to be given back in a CRM and nobody is at; mostly there is nothing."""
        if not self._db.read("looking what to give back", lambda c: giving_back.is_any(c, crm)):
            return []
        return self._db.write_alone(
            f"taking what to give back in {crm}", lambda c: giving_back.claim(c, crm, limit, now)
        )

    def settle_given_back(
        self, done: Sequence[tuple[GivingBack, WriteOutcome]], now: datetime
    ) -> set[str]:
        """Record what was given back; answer the ids, each to one caller only. Safe to repeat."""
        return self._db.write_alone(
            "recording what was given back", lambda c: giving_back.settle(c, done, now)
        )
