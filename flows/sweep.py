"""The daily sweep: open leads of a CRM that are nobody's any more are found, and get an owner."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass, field, replace

from connectors.base import LeadSource
from flows.activity import start_clocks
from flows.decide import decide_waiting
from flows.deliver import deliver_pending
from flows.nobodys import Standing, begun_meanwhile, place
from flows.tick import LEASE_SECONDS, is_paused
from flows.undelivered import undelivered
from flows.wiring import Wiring
from flows.workload import refresh_workload
from leads.errors import ConnectorError, FirsttouchError
from leads.keys import CrmOwnerId, LeadKey, RunId
from leads.lead import Lead
from leads.record import CrmOwner, Cursor, WorkItem
from leads.sighting import Sighting

MOST_A_DAY = 3
"""Times that one lead is decided within 24 hours before a person must look: no ping-pong."""

_LEASE = "sweep"
_AT_ONCE = 200
_AGAIN = "decided again by the sweep: nobody had it any more"
_TOO_OFTEN = f"decided {MOST_A_DAY} times within 24 hours: a person should look"


@dataclass(slots=True, kw_only=True)
class Swept:
    """
    One CRM: what was `taken` in, `again` after it was decided before, and what the intake leaves
    `outside`, with the reason. `left` were not looked at, as a run takes only so many.
    """

    crm: str
    taken: list[LeadKey] = field(default_factory=list)
    again: list[LeadKey] = field(default_factory=list)
    outside: list[tuple[LeadKey, str]] = field(default_factory=list)
    left: int = 0

    @property
    def routed(self) -> int:
        return len(self.taken) + len(self.again)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What one CRM is searched with: `reader` shows its records, whoever owns them."""

    wiring: Wiring
    run: RunId
    reader: LeadSource
    nobodys: AbstractSet[CrmOwnerId | None]
    write: bool

    def has_room(self, found: Swept, *, more: int = 0) -> bool:
        return found.routed + more < self.wiring.configuration.sweep.at_most


@dataclass(slots=True, kw_only=True)
class Sweep:
    """All CRMs that were swept; `skipped` says why none was."""

    swept: list[Swept] = field(default_factory=list)
    problems: list[FirsttouchError] = field(default_factory=list)
    skipped: str = ""


def sweep(wiring: Wiring, crms: Sequence[str], run: RunId, *, write: bool = True) -> Sweep:
    """
    Route what is open in each CRM and belongs to nobody, or to somebody deactivated there.

    With `write` false it is listed only. A CRM that does not answer keeps no other waiting. What
    was decided and is not written when a process dies is in the outbox: the next sync writes it.
    """
    if not _hold(wiring, run):
        return Sweep(skipped="another sweep is still at it, or died within the last minute")
    done = Sweep()
    try:
        for crm in crms:
            if is_paused(wiring, crm):
                continue
            try:
                done.swept.append(_sweep(wiring, crm, run, write=write))
                if write:
                    decide_waiting(wiring, crm, run)  # also what one that died had taken in
                    done.problems += _deliver(wiring, crm, run)
            except ConnectorError as error:
                done.problems.append(error)
        return done
    finally:
        wiring.store.release_lease(_LEASE, run)


def _hold(wiring: Wiring, run: RunId) -> bool:
    return wiring.store.take_lease(_LEASE, run, seconds=LEASE_SECONDS, now=wiring.now())


def _alive(wiring: Wiring, run: RunId) -> Callable[[], None]:
    def alive() -> None:
        _hold(wiring, run)

    return alive


def _sweep(wiring: Wiring, crm: str, run: RunId, *, write: bool) -> Swept:
    alive = _alive(wiring, run)
    refresh_workload(wiring, crm, alive)
    there, found = wiring.store.open_leads_of(crm), Swept(crm=crm)
    nobodys = _nobodys(wiring, crm, {each.owner for each in there if each.owner})
    suspects = [each for each in there if each.owner in nobodys]
    with closing(_whoever_owns_it(wiring, crm)) as reader:
        search = _Search(wiring=wiring, run=run, reader=reader, nobodys=nobodys, write=write)
        for some in _pieces(suspects):
            if search.has_room(found):
                _look(search, some, found)
                alive()
            else:
                found.left += len(some)
    return found


