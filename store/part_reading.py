"""What sources showed: pages and cursors, workload, owners, rejects, what webhooks brought."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from leads.keys import RunId
from leads.record import AccountPage, CrmOwner, Cursor, PeoplePage, WorkItem
from leads.sighting import Sighting
from store import inbox, intake, ledger, mirror, rejects, reservations, twins, workload
from store.part import Part
from store.rows import LeadState, RejectRow, RejectState
from store.running_rows import InboxCount, InboxEntry, InboxRow, UnusedRow
from store.undecided import Undecided, undecided


class Reading(Part):
    """Pages, workload, rejects and the inbox."""

    # Reading sources

    def cursor(self, source: str, stream: str = "leads") -> Cursor | None:
        return self._db.read(
            f"reading where {source} stopped", lambda c: intake.read_cursor(c, source, stream)
        )

    def save_page(
        self,
        source: str,
        sightings: Sequence[Sighting],
        resume_from: Cursor,
        *,
        run: RunId,
        now: datetime,
        pulled: int = 0,
        stream: str = "leads",
        move_cursor: bool = True,
    ) -> None:
        """
        Save leads, rejects, sightings and cursor together. A page saved twice counts once.

        `pulled` is the connector's own count of records that this run had not shown before; the
        ledger compares the store's with it.
        """

        def save(connection: Connection) -> None:
            intake.save_page(connection, source, sightings, run=run, now=now)
            ledger.count_pulled(connection, run, source, pulled)
            if move_cursor:
                intake.save_cursor(connection, source, stream, resume_from, now)

        self._db.write_alone(f"saving a page of {source}", save)

    def save_work_page(
        self, crm: str, changes: Sequence[WorkItem], resume_from: Cursor, *, now: datetime
    ) -> None:
        """Mirror workload; its cursor is the stream `workload`. Reservations seen there end."""

        def save(connection: Connection) -> None:
            workload.save_work(connection, crm, changes, now)
            twins.save_worked(connection, changes)
            reservations.end_seen(connection, now)
            intake.save_cursor(connection, crm, "workload", resume_from, now)

        self._db.write_alone(f"saving the workload of {crm}", save)

    def mark_workload_read(self, crm: str, at: datetime) -> None:
        """
        Note that the workload of `crm` was read to its end, by a reading that began at `at`.

        Reservations that it would have shown end.
        """

        def note(connection: Connection) -> None:
            workload.mark_read_whole(connection, crm, at)
            reservations.end_seen(connection, at)

        self._db.write_alone(f"noting that the workload of {crm} was read", note)

    def workloads_read(self) -> Mapping[str, datetime]:
        """Answer as of when each CRM's workload is mirrored whole; one never read is not there."""
        return self._db.read("reading what workload is known", workload.read_whole)

    def save_accounts(self, crm: str, page: AccountPage, *, now: datetime) -> None:
        """Mirror accounts; the cursor is the stream `accounts`."""

        def save(connection: Connection) -> None:
            mirror.save_accounts(connection, page.changes, now)
            intake.save_cursor(connection, crm, "accounts", page.resume_from, now)

        self._db.write_alone(f"saving the accounts of {crm}", save)

    def save_people(self, crm: str, page: PeoplePage, *, now: datetime) -> None:
        """Mirror who owns whom; the cursor is the stream `people`."""

        def save(connection: Connection) -> None:
            mirror.save_people(connection, crm, page.changes, now)
            intake.save_cursor(connection, crm, "people", page.resume_from, now)

        self._db.write_alone(f"saving the people of {crm}", save)

    def mark_mirror_read(self, crm: str, stream: str, at: datetime) -> None:
        """Note that `accounts` or `people` of `crm` were asked for."""
        self._db.write(
            f"noting that the {stream} of {crm} are read",
            lambda c: mirror.mark_read(c, crm, stream, at),
        )

    def mirror_read_at(self, crm: str, stream: str) -> datetime | None:
        """Answer when a stream was asked for last; None: never."""
        return self._db.read(
            f"reading when the {stream} of {crm} were read",
            lambda c: mirror.read_at(c, crm, stream),
        )

    def save_owners(
        self,
        crm: str,
        owners: Sequence[CrmOwner],
        now: datetime,
        *,
        asked: Collection[str] | None = None,
    ) -> None:
        """Keep who of those `asked` for (None: of all) may own records; others become inactive."""
        self._db.write(
            f"saving the owners of {crm}",
            lambda c: workload.save_owners(c, crm, owners, now, asked=asked),
        )

    def crm_owners(self, crm: str) -> list[CrmOwner]:
        return self._db.read(f"reading the owners of {crm}", lambda c: workload.list_owners(c, crm))

    def undecided(self, source: str, ids: Sequence[str]) -> Undecided:
        """Answer what is known of those records of `ids` that wait, are held, or are set aside."""
        return self._db.read(
            f"reading what is known of {source}", lambda c: undecided(c, source, ids)
        )

    # Rejects

    def rejects(
        self, *, source: str | None = None, state: str = RejectState.OPEN
    ) -> list[RejectRow]:
        return self._db.read(
            "listing rejects", lambda c: rejects.list_rejects(c, source, RejectState(state))
        )

    def replay_reject(
        self, reject_id: int, sighting: Sighting, run: RunId, now: datetime
    ) -> LeadState:
        """Take what a reject reads as now; answer the state of its lead."""
        return self._db.write_alone(
            f"replaying reject {reject_id}",
            lambda c: intake.replay_reject(c, reject_id, sighting, run, now),
        )

    # What webhooks bring

    def put_inbox(
        self, entries: Sequence[InboxEntry], now: datetime, *, patience: float | None = None
    ) -> None:
        """
        Keep what was received, before it is answered; what comes again waits again.

        `patience` is how many seconds others may keep what it needs locked.
        """
        self._db.write(
            "keeping what a webhook brought",
            lambda c: inbox.put(c, entries, now),
            patience=patience,
        )

    def take_inbox(
        self,
        source: str,
        *,
        limit: int,
        worker: str,
        lease_seconds: float,
        now: datetime,
        received_before: datetime | None = None,
    ) -> list[InboxRow]:
        """Lease the oldest of a source. Nobody else gets them before the lease is over."""
        return self._db.write(
            f"taking what webhooks brought of {source}",
            lambda c: inbox.take(
                c,
                source,
                limit=limit,
                worker=worker,
                seconds=lease_seconds,
                now=now,
                received_before=received_before or now,
            ),
        )

    def settle_inbox(self, rows: Sequence[InboxRow], now: datetime, *, error: str = "") -> None:
        """Record that what was taken is done; with an `error`, that it waits for another try."""
        self._db.write("settling the inbox", lambda c: inbox.settle(c, rows, error, now))

    def unused_requests(self) -> list[UnusedRow]:
        """List what webhooks brought and nothing came of, the oldest first."""
        return self._db.read("listing what webhooks brought in vain", inbox.unused)

    def mark_seen_to(self, row_id: int, now: datetime) -> bool:
        """Note that a person has seen to one of them; False: there is none of that number."""
        return self._db.write(
            f"noting that request {row_id} is seen to",
            lambda c: inbox.mark_seen_to(c, row_id, now),
        )

    def inbox_counts(self) -> Mapping[str, InboxCount]:
        return self._db.read("counting the inbox", inbox.counts)
