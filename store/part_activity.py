"""What people did with their leads, and the clocks that wait for it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from leads.activity import Outcome, Touch
from leads.keys import CrmOwnerId, LeadKey
from leads.record import Cursor
from store import activity, aging, breaches, clocks, follow_ups, intake
from store.activity_rows import Clock, LateTouches, Unclocked, Uncounted
from store.part import Part

TOUCHES, OUTCOMES = "touches", "outcomes"


class Watching(Part):
    """Touches, outcomes, and the clocks of assignments."""

    def save_touches(
        self,
        crm: str,
        touches: Sequence[Touch],
        nobodies: Collection[CrmOwnerId],
        resume_from: Cursor,
        *,
        now: datetime,
    ) -> None:
        """
        Keep each once, with the clocks it stops; the cursor is the stream `touches`.

        `nobodies` are owners who are no person: what they did is kept, and stops nothing.
        """

        def save(connection: Connection) -> None:
            activity.save_touches(connection, crm, touches, nobodies, now)
            intake.save_cursor(connection, crm, TOUCHES, resume_from, now)

        self._db.write_alone(f"saving the touches of {crm}", save)

    def save_outcomes(
        self, crm: str, outcomes: Sequence[Outcome], resume_from: Cursor, *, now: datetime
    ) -> None:
        """Keep each as it was told last; the cursor is the stream `outcomes`."""

        def save(connection: Connection) -> None:
            activity.save_outcomes(connection, crm, outcomes, now)
            intake.save_cursor(connection, crm, OUTCOMES, resume_from, now)

        self._db.write_alone(f"saving the outcomes of {crm}", save)

    def save_place(self, crm: str, stream: str, place: Cursor, *, now: datetime) -> None:
        """Note up to where a stream was read, though nothing came of it."""
        self._db.write(
            f"saving where {stream} of {crm} stopped",
            lambda c: intake.save_cursor(c, crm, stream, place, now),
        )

    def unclocked(self, *, limit: int, with_leads: bool = False) -> list[Unclocked]:
        """List assignments that have no clock yet, the oldest first."""
        return self._db.read(
            "reading new assignments", lambda c: clocks.unclocked(c, limit, with_leads=with_leads)
        )

    def clocks_began(self) -> bool:
        """Whether assignments were ever timed: those from before are counted, and not acted on."""
        return self._db.read("looking whether clocks run", clocks.has_begun)

    def start_clocks(
        self,
        started: Sequence[Unclocked],
        now: datetime,
        *,
        is_running: bool = True,
    ) -> None:
        """Time these assignments. Safe to repeat."""
        self._db.write_alone(
            "starting clocks", lambda c: clocks.start(c, started, now, is_running=is_running)
        )

    def unfollowed(self, *, limit: int, now: datetime) -> list[Clock]:
        """List clocks that a first touch stopped, and of which no follow-up was thought yet."""
        return self._db.read(
            "looking what is to be followed up", lambda c: follow_ups.unfollowed(c, now, limit)
        )

    def begin_follow_ups(
        self, looked_at: Sequence[Clock], started: Sequence[Clock], now: datetime
    ) -> None:
        """Start these clocks; of those `looked_at` nothing more is to be thought."""
        self._db.write_alone(
            "starting follow-ups", lambda c: follow_ups.begin(c, looked_at, started, now)
        )

    def clocks_of(self, lead: LeadKey) -> list[Clock]:
        """List those of one lead, the first assignment first."""
        return self._db.read(f"reading the clocks of {lead}", lambda c: clocks.clocks_of(c, lead))

    def uncounted_touches(self, lead: LeadKey) -> list[Uncounted]:
        """List what was done with a lead's records and stopped no clock, the oldest first."""
        return self._db.read(
            f"reading what was done with {lead}", lambda c: clocks.uncounted(c, lead)
        )

    def due_clocks(self, crm: str, *, limit: int, now: datetime) -> list[Clock]:
        """List clocks of a CRM of which something is to be done, the longest overdue first."""
        return self._db.read("looking whose time is up", lambda c: aging.due(c, crm, now, limit))

    def late_since(self, at: datetime, now: datetime) -> list[LateTouches]:
        """Count first touches that did not come in time since then, or are still owed, by SLA."""
        return self._db.read("looking who was late", lambda c: breaches.late_since(c, at, now))

    def keep_touched(self, crm: str, now: datetime) -> list[LeadKey]:
        """Take back what is not written yet of leads whose owner was in touch after all."""
        return self._db.write_alone(
            "leaving leads with who was in touch", lambda c: aging.keep_touched(c, crm, now)
        )

    def clocks_run_in(self) -> frozenset[str]:
        """Answer the CRMs in which some lead waits for a touch."""
        return self._db.read("looking where clocks run", clocks.running_in)