def _pieces(suspects: Sequence[WorkItem]) -> Iterator[Sequence[WorkItem]]:
    for start in range(0, len(suspects), _AT_ONCE):
        yield suspects[start : start + _AT_ONCE]


def _nobodys(wiring: Wiring, crm: str, ids: AbstractSet[str]) -> frozenset[CrmOwnerId | None]:
    """
    Answer the owners that mean "nobody yet", and those of `ids` that the CRM has deactivated now.

    Whom it does not show at all counts as somebody: only what it says is believed.
    """
    shown: list[CrmOwner] = list(wiring.crms[crm].owners(ids)) if ids else []
    told = {owner.crm_id for owner in shown}
    wiring.store.save_owners(crm, shown, wiring.now(), asked=told)
    gone = {CrmOwnerId(owner.crm_id) for owner in shown if not owner.is_active}
    return frozenset(wiring.crms[crm].unowned() | gone)


def _whoever_owns_it(wiring: Wiring, crm: str) -> LeadSource:
    """Build the source with all of its intake's rules but the one on owners: they are nobody."""
    configuration = wiring.configuration
    setup = configuration.sources[crm]
    asked = replace(setup, intake=replace(setup.intake, any_owner=True))
    sources = {**configuration.sources, crm: asked}
    return wiring.build(crm, replace(configuration, sources=sources))


def _look(search: _Search, some: Sequence[WorkItem], found: Swept) -> None:
    """Read some as they are now, and route what is inside, as far as there is room."""
    wiring, reader = search.wiring, search.reader
    known = wiring.store.standings(found.crm, [each.record_id for each in some])
    fresh: list[Sighting] = []
    again: dict[LeadKey, Lead | None] = {}
    for raw in reader.fetch([each.record_id for each in some]):
        if reader.owner_of(raw) not in search.nobodys:
            continue  # somebody took it since
        placed = place(wiring, reader, raw, known.get(LeadKey(found.crm, raw.source_id)))
        is_full = not search.has_room(found, more=len(fresh) + len(again))
        match placed.standing:
            case Standing.ON_ITS_WAY:
                continue
            case Standing.OUTSIDE:
                found.outside.append((placed.shown.key, placed.why))
            case Standing.FRESH | Standing.DECIDED if is_full:
                found.left += 1
            case Standing.FRESH:
                fresh.append(placed.shown)
            case Standing.DECIDED:
                again[placed.shown.key] = placed.shown.lead
    opened = (_route if search.write else _rehearse)(search, found.crm, fresh, again)
    found.taken += [each.key for each in fresh]
    found.again += opened
    begun = begun_meanwhile(wiring, found.crm, [key for key in again if key not in opened])
    found.outside += [(key, _TOO_OFTEN) for key in again if key not in {*opened, *begun}]


def _route(
    search: _Search, crm: str, fresh: Sequence[Sighting], again: dict[LeadKey, Lead | None]
) -> list[LeadKey]:
    """Take in, and decide at once: a sync that reads one of them before would leave it alone."""
    wiring, run = search.wiring, search.run
    now = wiring.now()
    if fresh:
        wiring.store.save_page(
            crm, fresh, Cursor(""), run=run, now=now, pulled=len(fresh), move_cursor=False
        )
    opened = wiring.store.reopen(again, reason=_AGAIN, most_a_day=MOST_A_DAY, now=now)
    if fresh or opened:
        decide_waiting(wiring, crm, run)
    return opened


def _rehearse(
    search: _Search, _crm: str, _fresh: Sequence[Sighting], again: dict[LeadKey, Lead | None]
) -> list[LeadKey]:
    """Answer what would be decided again: a rehearsal names who needs a person, too."""
    wiring = search.wiring
    return wiring.store.reopenable(again, most_a_day=MOST_A_DAY, now=wiring.now())


def _deliver(wiring: Wiring, crm: str, run: RunId) -> Sequence[FirsttouchError]:
    results = deliver_pending(wiring, crm, run, _alive(wiring, run))
    start_clocks(wiring)
    return undelivered(wiring, crm, results)
