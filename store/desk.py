"""The desk: what deciding looks at and leaves behind, inside one exclusive transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from leads.accounts import Account, AccountClues
from leads.decision import Decision, Held, HoldKind, Taken, Tally
from leads.delivery import Delivery
from leads.errors import StoreError
from leads.keys import CrmOwnerId, LeadKey, OwnerId, PolicyHash, PoolName, RunId
from leads.lead import Lead
from leads.record import CrmOwner
from leads.sighting import Sighting
from store import (
    aging,
    asking_back,
    backfills,
    holds,
    intake,
    ledger,
    lookup,
    mirror,
    models,
    outbox,
    refusals,
    rejects,
    reservations,
    returns,
    reviews,
    shadows,
    twins,
    workload,
)
from store.backfill_rows import Entry, EntryState, WindowRow
from store.caps import read_taken
from store.holds import STILL_HELD
from store.model_rows import ModelRow
from store.people import People, match_of
from store.recording import Recorded, end_holds, record
from store.return_rows import AskedBack, HandBack
from store.review_rows import Proposal, ReviewRow, ReviewState
from store.rotation import read_rotation, save_rotation
from store.rows import (
    CrmPersonMatch,
    DecidedLead,
    LeadState,
    PersonMatch,
    RefusedLead,
    RejectRow,
    StoredLead,
    WaitingLead,
)
from store.schema import hold
from store.schema import lead as lead_table
from store.shadow_rows import ShadowRow
from store.strata import read_drawn
from store.switches import owners_away


class Desk:
    """
    Made by `Store.desk`; good until its `with` ends. Nobody else decides meanwhile.

    Decisions are gathered and written together when the transaction ends, or earlier when
    something is asked that they bear on.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._people = People(connection)
        self._recorded: dict[LeadKey, Recorded] = {}
        self._holds: dict[LeadKey, Held] = {}
        self._held: set[LeadKey] = set()
        self._steward_rows: list[dict[str, object]] = []
        self._stewarded: list[LeadKey] = []

    def waiting(self, source: str | None, *, limit: int, now: datetime) -> list[WaitingLead]:
        """
        List leads to decide, oldest first, those of one instant as they came: new ones, and held
        ones whose time is up.
        """
        self.flush()
        end_holds(self._connection, now)
        wanted = (
            select(lead_table, hold.c.since, hold.c.pool, hold.c.kind, hold.c.rule)
            .outerjoin_from(lead_table, hold, STILL_HELD)
            .where(lead_table.c.state == LeadState.WAITING.value)
        )
        if source is not None:
            wanted = wanted.where(lead_table.c.source == source)
        found = self._connection.execute(wanted.order_by(*holds.BY_AGE).limit(limit))
        return self._noting_holds([holds.waiting_lead(row) for row in found.mappings()])

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

    def open_leads(
        self, crm_ids: Mapping[OwnerId, Mapping[str, CrmOwnerId]], *, opportunity: float = 1.0
    ) -> dict[OwnerId, float]:
        """
        Count what each owner has in hand: in the CRMs, and reserved but not visible there.

        An open opportunity counts as so much of a lead.
        """
        self.flush()
        counts = workload.open_work(self._connection, crm_ids, opportunity)
        reservations.add_reserved(self._connection, counts, self._now)
        return counts

    def inactive_owners(
        self, crm_ids: Mapping[OwnerId, Mapping[str, CrmOwnerId]]
    ) -> dict[str, list[CrmOwner]]:
        """Answer, for each CRM, which of these it has deactivated or does not know."""
        return workload.inactive_owners(self._connection, crm_ids)

    def deactivated(self, crm: str, owners: Collection[str]) -> frozenset[CrmOwnerId]:
        """Answer which of these own nothing any more there, as far as was ever asked."""
        return workload.deactivated(self._connection, crm, owners)

    def rotation(self) -> dict[PoolName, dict[OwnerId, Tally]]:
        return read_rotation(self._connection)

    def save_rotation(self, rotation: Mapping[PoolName, Mapping[OwnerId, Tally]]) -> None:
        """Set these members' tallies; others keep theirs."""
        save_rotation(self._connection, rotation)

    def drawn(self) -> Mapping[PoolName, Mapping[str, int]]:
        """Answer of how many leads of each pool and segment the arm of the trial was drawn."""
        self.flush()
        return read_drawn(self._connection)

    def taken(self, since: Mapping[OwnerId, datetime]) -> list[Taken]:
        """List what these owners have to work from then on, of what stands: for their caps."""
        self.flush()
        return read_taken(self._connection, since) if since else []

    def away(self) -> dict[OwnerId, datetime]:
        return owners_away(self._connection, self._now)

    def same_people(
        self, keys: Mapping[LeadKey, frozenset[str]]
    ) -> dict[LeadKey, list[PersonMatch]]:
        """
        For each lead the decided other leads that share an identity key, earliest first.

        Those recorded earlier in this transaction count. Looked up once for many leads, it answers
        for each of them again without asking the database.
        """
        return self._people.look_up(keys)

    def same_people_in_crms(self, lead: LeadKey, keys: frozenset[str]) -> list[CrmPersonMatch]:
        """List what the CRMs' mirror knows of a person beside our own leads, oldest first."""
        return self._people.in_crms(lead, keys)

    def accounts_near(self, clues: Sequence[AccountClues]) -> list[Account]:
        """Answer the mirrored accounts that some leads may belong to."""
        return mirror.accounts_near(self._connection, clues)

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

    def reopen_refused(self, crm: str, *, but: OwnerId, limit: int) -> list[RefusedLead]:
        """
        Let leads wait again whose latest decision `crm` refused, and answer them, oldest first.

        Those refused for `but` are left alone. What is answered must be decided before the end.
        """
        self.flush()
        found = refusals.refused_leads(self._connection, crm, but=but, limit=limit)
        keys = [each.lead.key for each in found]
        refusals.reopen(self._connection, keys)
        back = returns.backs(self._connection, keys)
        return [replace(each, back=back.get(each.lead.key)) for each in found]

    def stored(self, lead: LeadKey) -> StoredLead:
        """Answer all that is kept on one lead, as nobody else can change it meanwhile."""
        self.flush()
        return lookup.stored_lead(self._connection, lead)

    def take_back(self, back: HandBack, *, is_void: bool) -> WaitingLead:
        """
        Let a decided lead wait again, and answer it: it must be decided or held before the end.

        Whoever hands it back has one lead less; with `is_void` the turn is undone for everybody.
        """
        self.flush()
        returns.take_back(self._connection, back, self._now, is_void=is_void)
        (waiting,) = self._with_backs([holds.one_waiting(self._connection, back.lead)])
        return waiting

    def returns_of(self, lead: LeadKey) -> list[HandBack]:
        """List who gave this lead up, or was not in touch in time; the first one first."""
        self.flush()
        return returns.returns_of(self._connection, lead)

    def asked_back(self, crm: str, *, limit: int) -> list[AskedBack]:
        """List records that a status in the CRM hands back, and nobody has answered."""
        self.flush()
        return asking_back.unanswered(self._connection, crm, limit)

    def answer_asked_back(self, asked: AskedBack) -> None:
        """Do not look at it again before its status is another one."""
        asking_back.answer(self._connection, asked, self._now)

    def assigned_first(self, policy: PolicyHash, *, at_most: int) -> int:
        """Count the leads first decided under a policy, up to a number; not those reps took."""
        self.flush()
        return reviews.assigned_first(self._connection, policy, at_most=at_most)

    def model_in_force(self) -> ModelRow | None:
        return models.in_force(self._connection)

    def latest_model(self) -> ModelRow | None:
        """Answer the version whose state was set last."""
        return models.latest(self._connection)

    def assigned_by_model(self, version: int, *, at_most: int) -> int:
        """Count the leads that a version of the model gave away, up to a number."""
        self.flush()
        return models.assigned_by(self._connection, version, at_most=at_most)

    def proposals(self) -> list[Proposal]:
        """List the decisions that a person can still look at, the nearest deadline first."""
        self.flush()
        return reviews.proposals(self._connection, self._now)

    def reviews_of(self, lead: LeadKey) -> list[ReviewRow]:
        """List those of one lead, the first one first, whatever became of them."""
        self.flush()
        return reviews.reviews_of(self._connection, lead)

    def answer(self, answered: ReviewRow) -> None:
        """
        Keep a person's answer to an open review: APPROVED is due now, HELD changes nothing yet.

        CHANGED, LEFT and OUTDATED take the decision back: its lead must be decided before the end.
        """
        self.flush()
        match answered.state:
            case ReviewState.APPROVED:
                reviews.approve(self._connection, answered, self._now)
            case ReviewState.CHANGED | ReviewState.LEFT | ReviewState.OUTDATED:
                reviews.withdraw(self._connection, answered, self._now)
            case ReviewState.HELD | ReviewState.WAITING:
                pass
        reviews.note_answer(self._connection, answered)

    def unanswered(self) -> list[Proposal]:
        """List a model's proposals that nobody answered in time, and what waits beside them."""
        self.flush()
        return reviews.unanswered(self._connection, self._now)

    def outdated(self, policy: PolicyHash) -> list[Proposal]:
        """List what other policies proposed and nobody answered, and what waits beside it."""
        self.flush()
        return reviews.outdated(self._connection, policy)

    def waits_again(self, lead: LeadKey) -> WaitingLead:
        """Answer a lead whose decision was taken back just now."""
        self.flush()
        (waiting,) = self._with_backs([holds.one_waiting(self._connection, lead)])
        return waiting

    def clocks(self) -> aging.Clocks:
        """The clocks of assignments, which nobody else acts on meanwhile."""
        self.flush()
        return aging.Clocks(self._connection, self._now)

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

    def rejects_without_owner(self, source: str | None, *, limit: int) -> list[RejectRow]:
        """List open rejects for which `record_owner_write` was not called yet, oldest first."""
        self.flush()
        return rejects.rejects_without_owner(self._connection, source, limit)

    def record_owner_write(self, key: LeadKey, deliveries: Sequence[Delivery], run: RunId) -> None:
        """Give a rejected record to the data steward: outbox only. Safe to repeat."""
        self._stewarded.append(key)
        self._steward_rows += [outbox.delivery_row(each, 0, run, self._now) for each in deliveries]

    def to_follow(self, of: ShadowRow, *, limit: int) -> list[tuple[int, DecidedLead]]:
        """List decisions, with their numbers, that this shadow has not followed, oldest first."""
        self.flush()
        return shadows.to_follow(self._connection, of, limit)

    def shadow_rotation(self, of: ShadowRow) -> dict[PoolName, dict[OwnerId, Tally]]:
        return shadows.rotation_of(self._connection, of)

    def shadow_taken(self, of: ShadowRow, since: Mapping[OwnerId, datetime]) -> list[Taken]:
        """As `taken`, of what the shadow gave; what was really given before it began counts too."""
        self.flush()
        before = read_taken(self._connection, since, before=of.since) if since else []
        return before + shadows.taken_of(self._connection, of, since)

    def record_shadow(
        self,
        of: ShadowRow,
        made: Sequence[tuple[int, Decision]],
        rotation: Mapping[PoolName, Mapping[OwnerId, Tally]],
    ) -> None:
        """Keep what a shadow made of these decisions, once each; it counts for nobody."""
        shadows.record(self._connection, of, made, rotation)

    def flush(self) -> None:
        """Write what was gathered."""
        if self._holds:
            holds.save_holds(self._connection, list(self._holds.values()))
            self._holds.clear()
        if self._recorded:
            holds.end_hold(self._connection, sorted(self._held & self._recorded.keys()))
            record(self._connection, list(self._recorded.values()), self._now)
            self._recorded.clear()
        if self._stewarded:
            outbox.add_missing_deliveries(self._connection, self._steward_rows)
            rejects.mark_owned(self._connection, self._stewarded, self._now)
            self._steward_rows, self._stewarded = [], []

    def _noting_holds(self, found: list[WaitingLead]) -> list[WaitingLead]:
        self._held |= {each.lead.key for each in found if each.held_since is not None}
        return self._with_backs(found)

    def _with_backs(self, found: Sequence[WaitingLead]) -> list[WaitingLead]:
        back = returns.backs(self._connection, [e.lead.key for e in found if e.attempt > 1])
        return [replace(each, back=back.get(each.lead.key)) for each in found] if back else [*found]
