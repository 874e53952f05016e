"""The desk: what deciding looks at and leaves behind, inside one exclusive transaction."""

from collections.abc import Sequence
from datetime import datetime

from leads.decision import Decision, Held, HoldKind
from leads.delivery import Delivery
from leads.errors import StoreError
from leads.keys import LeadKey, PoolName, RunId
from leads.lead import Lead
from store import aging, holds, outbox, rejects, twins
from store.desk_looking import Looking
from store.desk_planning import Planning
from store.desk_returning import Returning
from store.desk_reviewing import Reviewing
from store.desk_shadowing import Shadowing
from store.people import match_of
from store.recording import Recorded, end_holds
from store.rows import RejectRow, WaitingLead


class Desk(Looking, Returning, Reviewing, Planning, Shadowing):
    """
    Made by `Store.desk`; good until its `with` ends. Nobody else decides meanwhile.

    Decisions are gathered and written together when the transaction ends, or earlier when
    something is asked that they bear on.
    """

    def waiting(self, source: str | None, *, limit: int, now: datetime) -> list[WaitingLead]:
        """
        List leads to decide, oldest first, those of one instant as they came: new ones, and held
        ones whose time is up.
        """
        self.flush()
        end_holds(self._connection, now)
        return self._noting_holds(holds.waiting_leads(self._connection, source, limit))

    def held(
        self, kinds: Sequence[HoldKind], *, limit: int, pool: PoolName | None = None
    ) -> list[WaitingLead]:
        """List what pools hold, of every source: by SLA deadline, then by age. May be decided."""
        self.flush()
        return self._noting_holds(holds.held_leads(self._connection, kinds, limit, pool))

    def await_twin(self, key: LeadKey, until: datetime, reason: str) -> None:
        """Hold a lead that waits until its copy in another CRM has had time to be told of."""
        twins.await_twin(self._connection, key, until, reason)

    def record_hold(self, held: Held) -> None:
        """Hold a lead that waits; of one that is held already, what it waits for."""
        self._holds[held.lead] = held

    def record_decision(
        self,
        decision: Decision,
        identity: frozenset[str],
        deliveries: Sequence[Delivery],
        *,
        read: Lead | None = None,
        duplicate_of: LeadKey | None = None,
        run: RunId,
        review_until: datetime | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """
        Decide a waiting lead, once: decision, reservations, outbox, identity keys.

        With `review_until` a person may look at it; until they approve, or then (or `due_at`),
        nothing is due.

        Raises StoreError, here or when the transaction ends, if it was not waiting: then nothing
        of the whole transaction stands.
        """
        if decision.lead in self._recorded:
            raise StoreError(f"deciding {decision.lead}: it was decided a moment ago")
        self._people.add(identity, match_of(decision, read))
        self._recorded[decision.lead] = Recorded(
            decision, identity, tuple(deliveries), duplicate_of, run, review_until, due_at
        )

    def clocks(self) -> aging.Clocks:
        """The clocks of assignments, which nobody else acts on meanwhile."""
        self.flush()
        return aging.Clocks(self._connection, self._now)

    def rejects_without_owner(self, source: str | None, *, limit: int) -> list[RejectRow]:
        """List open rejects for which `record_owner_write` was not called yet, oldest first."""
        self.flush()
        return rejects.rejects_without_owner(self._connection, source, limit)

    def record_owner_write(self, key: LeadKey, deliveries: Sequence[Delivery], run: RunId) -> None:
        """Give a rejected record to the data steward: outbox only. Safe to repeat."""
        self._stewarded.append(key)
        self._steward_rows += [outbox.delivery_row(each, 0, run, self._now) for each in deliveries]
