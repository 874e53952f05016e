"""The evening after a day: what is nobody's is found, and what nobody answered is given on."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from flows.aging import age
from flows.notices import tell_pending
from flows.sweep import sweep
from flows.wiring import Wiring
from leads.keys import LeadKey
from sandbox.chat import Chat
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import WEB_LEADS
from store.activity_rows import ClockState
from store.rows import DeliveryState, LeadState
from store.schema import decision, sla_clock
from store.store import Store
from tests.e2e.crash_day import Day, Phases, ProblemsError, started, sync_each
from tests.e2e.crash_town import FALLBACK
from tests.e2e.crash_witness import ledgers_wrong, told_wrong
from tests.e2e.town_case import crm_records, is_in_the_intake, owner_in_crm
from tests.e2e.witness import everything_ownerless, owners_written

OVERNIGHT = timedelta(hours=25)
"""Longer than the SLA of whatever was given away."""

CRMS = ("salesforce", "hubspot")
_HAS_IT = {DeliveryState.WRITTEN, DeliveryState.UNCHANGED}
_TWICE = 2


def the_day_before(town: Town, wiring: Wiring) -> None:
    """Everything is given away; of each CRM one lead is put back, and nobody is in touch."""
    sync_each(wiring)
    tell_pending(wiring, budget=60)
    put_back(town)
    town.clock.skip(OVERNIGHT)


def put_back(town: Town) -> None:
    records = _to_put_back(town)
    town.vendors.salesforce.person_sets_owner(records["salesforce"], WEB_LEADS.salesforce)
    town.vendors.hubspot.person_sets_owner(records["hubspot"], None)


def _to_put_back(town: Town) -> dict[str, str]:
    """Of each CRM the first that was given away."""
    return {
        crm: town.ids[record.key]
        for crm, record in reversed([*crm_records(town)])
        if record.standing is Standing.WAITING
    }


def _sweep(day: Day) -> None:
    run = started(day.wiring, "sweep")
    swept = sweep(day.wiring, CRMS, run)
    day.wiring.store.end_run(run, day.wiring.now())
    if swept.problems or swept.skipped:
        raise ProblemsError([*map(str, swept.problems), swept.skipped])


def _age(day: Day) -> None:
    run = started(day.wiring, "aging")
    aged = age(day.wiring, run)
    day.wiring.store.end_run(run, day.wiring.now())
    if aged.problems or aged.skipped:
        raise ProblemsError([*map(str, aged.problems), aged.skipped])


def _notify(day: Day) -> None:
    if problems := tell_pending(day.wiring, budget=60):
        raise ProblemsError(list(map(str, problems)))


EVENING: Phases = {"sweep": _sweep, "age": _age, "tell": _notify}
"""In order; each of its steps is one to be killed at."""


def evening_violations(town: Town, store: Store, chat: Chat) -> list[str]:
    """Say in words whatever is not as it must be when all is over; nothing, when all is."""
    return [
        *(f"nobody owns {key}" for key in everything_ownerless(town)),
        *_owners(town, store),
        *_decided(store),
        *(f"what is due in {crm} was left" for crm in CRMS if _is_due(town, store, crm)),
        *told_wrong(town, chat),
        *ledgers_wrong(store),
    ]


def _is_due(town: Town, store: Store, crm: str) -> bool:
    return bool(store.due_clocks(crm, limit=1, now=town.clock.now()))


def _owners(town: Town, store: Store) -> Iterator[str]:
    """Whoever the last decision gave it to has it there; none was written more than twice."""
    written, back = owners_written(town), set(_to_put_back(town).values())
    for source, record in filter(lambda each: is_in_the_intake(each[1]), crm_records(town)):
        stored = store.stored_lead(LeadKey(source, town.ids[record.key]))
        times = written.get(town.ids[record.key], [])
        is_moved = len(set(times)) == len(times) or town.ids[record.key] in back
        if len(times) > _TWICE or not is_moved:
            yield f"{record.key}: its owner was written as {times}"
        if stored.state is LeadState.DECIDED and stored.deliveries:
            last = stored.deliveries[-1]
            if last.state not in _HAS_IT:
                yield f"{record.key}: the last write is {last.state}"
            elif owner_in_crm(town, source, record) != last.delivery.crm_owner:
                yield f"{record.key}: the CRM has another owner than we wrote last"


def _decided(store: Store) -> Iterator[str]:
    """None more than twice; and whoever was late has the lead no more, but where all ends."""
    with store._db.engine.connect() as connection:
        made = connection.execute(decision.select()).all()
        clocks = connection.execute(sla_clock.select()).all()
    counts = Counter((row.source, row.source_id) for row in made)
    for (source, at), times in counts.items():
        if times > _TWICE:
            yield f"{source}:{at} was decided {times} times"
    late = [row for row in clocks if row.state == ClockState.BREACHED.value]
    for row in late:
        if row.owner != FALLBACK and counts[row.source, row.source_id] <= row.attempt:
            yield f"{row.source}:{row.source_id} was taken from {row.owner} and given to nobody"
    if not late:
        yield "nobody was late"
