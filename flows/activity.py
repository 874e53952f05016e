"""Reading what people did with their leads, and timing each assignment until somebody did."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from flows.wiring import Wiring
from leads.activity import Touch
from leads.errors import ConnectorError
from leads.keys import CrmOwnerId
from leads.record import Cursor
from routing.lead_hours import zones_for
from routing.policy import Owner
from routing.sla import follow_up_time, owners_time
from routing.sla_terms import SlaClock
from store.activity_rows import Clock, ClockKind, Unclocked
from store.part_activity import OUTCOMES, TOUCHES

T = TypeVar("T")

OUTCOMES_EVERY = timedelta(hours=1)
_BATCH = 500
_LATE_NEWS = timedelta(minutes=5)
"""Two clocks may differ, and a CRM may index a moment later than it saves: so much is read anew."""


def refresh_activity(wiring: Wiring, crm: str, alive: Callable[[], None] = lambda: None) -> int:
    """
    Read touches and outcomes of `crm`, if that is due; answer how many there were.

    Touches as often as the mirror, and only while some lead there waits for its first one: a minute
    asks nothing of it, as nobody acts on a touch before an SLA is near, and then aging asks itself.
    What cannot be read is not tried again before the next look is due. Raises ConnectorError.
    """
    read = 0
    every = wiring.configuration.mirror_every
    if _is_due(wiring, crm, TOUCHES, every) and crm in wiring.store.clocks_run_in():
        read += _or_put_off(wiring, crm, TOUCHES, lambda: read_touches(wiring, crm, alive))
    if _is_due(wiring, crm, OUTCOMES, max(every, OUTCOMES_EVERY)) and wiring.store.clocks_began():
        read += _or_put_off(wiring, crm, OUTCOMES, lambda: read_outcomes(wiring, crm, alive))
    return read


def read_touches(wiring: Wiring, crm: str, alive: Callable[[], None] = lambda: None) -> int:
    """Store who was in touch with whom since the last look, and stop their clocks."""
    began, machines, count = wiring.now(), nobodies(wiring, crm), 0
    since = _since(wiring, crm, TOUCHES)
    for some in _batches(wiring.crms[crm].touches(since)):
        since = max(since, min(some[-1].recorded_at, began))
        place = Cursor(since.isoformat())
        wiring.store.save_touches(crm, some, machines, place, now=wiring.now())
        count += len(some)
        alive()
    _end(wiring, crm, TOUCHES, max(since, began - _LATE_NEWS), began)
    return count


def add_touches(wiring: Wiring, crm: str, touches: Iterable[Touch]) -> None:
    """Store further ones, and stop their clocks; the next reading begins where it would have."""
    machines, place = nobodies(wiring, crm), Cursor(_since(wiring, crm, TOUCHES).isoformat())
    for some in _batches(touches):
        wiring.store.save_touches(crm, some, machines, place, now=wiring.now())


def read_outcomes(wiring: Wiring, crm: str, alive: Callable[[], None] = lambda: None) -> int:
    """Store what came of leads since the last look."""
    began, count = wiring.now(), 0
    since = _since(wiring, crm, OUTCOMES)
    for some in _batches(wiring.crms[crm].outcomes(since)):
        since = max(since, min(some[-1].recorded_at, began))
        wiring.store.save_outcomes(crm, some, Cursor(since.isoformat()), now=wiring.now())
        count += len(some)
        alive()
    _end(wiring, crm, OUTCOMES, max(since, began - _LATE_NEWS), began)
    return count


def begin_clocks(wiring: Wiring) -> None:
    """
    Once, before anything else is assigned: count what was assigned before there were clocks.

    For reports alone: it is never acted on, as its SLAs may be long over.
    """
    if not wiring.store.clocks_began():
        while not _start_some(wiring, is_running=False):
            pass


def start_clocks(wiring: Wiring) -> None:
    """Time every assignment that is written and has no clock yet, and what is to follow a touch."""
    while not _start_some(wiring, is_running=True):
        pass
    while not _follow_some(wiring):
        pass


def _start_some(wiring: Wiring, *, is_running: bool) -> bool:
    """Answer whether these were the last."""
    by_lead = any(e.clock is SlaClock.LEAD for e in wiring.configuration.policy.slas.values())
    fresh = wiring.store.unclocked(limit=_BATCH, with_leads=by_lead)
    if fresh or not is_running:
        timed = [_timed(wiring, each) for each in fresh]
        wiring.store.start_clocks(timed, wiring.now(), is_running=is_running)
    return len(fresh) < _BATCH


def _timed(wiring: Wiring, each: Unclocked) -> Unclocked:
    """Set its clock, from when the owner stands in the CRM."""
    policy = wiring.configuration.policy
    sla, owner = policy.slas.get(each.sla), policy.owners.get(each.owner)
    if sla is None or owner is None:
        return each
    end, remind_at = owners_time(
        sla,
        owner,
        each.assigned_at,
        worked_from=each.worked_from,
        at_any_hour=each.at_any_hour,
        zones=zones_for(sla, each.read),
    )
    return replace(each, due_at=end, remind_at=remind_at)


def _follow_some(wiring: Wiring) -> bool:
    """Answer whether these were the last that a first touch stopped."""
    touched = wiring.store.unfollowed(limit=_BATCH, now=wiring.now())
    if touched:
        timed = [_followed(wiring, each) for each in touched]
        started = [each for each in timed if each is not None]
        wiring.store.begin_follow_ups(touched, started, wiring.now())
    return len(touched) < _BATCH


def _followed(wiring: Wiring, clock: Clock) -> Clock | None:
    """Return the clock of the follow-up; None where the SLA asks for none."""
    policy = wiring.configuration.policy
    sla, owner = policy.slas.get(clock.sla), policy.owners.get(clock.owner)
    if sla is None or sla.follow_up is None or owner is None or clock.first_touch is None:
        return None
    read = wiring.store.stored_lead(clock.lead).lead if sla.clock is SlaClock.LEAD else None
    timed = follow_up_time(sla, owner, clock.first_touch.at, zones_for(sla, read))
    if timed is None:
        return None
    return replace(clock, kind=ClockKind.FOLLOW_UP, due_at=timed[0], remind_at=timed[1])


def nobodies(wiring: Wiring, crm: str) -> frozenset[CrmOwnerId]:
    """Owners who are no person: queues, and whoever the intake says means nobody yet."""
    names = wiring.configuration.sources[crm].intake.owners
    queues = {each.crm.get(crm) for each in _queues(wiring)}
    known = wiring.store.crm_owners(crm)
    named = {CrmOwnerId(e.crm_id) for e in known if e.is_queue or e.name in names}
    return frozenset(named | {each for each in queues if each is not None})


def _queues(wiring: Wiring) -> Iterator[Owner]:
    return (each for each in wiring.configuration.policy.owners.values() if each.is_queue)


def _since(wiring: Wiring, crm: str, stream: str) -> datetime:
    """Where the last reading stopped; at first, when the store saw the first lead of the CRM."""
    place = wiring.store.cursor(crm, stream)
    if place is not None:
        return datetime.fromisoformat(place)
    return wiring.store.first_lead_at(crm) or wiring.now() - _LATE_NEWS


def _end(wiring: Wiring, crm: str, stream: str, place: datetime, began: datetime) -> None:
    wiring.store.save_place(crm, stream, Cursor(place.isoformat()), now=wiring.now())
    wiring.store.mark_mirror_read(crm, stream, began)


def _is_due(wiring: Wiring, crm: str, stream: str, every: timedelta) -> bool:
    last = wiring.store.mirror_read_at(crm, stream)
    passed = wiring.now() - last if last else every
    return passed >= every or passed < timedelta(0)  # set back


def _or_put_off(wiring: Wiring, crm: str, stream: str, read: Callable[[], int]) -> int:
    try:
        return read()
    except ConnectorError:
        wiring.store.mark_mirror_read(crm, stream, wiring.now())
        raise


def _batches(told: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(told)
    while some := list(islice(rest, _BATCH)):
        yield some
