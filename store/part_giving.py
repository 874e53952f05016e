"""Who is given what: the desk, the outbox, and telling people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from leads.delivery import Delivery
from leads.keys import CrmOwnerId, LeadKey, OwnerId, RunId
from leads.ownership import WriteOutcome
from store import (
    known_records,
    notices,
    outbox,
    reservations,
    second_looks,
    settling,
    shortfalls,
    workload,
)
from store.desk import Desk
from store.part import Part
from store.rows import Shortfall, StoredDelivery
from store.running_rows import Notice, NoticeCount

T = TypeVar("T")


class Giving(Part):
    """Decisions, deliveries and notices."""

    # Deciding and delivering

    @contextmanager
    def desk(self, now: datetime) -> Iterator[Desk]:
        """Decide: one transaction, and only one at a time. An exception undoes all of it."""
        with self._db.alone("deciding leads") as connection:
            desk = Desk(connection, now)
            yield desk
            desk.flush()

    def in_hand(
        self,
        crm_ids: Mapping[OwnerId, Mapping[str, CrmOwnerId]],
        *,
        opportunity: float = 1.0,
    ) -> dict[OwnerId, float]:
        """Count what each owner has, as a desk would, and change nothing: nobody waits for it."""

        def count(connection: Connection) -> dict[OwnerId, float]:
            counts = workload.open_work(connection, crm_ids, opportunity)
            reservations.add_reserved(connection, counts)
            return counts

        return self._db.read("counting who has how much", count)

    def at_desk(self, now: datetime, work: Callable[[Desk], T]) -> T:
        """
        Decide as at a `desk`, all of `work` once more where the database ended it for another's.

        What it leaves outside the desk it must leave again as if for the first time.
        """

        def once(connection: Connection) -> T:
            desk = Desk(connection, now)
            done = work(desk)
            desk.flush()
            return done

        return self._db.write_alone("deciding leads", once)

    def claim_deliveries(
        self, crm: str, *, limit: int, worker: str, lease_seconds: float, now: datetime
    ) -> list[Delivery]:
        """Lease the oldest that are due. Nobody else gets them before the lease is over."""
        return self._db.write(
            f"claiming deliveries for {crm}",
            lambda c: outbox.claim(
                c, crm, limit=limit, worker=worker, seconds=lease_seconds, now=now
            ),
        )

    def renew_claims(
        self, claimed: Sequence[Delivery], *, worker: str, lease_seconds: float, now: datetime
    ) -> None:
        """Keep what `worker` is still at."""
        ids = [each.id for each in claimed]
        self._db.write(
            "keeping deliveries claimed",
            lambda c: outbox.renew(c, ids, worker=worker, seconds=lease_seconds, now=now),
        )

    def note_known(self, records: Mapping[str, str]) -> None:
        """Keep, by delivery, the record found in its CRM, before anything is written to it."""
        self._db.write("noting whom a CRM has", lambda c: known_records.note(c, records))

    def settle(
        self, results: Sequence[tuple[Delivery, WriteOutcome]], *, run: RunId, now: datetime
    ) -> None:
        """Record what became of claimed deliveries, and all that follows. Safe to repeat."""
        self._db.write_alone(
            "recording what was written", lambda c: settling.settle(c, results, run, now)
        )

    def second_looks(self, crm: str, *, limit: int, now: datetime) -> list[Delivery]:
        """List what was written without a condition and not looked at again, the oldest first."""
        return self._db.read(
            f"reading what to look at again in {crm}",
            lambda c: second_looks.due(c, crm, limit, now),
        )

    def settle_second_looks(
        self, looked: Sequence[tuple[Delivery, WriteOutcome]], *, now: datetime
    ) -> list[tuple[Delivery, WriteOutcome]]:
        """
        Record what was found; answer the conflicts, each to one caller only.

        `now` is when they were listed: what was written to meanwhile is looked at once more.
        """
        return self._db.write_alone(
            "recording second looks", lambda c: settling.settle_second_looks(c, looked, now)
        )

    def shortfalls(self, since: datetime) -> list[Shortfall]:
        """What records settled since then were written without, most frequent first."""
        return self._db.read(
            "reading what records go without", lambda c: shortfalls.shortfalls(c, since)
        )

    def due_in_run(self, run: RunId, *, limit: int) -> list[StoredDelivery]:
        """List what a run is to have written and was not yet, but what waits for a review."""
        return self._db.read(
            "reading what is due", lambda conn: outbox.due_in_run(conn, run, limit)
        )

    def overdue(self, now: datetime) -> dict[str, tuple[int, datetime]]:
        """Count by CRM the owners that are due to be written, and since when the oldest waits."""
        return self._db.read("counting what is to be written", lambda c: outbox.overdue(c, now))

    def claimed(self, now: datetime) -> dict[str, tuple[int, datetime]]:
        """Count by CRM the owners that a process is writing, or died over, and until when."""
        return self._db.read("counting claims", lambda c: outbox.claimed(c, now))

    def stuck_deliveries(self) -> list[StoredDelivery]:
        """List what was tried and is still due, oldest first: a person should know why."""
        return self._db.read("reading what is stuck", outbox.stuck_deliveries)

    def deliveries_of(self, lead: LeadKey) -> list[StoredDelivery]:
        return self._db.read(
            f"reading deliveries of {lead}", lambda c: outbox.deliveries_of(c, lead)
        )

    # Telling people

    def claim_notices(
        self, *, limit: int, worker: str, lease_seconds: float, now: datetime
    ) -> list[Notice]:
        """Lease the oldest that are due. A `repeat` may have been sent by somebody who died."""
        return self._db.write(
            "claiming notices",
            lambda c: notices.claim(c, limit=limit, worker=worker, seconds=lease_seconds, now=now),
        )

    def settle_notice(
        self, notice: Notice, now: datetime, *, reason: str = "", not_before: datetime | None = None
    ) -> bool:
        """
        Record one as sent; with a `reason`, as to be tried again. False: it was given up.

        `not_before` is how long its channel asked to be left alone.
        """
        is_final = bool(reason) and notices.is_given_up(notice.attempts)
        self._db.write(
            "recording who was told",
            lambda c: notices.settle(
                c, [(notice, reason)], now, is_final=is_final, not_before=not_before
            ),
        )
        return not is_final

    def put_off_notice(self, notice: Notice, reason: str, until: datetime) -> None:
        """Let one wait that was not tried, as its channel is to be left alone until then."""
        self._db.write("putting a message off", lambda c: notices.put_off(c, notice, reason, until))

    def notice_counts(self) -> Mapping[str, NoticeCount]:
        return self._db.read("counting notices", notices.counts)

    def untold_notices(self) -> Mapping[str, NoticeCount]:
        """Count by channel what waits because the channel did not take it."""
        return self._db.read("counting what nobody was told", notices.untold)
