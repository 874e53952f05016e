"""A backfill from beginning to end: asked for, read, planned; then, by its number, applied."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import uuid4

from connectors import registry
from flows.backfilling.applying import apply_window
from flows.backfilling.planning import plan_all
from flows.backfilling.reading import read_window, windows_of
from flows.backfilling.rules_of_plan import by_its_rules, strangers
from flows.tick import first_workloads, is_paused
from flows.wiring import Wiring, chosen_sources
from flows.workload import refresh_workload
from leads.errors import BackfillPaused, ConfigError, DeliveryError
from leads.keys import RunId
from store.backfill_rows import EVERY_SOURCE, BackfillRow, BackfillState, EntryState, WindowRow

LEASE_SECONDS = 90.0
MOST = 100_000

_FILE = registry.Kind.OTHER
"""What has a name of its own is a CSV file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What a person asks for; `source` is a source's name, or EVERY_SOURCE.

    `policy_version` is one of `firsttouch policy list`; None: the one in force.
    """

    source: str
    since: datetime
    until: datetime
    most: int = MOST
    any_owner: bool = False
    policy_version: int | None = None


def start_plan(wiring: Wiring, asked: Asked) -> BackfillRow:
    """
    Keep what is asked for; the same asked for again goes on where that one stopped.

    Raises ConfigError for what makes no sense, and BackfillPaused.
    """
    sources = _sources(wiring, asked)
    row = BackfillRow(
        id=uuid4().hex[:8],
        source=asked.source,
        since=asked.since,
        until=asked.until,
        most=asked.most,
        any_owner=asked.any_owner,
        state=BackfillState.READING,
        created_at=wiring.now(),
        policy_version=asked.policy_version,
    )
    spans = [
        each for name in sources for each in windows_of(row.id, name, asked.since, asked.until)
    ]
    parts = [replace(each, number=number) for number, each in enumerate(spans)]
    return wiring.store.start_backfill(row, parts)


def make_plan(
    wiring: Wiring, asked: Asked, told: Callable[[WindowRow], None] = lambda _: None
) -> BackfillRow:
    """
    Read and plan, all in this process; nothing is written to any CRM, and no live cursor moves.

    Raises ConfigError, BackfillPaused and ConnectorError.
    """
    row = start_plan(wiring, asked)
    for window in left_to_read(wiring, row.id):
        read_one(wiring, row, window, partial(told, window))
    return finish_plan(wiring, row.id)


def left_to_read(wiring: Wiring, number: str) -> list[WindowRow]:
    """List the windows that are not read to their end."""
    return [each for each in wiring.store.backfill_windows(number) if not each.is_read]


def read_one(
    wiring: Wiring, row: BackfillRow, window: WindowRow, told: Callable[[], None] = lambda: None
) -> None:
    """Read one window, from where it stands. Raises BackfillPaused and ConnectorError."""
    with _alone(wiring, f"{row.id}/{window.number}") as keep:

        def tell() -> None:
            keep()
            told()

        # Read again under the lease: another process may have been at it meanwhile.
        for now in left_to_read(wiring, row.id):
            if now.number == window.number:
                read_window(wiring, row, now, _builder(wiring), tell)


def finish_plan(wiring: Wiring, number: str) -> BackfillRow:
    """Decide all that was read, once all is. Raises BackfillPaused and ConnectorError."""
    with _alone(wiring, number):
        row = known(wiring, number)
        if row.state is BackfillState.READING:
            first_workloads(wiring)
            plan_all(by_its_rules(wiring, row), number, row.most)
    return known(wiring, number)


def apply_plan(
    wiring: Wiring,
    number: str,
    *,
    notify: bool,
    told: Callable[[], None] = lambda: None,
) -> list[DeliveryError]:
    """
    Give away exactly what the plan says, all in this process; answer what a CRM did not take.

    Raises ConfigError where there is no such plan, or it is not finished.
    """
    begin_applying(wiring, number)
    problems: list[DeliveryError] = []
    for window in left_to_apply(wiring, number):
        problems += apply_one(wiring, window, notify=notify, told=told)
    end_applying(wiring, number, problems)
    return problems


def begin_applying(wiring: Wiring, number: str) -> None:
    """Begin the run that is the plan's; caps are those of now. Raises ConfigError."""
    row, run = _finished(wiring, number), RunId(number)
    if not wiring.store.is_run(run):
        wiring.store.start_run(run, "backfill", wiring.now())
    for crm in _crms(wiring, row):
        refresh_workload(wiring, crm)


def end_applying(wiring: Wiring, number: str, problems: Sequence[object]) -> None:
    wiring.store.end_run(RunId(number), wiring.now(), error="; ".join(map(str, problems)))


