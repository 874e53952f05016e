"""What is done about leads whose owner is not in touch: a reminder, or another owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from flows.aging_room import Room
from flows.barred import barred_by
from flows.decide import decide_all
from flows.notices import messages_to
from flows.planned_writes import writes_for
from flows.recognise import keys_of
from flows.wiring import Wiring
from leads.absence import Barred
from leads.decision import NOT_IN_TOUCH, Decision, Method, Standing
from leads.keys import CrmOwnerId, LeadKey, OwnerId, RunId
from routing.escalation import Breach, ByTheRules, Stays, named_by, next_step
from routing.lead_hours import zones_for
from routing.wording import moment
from store.activity_rows import Clock, ClockKind, ClockState
from store.desk import Desk
from store.return_rows import HandBack
from store.rows import DeliveryState, LeadState, StoredLead, WaitingLead
from store.running_rows import NoticeKind

OwnersThere = Mapping[str, CrmOwnerId | None]
"""By record: who owns it in its CRM."""

Gone = Mapping[str, Mapping[OwnerId, Barred]]
"""By CRM: which owners it has deactivated, or does not know."""

PAUSE = timedelta(days=1)
_NOT_ASKED: OwnersThere = {}
_OURS = (DeliveryState.WRITTEN, DeliveryState.UNCHANGED)


class Did(StrEnum):
    """What came of one clock."""

    REMINDED = "reminded"
    MOVED = "moved"
    HELD = "held"  # taken from its owner, and a pool holds it until somebody can take it
    LEFT = "left"  # it stays with its owner, and a manager is told
    COLD = "cold"  # nobody was in touch once more; a manager is told, and its owner keeps it


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One lead, whose it was, what was done, and who has it by the decision; where it is kept."""

    lead: LeadKey
    owner: OwnerId
    did: Did
    now_with: OwnerId
    why: str
    crm: str = ""
    record_id: str | None = None
    paused: bool = False

    @property
    def moves(self) -> bool:
        return self.did is Did.MOVED


