"""How it runs: leases, runs and their ledger, sources that fail, what a person switched."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leads.keys import OwnerId, RunId
from store import (
    api_calls,
    breakers,
    flaws,
    gauges,
    leases,
    ledger,
    paces,
    run_story,
    switches,
    turned_away,
)
from store.part import Part
from store.rows import DeliveryState
from store.running_rows import (
    BreakerRow,
    CallsRow,
    Flawed,
    Health,
    PaceRow,
    RunDelivery,
    RunRow,
    SetAside,
    SourceLedger,
    TurnedAwayRow,
)

_TRIAL = "(trial)"
"""A lease that is over as it is taken: what shows that something can be written."""


class Running(Part):
    """Leases, runs, breakers and switches."""

    # Leases

    def take_lease(self, name: str, holder: str, *, seconds: float, now: datetime) -> bool:
        """Take or renew; False while another holds it. A killed holder's ends by itself."""
        return self._db.write(
            f"taking the lease {name}",
            lambda c: leases.take_lease(c, name, holder, seconds, now),
        )

    def note_looked(self, name: str, holder: str, *, seconds: float, now: datetime) -> None:
        """Take the lease `name`, which tells others for so long that they need not look."""
        self._db.write(
            "noting that this sync looks for alerts",
            lambda c: leases.take_lease(c, name, holder, seconds, now),
        )

    def release_lease(self, name: str, holder: str) -> None:
        self._db.write(
            f"releasing the lease {name}", lambda c: leases.release_lease(c, name, holder)
        )

    def prove_writable(self, now: datetime, *, patience: float) -> None:
        """Keep a small thing. Raises StoreError that says why nothing can be kept."""
        self._db.write(
            "trying whether the store can be written",
            lambda c: leases.take_lease(c, _TRIAL, _TRIAL, 0, now),
            patience=patience,
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

    def deliveries_of_run(
        self, run: RunId, state: DeliveryState, *, limit: int
    ) -> list[RunDelivery]:
        """List what a run settled as `state`, in the order in which it was to be written."""
        return self._db.read(
            "reading what a run wrote", lambda c: run_story.deliveries_of_run(c, run, state, limit)
        )

    def set_aside_in_run(self, run: RunId, *, limit: int) -> list[SetAside]:
        """Count what a run set aside by field and reason, the most frequent first."""
        return self._db.read(
            "reading what a run set aside", lambda c: run_story.set_aside_in_run(c, run, limit)
        )

    def flawed_in_run(self, run: RunId) -> list[Flawed]:
        """Count by field what could not be read of the leads that a run took in."""
        return self._db.read("reading what was unreadable", lambda c: flaws.in_run(c, run))

    def flawed_since(self, at: datetime, *, source: str | None = None) -> list[Flawed]:
        """Count the same of the leads first seen since `at`."""
        return self._db.read("reading what was unreadable", lambda c: flaws.since(c, at, source))

    def only_outside(self, source: str) -> Mapping[str, int]:
        """Say why, by how many, when not one record of a source was ever inside its intake."""
        return self._db.read("looking at the intake", lambda c: ledger.only_outside(c, source))

    def health(self, since: datetime, now: datetime) -> Health:
        """Answer how it stands `now`, with how fast owners were written since then."""
        return self._db.read(
            "counting how it stands",
            lambda c: Health(
                leads=gauges.leads_by_state(c),
                outbox=gauges.outbox(c),
                read_at=gauges.last_read(c),
                alerts=gauges.open_alerts(c),
                speeds=gauges.speeds(c, since),
                turned_away=gauges.turned_away(c, now),
                calls_left=gauges.calls_left(c, now),
            ),
        )

    # Sources that fail

    def save_breaker(self, row: BreakerRow) -> None:
        self._db.write(f"noting how {row.source} does", lambda c: breakers.save(c, row))

    def breakers(self) -> Mapping[str, BreakerRow]:
        """Only of sources that have ever failed."""
        return self._db.read("reading which sources fail", breakers.read)

    # Webhook requests that were turned away

    def add_turned_away(self, rows: Sequence[TurnedAwayRow], now: datetime) -> None:
        self._db.write("counting refusals", lambda c: turned_away.add(c, rows, now))

    def turned_away(self, since: datetime) -> list[TurnedAwayRow]:
        """By door, status and reason, since the beginning of that day (UTC); latest first."""
        return self._db.read("reading refusals", lambda c: turned_away.since(c, since))

    # What asking the sources costs

    def add_calls(self, made: Mapping[str, int], now: datetime) -> None:
        """Count requests, by source, for the day."""
        self._db.write("counting requests", lambda c: api_calls.add(c, made, now))

    def calls_since(self, at: datetime) -> list[CallsRow]:
        """By source and day (UTC), from that of `at` on."""
        return self._db.read("reading requests", lambda c: api_calls.since(c, at))

    # Sources that are polled less often

    def save_paces(self, rows: Sequence[PaceRow]) -> None:
        self._db.write("noting when to poll again", lambda c: paces.save(c, rows))

    def paces(self, source: str | None = None) -> list[PaceRow]:
        """Of one source, or of all."""
        return self._db.read("reading when to poll again", lambda c: paces.read(c, source))

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
