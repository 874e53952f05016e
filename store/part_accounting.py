"""What reconciling asks and mends: where leads stand, and what is kept for nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from leads.delivery import Delivery
from leads.keys import LeadKey
from leads.lead import Lead
from leads.ownership import WriteOutcome
from leads.record import WorkItem
from store import accounting, reopening, reservations, settling, workload
from store.part import Part
from store.rows import LeadStanding, UnseenReservation


class Accounting(Part):
    """For comparing with the vendors."""

    def standings(self, source: str, ids: Sequence[str]) -> Mapping[LeadKey, LeadStanding]:
        return self._db.read(
            f"reading where leads of {source} stand",
            lambda c: accounting.standings(c, source, ids),
        )

    def standings_created(
        self, source: str, since: datetime, until: datetime
    ) -> Mapping[LeadKey, LeadStanding]:
        """Of the leads created at the source within a time."""
        return self._db.read(
            f"reading where leads of {source} stand",
            lambda c: accounting.standings_created(c, source, since, until),
        )

    def unseen_reservations(self, before: datetime) -> list[UnseenReservation]:
        """List what is reserved for a write that came to nothing, or was written before then."""
        return self._db.read(
            "reading what is reserved for nothing",
            lambda c: accounting.unseen_reservations(c, before),
        )

    def release_reservations(self, deliveries: Sequence[str], now: datetime) -> None:
        self._db.write_alone(
            "releasing reservations", lambda c: reservations.release(c, deliveries, now)
        )

    def open_leads_of(self, crm: str) -> list[WorkItem]:
        """List what is mirrored as open leads of a CRM."""
        return self._db.read(
            f"reading the open leads of {crm}", lambda c: list(accounting.open_leads(c, crm))
        )

    def correct_work(self, crm: str, changes: Sequence[WorkItem], now: datetime) -> None:
        """Mirror these as they are; the cursor stays where it is."""
        self._db.write_alone(
            f"correcting the workload of {crm}",
            lambda c: workload.save_work(c, crm, changes, now),
        )

    def concede(self, undone: Sequence[tuple[Delivery, WriteOutcome]], now: datetime) -> None:
        """Record that what counted as written does not stand: CONFLICT, or GONE."""
        self._db.write_alone(
            "recording what does not stand", lambda c: settling.undo_written(c, undone, now)
        )

    def reopenable(
        self, keys: Iterable[LeadKey], *, most_a_day: int, now: datetime
    ) -> list[LeadKey]:
        """Answer which of these `reopen` would take, unless somebody is writing them then."""
        return self._db.read(
            "looking what may be decided again",
            lambda c: reopening.reopenable(c, keys, most_a_day=most_a_day, now=now),
        )

    def reopen(
        self,
        leads: Mapping[LeadKey, Lead | None],
        *,
        reason: str,
        most_a_day: int,
        now: datetime,
        worker: str | None = None,
    ) -> list[LeadKey]:
        """
        Let decided leads wait for their next decision, as they read now; answer which do.

        The last one counts for nobody any more. Not one decided so often within 24 hours already,
        nor one that somebody but `worker` is writing, or was when they died.
        """
        return self._db.write_alone(
            "opening decided leads again",
            lambda c: reopening.reopen(
                c, leads, reason=reason, most_a_day=most_a_day, now=now, worker=worker
            ),
        )