def act_on(
    wiring: Wiring, clocks: Sequence[Clock], run: RunId, owners: OwnersThere = _NOT_ASKED
) -> list[Step]:
    """
    Do what is due of these, unless somebody did, or it is over; one transaction.

    `owners`: whose each record is in the CRM at this moment, of those that were asked for. Whoever
    is to get no new leads is paused before the first lead goes to anybody.
    """
    with wiring.store.desk(wiring.now()) as desk:
        looks = [_look(wiring, desk, clock, owners) for clock in clocks]
        late = [each for each in looks if isinstance(each, _Late)]
        gone = barred_by(desk.inactive_owners(wiring.crm_ids()), wiring.configuration.policy)
        around = _Around(gone=gone, room=Room(wiring, desk), run=run)
        taken = [_breach(wiring, desk, each, around) for each in late]
        done = [each for each in (*looks, *taken) if isinstance(each, Step)]
        return done + _by_the_rules(wiring, desk, [e for e in taken if isinstance(e, _Open)], run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Late:
    """A clock that was stopped, as its owner's time was up; and the lead it is of."""

    clock: Clock
    stored: StoredLead
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A lead taken from its late owner, which the rules have to give to somebody else."""

    clock: Clock
    waiting: WaitingLead
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What the late leads of one transaction share."""

    gone: Gone
    room: Room
    run: RunId


def _look(wiring: Wiring, desk: Desk, clock: Clock, owners: OwnersThere) -> Step | _Late | None:
    now, current = wiring.now(), desk.clocks().running(clock)
    if current is None or (current.reminded_at and now < current.due_at):
        return None
    stored = desk.stored(current.lead)
    if _is_over(desk, stored, current, owners):
        desk.clocks().end(current, ClockState.ENDED)
        return None
    if now < current.due_at:
        return _remind(wiring, desk, current)
    desk.clocks().end(current, ClockState.BREACHED)
    if current.kind is ClockKind.FOLLOW_UP:
        _tell_manager(wiring, desk, current, NoticeKind.COLD)
        return _step(current, Did.COLD, current.owner, "nobody was in touch once more")
    return _Late(clock=current, stored=stored, paused=_pause(wiring, desk, current))


def _by_the_rules(wiring: Wiring, desk: Desk, opened: Sequence[_Open], run: RunId) -> list[Step]:
    if not opened:
        return []
    made = {each.lead: each for each in decide_all(wiring, desk, [e.waiting for e in opened], run)}
    steps = []
    for each in opened:
        decision, clock = made.get(each.clock.lead), each.clock
        if decision is None:
            why = "its pool holds it"
            steps.append(_step(clock, Did.HELD, clock.owner, why, paused=each.paused))
        else:
            steps.append(_moved(clock, decision, paused=each.paused))
    return steps


def _is_over(desk: Desk, stored: StoredLead, clock: Clock, owners: OwnersThere) -> bool:
    """Whether the assignment stands no more: decided again, or somebody else's by a choice."""
    if stored.decision is not None and stored.decision.method is Method.STEWARD:
        return True  # earlier versions timed what is no lead
    last = stored.deliveries[-1] if stored.deliveries else None
    if stored.state is not LeadState.DECIDED or last is None or stored.lead is None:
        return True
    if last.attempt != clock.attempt or last.state not in _OURS:
        return True
    is_open, owner = desk.clocks().owner_there(clock)
    return not is_open or not {owner, owners.get(clock.record_id or "")} <= {None, clock.crm_owner}


def _remind(wiring: Wiring, desk: Desk, clock: Clock) -> Step:
    desk.clocks().note_reminded(clock)
    is_first = clock.kind is ClockKind.FIRST_TOUCH
    kind = NoticeKind.REMINDER if is_first else NoticeKind.FOLLOW_UP
    _tell(wiring, desk, clock, kind, clock.owner)
    return _step(clock, Did.REMINDED, clock.owner, "its time is nearly up")


def _breach(wiring: Wiring, desk: Desk, ended: _Late, around: _Around) -> Step | _Open:
    clock, paused = ended.clock, ended.paused
    breach = _breach_of(wiring, desk, ended, around)
    step = next_step(breach, wiring.configuration.policy, wiring.now())
    if isinstance(step, Stays):
        if step.again_at is not None:
            desk.clocks().try_again(clock, step.again_at)
        _tell_manager(wiring, desk, clock, NoticeKind.LATE)
        return _step(clock, Did.LEFT, clock.owner, step.why, paused=paused)
    waiting = desk.take_back(_taken_back(wiring, clock), is_void=False)
    if isinstance(step, ByTheRules):
        return _Open(clock=clock, waiting=waiting, paused=paused)
    seen = replace(_seen(ended.stored), escalated=step)
    made = _escalate(wiring, desk, waiting, seen, around.run)
    around.room.give(made)
    return _moved(clock, made, paused=paused)


def _breach_of(wiring: Wiring, desk: Desk, ended: _Late, around: _Around) -> Breach:
    policy, clock, stored = wiring.configuration.policy, ended.clock, ended.stored
    returns, made = desk.returns_of(clock.lead), stored.decision
    barred, sla = around.gone.get(clock.crm, {}), policy.slas.get(clock.sla)
    assert stored.lead is not None  # else its clock was over
    segments = wiring.engine.capped_segments(stored.lead, _seen(stored), wiring.now())
    had = {each.owner for each in returns}
    return Breach(
        owner=clock.owner,
        sla=clock.sla,
        earlier=sum(each.is_late for each in returns),
        out=frozenset({*had, *barred, *desk.away(), clock.owner}),
        crm=clock.crm,
        rule=made.rule if made else None,
        zones=zones_for(sla, stored.lead),
        full=around.room.full(
            named_by(sla, policy.owners.get(clock.owner)) if sla else (), segments
        ),
    )


def _seen(stored: StoredLead) -> Standing:
    """Give what is left of what the last decision saw: a segment may hang on the lead's account."""
    saw = stored.decision.saw if stored.decision else None
    return Standing(open_leads={}, rotation={}, away={}, account=saw.account if saw else None)


def _taken_back(wiring: Wiring, clock: Clock) -> HandBack:
    by = moment(clock.due_at, wiring.configuration.policy.timezone)
    return HandBack(
        lead=clock.lead,
        attempt=clock.attempt,
        owner=clock.owner,
        by=None,
        reason=f"{NOT_IN_TOUCH} by {by}",
        is_lead=True,
        at=wiring.now(),
    )


def _escalate(
    wiring: Wiring, desk: Desk, waiting: WaitingLead, seen: Standing, run: RunId
) -> Decision:
    lead = waiting.lead
    before = replace(seen, returned=waiting.back.returned if waiting.back else {})
    decision = wiring.engine.decide(lead, before, wiring.now())
    writes = writes_for(wiring, lead, decision, waiting.back)
    identity = keys_of(lead, wiring.configuration.policy)
    desk.record_decision(decision, identity, writes, read=lead, run=run)
    return decision


def _pause(wiring: Wiring, desk: Desk, clock: Clock) -> bool:
    """
    Give an owner who is late again and again nothing for a while, where the SLA says so.

    Never a queue, nor who has the fallback: a lead must end somewhere. Who is paused is not told of
    again for each further lead.
    """
    policy = wiring.configuration.policy
    sla, owner = policy.slas.get(clock.sla), policy.owners.get(clock.owner)
    if sla is None or sla.pause_after is None or clock.owner in desk.away():
        return False
    if owner is None or owner.is_queue or owner.id == policy.fallback:
        return False
    if desk.clocks().late_in_a_row(clock.owner) < sla.pause_after:
        return False
    desk.clocks().pause(clock.owner, wiring.now() + PAUSE)
    _tell_manager(wiring, desk, clock, NoticeKind.PAUSED)
    return True


def _tell_manager(wiring: Wiring, desk: Desk, clock: Clock, kind: NoticeKind) -> None:
    """Tell the owner's manager, or who has the fallback, where there is none."""
    policy = wiring.configuration.policy
    known = policy.owners.get(clock.owner)
    _tell(wiring, desk, clock, kind, (known.manager if known else None) or policy.fallback)


def _tell(wiring: Wiring, desk: Desk, clock: Clock, kind: NoticeKind, whom: OwnerId) -> None:
    desk.clocks().tell(clock, kind, whom, messages_to(wiring, whom))


def _step(clock: Clock, did: Did, now_with: OwnerId, why: str, *, paused: bool = False) -> Step:
    return Step(
        lead=clock.lead,
        owner=clock.owner,
        did=did,
        now_with=now_with,
        why=why,
        crm=clock.crm,
        record_id=clock.record_id,
        paused=paused,
    )


def _moved(clock: Clock, made: Decision, *, paused: bool) -> Step:
    return _step(clock, Did.MOVED, made.owner, made.reason, paused=paused)