def left_to_apply(wiring: Wiring, number: str) -> list[WindowRow]:
    """List the windows of which something is planned and not applied; if none, one of each CRM."""
    parts = wiring.store.backfill_windows(number)
    left = [
        each for each in parts if EntryState.PLANNED in wiring.store.backfill_counts(number, each)
    ]
    # What a killed one has decided and not written is looked for all the same.
    return left or list({wiring.crm_of(each.source): each for each in parts}.values())


def apply_one(
    wiring: Wiring, window: WindowRow, *, notify: bool, told: Callable[[], None] = lambda: None
) -> list[DeliveryError]:
    """Give away what is planned of one window. Raises BackfillPaused and ConnectorError."""
    with _alone(wiring, f"{window.backfill}/{window.number}") as keep:

        def tell() -> None:
            keep()
            told()

        return apply_window(wiring, window, notify=notify, told=tell)


def known(wiring: Wiring, number: str) -> BackfillRow:
    """Find one by its number. Raises ConfigError."""
    row = wiring.store.backfill(number)
    if row is None:
        listed = "`firsttouch backfill` lists them"
        raise ConfigError([f"there is no backfill {number!r}: {listed}"])
    return row


def _finished(wiring: Wiring, number: str) -> BackfillRow:
    row = known(wiring, number)
    chosen_sources(wiring, None if row.source == EVERY_SOURCE else row.source)
    if row.state is BackfillState.READING:
        again = "ask for the same once more, and it goes on"
        raise ConfigError([f"backfill {number} is not planned to its end yet: {again}"])
    return row


def _crms(wiring: Wiring, row: BackfillRow) -> list[str]:
    found = {wiring.crm_of(each.source) for each in wiring.store.backfill_windows(row.id)}
    return sorted(found & wiring.crms.keys())


def _sources(wiring: Wiring, asked: Asked) -> list[str]:
    """Return whose leads are asked for. Raises ConfigError for nonsense, and BackfillPaused."""
    is_every = asked.source == EVERY_SOURCE
    for lacking in wiring.unready.values() if is_every else ():
        raise lacking
    found = chosen_sources(wiring, None if is_every else asked.source)
    if problems := list(_nonsense(wiring, asked)):
        raise ConfigError([f"backfill: {each}" for each in problems])
    for source in found:
        if is_paused(wiring, source):
            raise BackfillPaused(f"{source} is paused: `firsttouch resume` first")
    # A file's leads, and what was sent to the webhook, are read whole by the sync.
    vendors = {e for e in found if registry.KINDS.get(e, _FILE) is not registry.Kind.OTHER}
    asked_for = [each for each in found if not is_every or each in vendors]
    if asked.policy_version is not None and (
        problems := list(strangers(wiring, asked.policy_version, asked_for))
    ):
        raise ConfigError([f"backfill: {each}" for each in problems])
    return asked_for


def _nonsense(wiring: Wiring, asked: Asked) -> Iterator[str]:
    if asked.since >= asked.until:
        until = f"{asked.until:%Y-%m-%d %H:%M}"
        yield f"since {asked.since:%Y-%m-%d %H:%M} is not before until, {until}"
    if asked.since > wiring.now():
        yield f"since {asked.since:%Y-%m-%d %H:%M} is yet to come"
    if asked.most < 1:
        yield f"at most {asked.most} leads: one is the least"
    if asked.any_owner and asked.source not in {*wiring.crms, EVERY_SOURCE}:
        yield f"{asked.source} has no owners: leave out whether it is owned"


def _builder(wiring: Wiring) -> Callable[[BackfillRow, WindowRow], registry.Connector]:
    def build(row: BackfillRow, window: WindowRow) -> registry.Connector:
        """Make a connector whose intake is this window, at any age."""
        configuration = wiring.configuration
        setup = configuration.sources[window.source]
        intake = replace(
            setup.intake,
            created_after=window.since,
            created_before=window.until,
            any_owner=row.any_owner,
        )
        sources = {**configuration.sources, window.source: replace(setup, intake=intake)}
        return wiring.build(window.source, replace(configuration, sources=sources))

    return build


@contextmanager
def _alone(wiring: Wiring, part: str) -> Iterator[Callable[[], None]]:
    """Hold the lease of a backfill, or of a window; a killed holder's ends by itself."""
    name, holder = f"backfill:{part}", uuid4().hex

    def hold() -> bool:
        return wiring.store.take_lease(name, holder, seconds=LEASE_SECONDS, now=wiring.now())

    def keep() -> None:
        hold()

    if not hold():
        raise BackfillPaused(
            f"backfill {part} is at work in another process; one that was killed is waited for "
            f"{LEASE_SECONDS:.0f} s"
        )
    try:
        yield keep
    finally:
        wiring.store.release_lease(name, holder)
