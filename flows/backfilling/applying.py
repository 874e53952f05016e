"""Applying a backfill's plan: exactly what was seen; what changed meanwhile is left alone."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from flows.backfilling.reading import Breath, leave_calls
from flows.decide import Batch, batch_of
from flows.deliver import deliver_pending
from flows.planned_writes import writes_for
from flows.tick import is_paused
from flows.undelivered import undelivered
from flows.wiring import Wiring
from leads.decision import Decision
from leads.delivery import Delivery
from leads.errors import DeliveryError
from leads.keys import CrmOwnerId, LeadKey, RunId
from leads.sighting import Sighting, Verdict
from routing.capacity import has_room, in_hand
from routing.same_person import adds_a_record
from store.backfill_rows import Entry, EntryState, WindowRow
from store.desk import Desk
from store.rows import LeadState, WaitingLead

BATCH = 100
Done = tuple[LeadKey, EntryState, str]


def apply_window(
    wiring: Wiring,
    window: WindowRow,
    *,
    notify: bool,
    told: Callable[[], None] = lambda: None,
) -> list[DeliveryError]:
    """
    Give away what is planned of a window, batch by batch; answer what a CRM did not take.

    Safe to repeat, and to run in two processes: each lead is applied once. What a killed one had
    decided is written by the next run, or by the minute's sync. Raises ConnectorError.
    """
    problems: list[DeliveryError] = []
    number, source = window.backfill, window.source
    breath, run = Breath(), RunId(number)
    while some := wiring.store.backfill_entries(number, EntryState.PLANNED, BATCH, window):
        leave_calls(wiring, source)
        seen = _owners_now(wiring, source, some)
        _apply_some(wiring, window, some, seen, notify=notify)
        problems += _deliver(wiring, source, run)
        told()
        breath.take()
    return problems + _deliver(wiring, source, run)


def _owners_now(
    wiring: Wiring, source: str, some: Sequence[Entry]
) -> Mapping[LeadKey, str | None] | None:
    """Ask the source who owns these records, those it still has; None where it has no owners."""
    if source not in wiring.crms:
        return None
    connector = wiring.sources[source]
    found = connector.fetch([each.lead.key.source_id for each in some])
    return {LeadKey(source, raw.source_id): connector.owner_of(raw) for raw in found}


def _deliver(wiring: Wiring, source: str, run: RunId) -> list[DeliveryError]:
    crm = wiring.crm_of(source)
    if crm not in wiring.crms or is_paused(wiring, crm):
        return []
    return undelivered(wiring, crm, deliver_pending(wiring, crm, run))


def _apply_some(
    wiring: Wiring,
    window: WindowRow,
    asked: Sequence[Entry],
    seen: Mapping[LeadKey, str | None] | None,
    *,
    notify: bool,
) -> None:
    """Decide as planned, in one transaction."""
    keys = {each.lead.key for each in asked}

    def apply(desk: Desk) -> None:
        # Read again under the lock: another process may have applied them meanwhile.
        some = [e for e in desk.planned(window, limit=BATCH) if e.lead.key in keys]
        waiting = [
            WaitingLead(lead=e.lead, owner_seen=e.owner_seen, first_seen=wiring.now()) for e in some
        ]
        batch = batch_of(wiring, desk, waiting)
        hand = _Hand(wiring, window, batch, seen, desk.taken_already(sorted(keys)), notify)
        done = hand.give(some)
        desk.save_rotation(batch.book.rotation)
        desk.settle_backfill(window.backfill, done)

    wiring.store.at_desk(wiring.now(), apply)


@dataclass(frozen=True, slots=True)
class _Hand:
    """Gives away what is as it was planned, and says of the others what changed."""

    wiring: Wiring
    window: WindowRow
    batch: Batch
    seen: Mapping[LeadKey, str | None] | None
    busy: Mapping[LeadKey, LeadState]
    notify: bool

    def give(self, some: Sequence[Entry]) -> list[Done]:
        done: list[Done] = []
        fit: list[tuple[Entry, Decision]] = []
        for entry in some:
            made = entry.decision
            problem = "it has no plan" if made is None else self._changed(entry, made)
            if problem or made is None:
                done.append((entry.lead.key, EntryState.CONFLICT, problem))
                continue
            if self._counts(entry, made):
                self.batch.book.apply(made)
            fit.append((entry, made))
        shown = [_sighting(entry) for entry, _ in fit]
        admitted = self.batch.desk.admit(shown, self.window.source, RunId(self.window.backfill))
        return done + [self._record(entry, made, admitted) for entry, made in fit]

    def _record(self, entry: Entry, made: Decision, admitted: AbstractSet[LeadKey]) -> Done:
        lead = entry.lead
        if lead.key not in admitted:
            if self._counts(entry, made):
                self.batch.book.void(made)
            return lead.key, EntryState.CONFLICT, "it was erased since"
        self.batch.desk.record_decision(
            made,
            self.batch.recognise.keys(lead),
            [self._write(each, entry) for each in writes_for(self.wiring, lead, made)],
            read=lead,
            duplicate_of=entry.duplicate_of,
            run=RunId(self.window.backfill),
        )
        return lead.key, EntryState.APPLIED, ""

    def _write(self, planned: Delivery, entry: Entry) -> Delivery:
        """Replace exactly who had it when the plan was made."""
        had = frozenset({CrmOwnerId(entry.owner_seen)} if entry.owner_seen else ())
        notify = planned.notify if self.notify else ()
        return replace(planned, expected=planned.expected | had, notify=notify)

    def _counts(self, entry: Entry, made: Decision) -> bool:
        """Whether the CRM holds a record more for the owner: not of a person they have already."""
        person = made.saw.person if made.saw else None
        policy = self.wiring.configuration.policy
        return (
            entry.duplicate_of is None
            or person is None
            or adds_a_record(entry.lead.key, person, policy)
        )

    def _changed(self, entry: Entry, made: Decision) -> str:
        """Say what is not any more as it was when the plan was made."""
        key, policy = entry.lead.key, self.wiring.configuration.policy
        if self.seen is not None and key not in self.seen:
            return "it is gone at its source"
        if self.seen is not None and self.seen[key] != entry.owner_seen:
            return f"its owner there is {self.seen[key] or 'nobody'} now"
        if key in self.busy:
            return f"a sync has it since ({self.busy[key].value})"
        owner = policy.owners.get(made.owner)
        if owner is None or self.wiring.crm_of(key.source) not in owner.crm:
            return f"{made.owner} cannot own it by the configuration of now"
        in_hand_now = self.batch.book.open_leads.get(owner.id, 0.0)
        is_capped = owner.id != policy.fallback and self._counts(entry, made)
        if is_capped and not has_room(owner, in_hand_now):
            return f"{owner.name} is at {in_hand(owner, in_hand_now)} now"
        return ""


def _sighting(entry: Entry) -> Sighting:
    return Sighting(
        key=entry.lead.key,
        version=entry.version,
        verdict=Verdict.NEW,
        body={},
        lead=entry.lead,
        owner_seen=entry.owner_seen,
    )
