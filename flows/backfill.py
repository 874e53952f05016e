"""A backfill from beginning to end: asked for, read, planned; then, by its number, applied."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from connectors import registry
from flows.backfill_applying import apply_all
from flows.backfill_planning import plan_all
from flows.backfill_reading import read_all
from flows.tick import first_workloads, is_paused
from flows.wiring import Wiring, chosen_sources
from flows.workload import refresh_workload
from leads.errors import BackfillPaused, ConfigError, DeliveryError
from leads.keys import RunId
from store.backfill_rows import BackfillRow, BackfillState

LEASE_SECONDS = 90.0
MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asks for."""

    source: str
    since: datetime
    until: datetime
    most: int = MOST
    any_owner: bool = False


def make_plan(
    wiring: Wiring, asked: Asked, told: Callable[[BackfillRow], None] = lambda _: None
) -> BackfillRow:
    """
    Read and plan; nothing is written to any CRM, and the live cursor stays where it is.

    The same asked for again, after a crash or a pause, goes on where that one stopped. Raises
    ConfigError for what makes no sense, BackfillPaused and ConnectorError.
    """
    _refuse_nonsense(wiring, asked)
    row = wiring.store.start_backfill(
        BackfillRow(
            id=uuid4().hex[:8],
            source=asked.source,
            since=asked.since,
            until=asked.until,
            most=asked.most,
            any_owner=asked.any_owner,
            state=BackfillState.READING,
            created_at=wiring.now(),
        )
    )
    with _alone(wiring, row.id) as keep:
        first_workloads(wiring)

        def tell(at: BackfillRow) -> None:
            keep()
            told(at)

        read_all(wiring, row, _builder(wiring), tell)
        plan_all(wiring, row.id)
    return known(wiring, row.id)


def apply_plan(
    wiring: Wiring,
    number: str,
    *,
    notify: bool,
    told: Callable[[int], None] = lambda _: None,
) -> list[DeliveryError]:
    """
    Give away exactly what the plan says; answer what a CRM did not take.

    Raises ConfigError where there is no such plan, or it is not finished.
    """
    row = known(wiring, number)
    chosen_sources(wiring, row.source)
    if row.state is BackfillState.READING:
        again = "ask for the same once more, and it goes on"
        raise ConfigError([f"backfill {number} is not planned to its end yet: {again}"])
    with _alone(wiring, row.id) as keep:
        run = RunId(row.id)
        if not wiring.store.is_run(run):
            wiring.store.start_run(run, "backfill", wiring.now())

        def tell(count: int) -> None:
            keep()
            told(count)

        crm = wiring.crm_of(row.source)
        if crm in wiring.crms:
            refresh_workload(wiring, crm, keep)

        problems = apply_all(wiring, row, notify=notify, told=tell)
        wiring.store.end_run(run, wiring.now(), error="; ".join(map(str, problems)))
    return problems


def known(wiring: Wiring, number: str) -> BackfillRow:
    """Find one by its number. Raises ConfigError."""
    row = wiring.store.backfill(number)
    if row is None:
        listed = "`firsttouch backfill` lists them"
        raise ConfigError([f"there is no backfill {number!r}: {listed}"])
    return row


def _refuse_nonsense(wiring: Wiring, asked: Asked) -> None:
    chosen_sources(wiring, asked.source)
    problems = []
    if asked.since >= asked.until:
        problems.append(f"since {asked.since:%Y-%m-%d %H:%M} is not before until")
    if asked.since > wiring.now():
        problems.append(f"since {asked.since:%Y-%m-%d %H:%M} is yet to come")
    if asked.most < 1:
        problems.append(f"at most {asked.most} leads: one is the least")
    if asked.any_owner and asked.source not in wiring.crms:
        problems.append(f"{asked.source} has no owners: leave out whether it is owned")
    if problems:
        raise ConfigError([f"backfill: {each}" for each in problems])
    if is_paused(wiring, asked.source):
        raise BackfillPaused(f"{asked.source} is paused: `firsttouch resume` first")


def _builder(wiring: Wiring) -> Callable[[BackfillRow, datetime, datetime], registry.Connector]:
    def build(row: BackfillRow, since: datetime, until: datetime) -> registry.Connector:
        """Make a connector whose intake is this window, at any age."""
        configuration = wiring.configuration
        setup = configuration.sources[row.source]
        intake = replace(
            setup.intake, created_after=since, created_before=until, any_owner=row.any_owner
        )
        sources = {**configuration.sources, row.source: replace(setup, intake=intake)}
        return wiring.build(row.source, replace(configuration, sources=sources))

    return build


@contextmanager
def _alone(wiring: Wiring, number: str) -> Iterator[Callable[[], None]]:
    """Hold the backfill's lease; a killed holder's ends by itself. Raises BackfillPaused."""
    name, holder = f"backfill:{number}", uuid4().hex

    def hold() -> bool:
        return wiring.store.take_lease(name, holder, seconds=LEASE_SECONDS, now=wiring.now())

    def keep() -> None:
        hold()

    if not hold():
        raise BackfillPaused(
            f"backfill {number} is at work in another process; one that was killed is waited for "
            f"{LEASE_SECONDS:.0f} s"
        )
    try:
        yield keep
    finally:
        wiring.store.release_lease(name, holder)
