"""The store: everything that must survive a crash, behind one class."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection

from leads.delivery import Delivery
from leads.errors import StoreError
from leads.keys import LeadKey, OwnerId, PolicyHash, RunId
from leads.ownership import WriteOutcome
from leads.record import CrmOwner, Cursor, WorkItem
from leads.sighting import Sighting
from store import (
    breakers,
    inbox,
    intake,
    leases,
    ledger,
    lookup,
    notices,
    outbox,
    policies,
    rejects,
    reservations,
    settling,
    switches,
    workload,
)
from store.database import Database
from store.desk import Desk
from store.migrate import migrate
from store.rows import (
    AssignmentRow,
    BreakerRow,
    InboxCount,
    InboxEntry,
    InboxRow,
    LeadState,
    Notice,
    NoticeCount,
    PolicyRow,
    RejectRow,
    RejectState,
    RunRow,
    SourceLedger,
    StoredDelivery,
    StoredLead,
)


class Store:
    """
    Every method is one transaction, safe from any thread or process. Raises StoreError only.

    Inside `with store.desk(...)` use the desk: another writing method would wait for it in vain.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    @classmethod
    def open(cls, url: str) -> Self:
        """
        Open, creating or migrating what is there: `sqlite:///var/firsttouch.db` or
        `postgresql+psycopg://USER:PASSWORD@HOST/DATABASE`.
        """
        database = Database.at(url)
        try:
            migrate(database)
        except StoreError:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        self._db.close()

    # Leases

    def take_lease(self, name: str, holder: str, *, seconds: float, now: datetime) -> bool:
        """Take or renew; False while another holds it. A killed holder's ends by itself."""
        return self._db.write(
            f"taking the lease {name}",
            lambda c: leases.take_lease(c, name, holder, seconds, now),
        )

    def release_lease(self, name: str, holder: str) -> None:
        self._db.write(
            f"releasing the lease {name}", lambda c: leases.release_lease(c, name, holder)
        )

    # Runs and their ledger

    def start_run(self, run: RunId, kind: str, now: datetime) -> None:
        self._db.write("starting a run", lambda c: ledger.start_run(c, run, kind, now))

    def end_run(self, run: RunId, now: datetime, *, error: str = "") -> None:
        self._db.write("ending a run", lambda c: ledger.end_run(c, run, now, error))

    def last_runs(self, limit: int = 20) -> list[RunRow]:
        """Newest first."""
        return self._db.read("reading runs", lambda c: ledger.last_runs(c, limit))

    def ledger(self, run: RunId) -> Mapping[str, SourceLedger]:
        return self._db.read("adding up a run", lambda c: ledger.ledger(c, run))

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
            reservations.end_seen(connection, now)
            intake.save_cursor(connection, crm, "workload", resume_from, now)

        self._db.write_alone(f"saving the workload of {crm}", save)

    def mark_workload_read(self, crm: str, at: datetime) -> None:
        """Note that the workload of `crm` was read to its end, by a reading that began at `at`."""
        self._db.write(
            f"noting that the workload of {crm} was read",
            lambda c: workload.mark_read_whole(c, crm, at),
        )

    def workloads_read(self) -> Mapping[str, datetime]:
        """Answer as of when each CRM's workload is mirrored whole; one never read is not there."""
        return self._db.read("reading what workload is known", workload.read_whole)

    def save_owners(self, crm: str, owners: Sequence[CrmOwner], now: datetime) -> None:
        """Keep the whole list of who may own records there; who left it becomes inactive."""
        self._db.write(
            f"saving the owners of {crm}", lambda c: workload.save_owners(c, crm, owners, now)
        )

    def crm_owners(self, crm: str) -> list[CrmOwner]:
        return self._db.read(f"reading the owners of {crm}", lambda c: workload.list_owners(c, crm))

    # Deciding and delivering

    @contextmanager
    def desk(self, now: datetime) -> Iterator[Desk]:
        """Decide: one transaction, and only one at a time. An exception undoes all of it."""
        with self._db.alone("deciding leads") as connection:
            desk = Desk(connection, now)
            yield desk
            desk.flush()

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

    def settle(
        self, results: Sequence[tuple[Delivery, WriteOutcome]], *, run: RunId, now: datetime
    ) -> None:
        """Record what became of claimed deliveries, and all that follows. Safe to repeat."""
        self._db.write_alone(
            "recording what was written", lambda c: settling.settle(c, results, run, now)
        )

    def stuck_deliveries(self) -> list[StoredDelivery]:
        """List what was tried and is still due, oldest first: a person should know why."""
        return self._db.read("reading what is stuck", outbox.stuck_deliveries)

    def deliveries_of(self, lead: LeadKey) -> list[StoredDelivery]:
        return self._db.read(
            f"reading deliveries of {lead}", lambda c: outbox.deliveries_of(c, lead)
        )

    # What webhooks bring

    def put_inbox(self, entries: Sequence[InboxEntry], now: datetime) -> None:
        """Keep what was received, before it is answered; what comes again waits again."""
        self._db.write("keeping what a webhook brought", lambda c: inbox.put(c, entries, now))

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

    def inbox_counts(self) -> Mapping[str, InboxCount]:
        return self._db.read("counting the inbox", inbox.counts)

    def prune_inbox(self, before: datetime) -> None:
        """Forget what was settled before."""
        self._db.write("emptying the inbox", lambda c: inbox.prune(c, before))

    # Sources that fail

    def save_breaker(self, row: BreakerRow) -> None:
        self._db.write(f"noting how {row.source} does", lambda c: breakers.save(c, row))

    def breakers(self) -> Mapping[str, BreakerRow]:
        """Only of sources that have ever failed."""
        return self._db.read("reading which sources fail", breakers.read)

    # Telling people

    def claim_notices(
        self, *, limit: int, worker: str, lease_seconds: float, now: datetime
    ) -> list[Notice]:
        """Lease the oldest that are due. A `repeat` may have been sent by somebody who died."""
        return self._db.write(
            "claiming notices",
            lambda c: notices.claim(c, limit=limit, worker=worker, seconds=lease_seconds, now=now),
        )

    def settle_notice(self, notice: Notice, now: datetime, *, reason: str = "") -> bool:
        """Record one as sent; with a `reason`, as to be tried again. False: it was given up."""
        is_final = bool(reason) and notices.is_given_up(notice.attempts)
        self._db.write(
            "recording who was told",
            lambda c: notices.settle(c, [(notice, reason)], now, is_final=is_final),
        )
        return not is_final

    def notice_counts(self) -> Mapping[str, NoticeCount]:
        return self._db.read("counting notices", notices.counts)

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

    # Policies

    def save_policy(self, hash: PolicyHash, document: Mapping[str, Any], now: datetime) -> bool:  # noqa: A002  the word for it
        """Keep a policy; True when it is new."""
        return self._db.write(
            "saving the policy", lambda c: policies.save_policy(c, hash, document, now)
        )

    def policy(self, hash: PolicyHash) -> Mapping[str, Any] | None:  # noqa: A002  the word for it
        return self._db.read("reading a policy", lambda c: policies.read_policy(c, hash))

    def policies(self) -> list[PolicyRow]:
        """Oldest first."""
        return self._db.read("listing policies", policies.list_policies)

    # Explaining

    def find_lead(self, text: str) -> list[LeadKey]:
        """Find by `source:id`, by the source's id alone, or by e-mail in any case."""
        return self._db.read("looking a lead up", lambda c: lookup.find_lead(c, text))

    def stored_lead(self, key: LeadKey) -> StoredLead:
        return self._db.read(f"reading {key}", lambda c: lookup.stored_lead(c, key))

    def recent_assignments(self, after_id: int, limit: int) -> list[AssignmentRow]:
        """List what was written after the assignment `after_id`, in the order of the ids."""
        return self._db.read(
            "reading assignments", lambda c: lookup.recent_assignments(c, after_id, limit)
        )

    # Switches

    def pause(self, source: str | None, now: datetime) -> None:
        """Pause a source; None: all of them (`*` in `paused`)."""
        self._db.write("pausing", lambda c: switches.set_pause(c, source, now))

    def resume(self, source: str | None) -> None:
        """Resume a source; None: whatever is paused."""
        self._db.write("resuming", lambda c: switches.lift_pause(c, source))

    def paused(self) -> set[str]:
        return self._db.read("reading what is paused", switches.paused_sources)

    def set_away(self, owner: OwnerId, until: datetime | None, now: datetime) -> None:
        """Switch an owner off until then; None: on again."""
        self._db.write(f"switching {owner}", lambda c: switches.set_away(c, owner, until, now))

    def away(self, now: datetime) -> Mapping[OwnerId, datetime]:
        return self._db.read("reading who is away", lambda c: switches.owners_away(c, now))
