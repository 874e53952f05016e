"""The same leads decided by two configurations, side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from config.configuration import Configuration
from flows.simulating.outcome import Outcome
from flows.simulating.simulation import DryRun, Slot, Start
from leads.decision import Decision, Method
from leads.keys import OwnerId
from reports.backtest import Pair, Placement
from routing.availability import Schedule
from routing.policy import Policy

Caps = Mapping[OwnerId, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One configuration under test: its dry run, and when its owners are at work."""

    run: DryRun
    schedules: Mapping[OwnerId, Schedule]

    @classmethod
    def of(cls, configuration: Configuration, start: Start) -> "Bench":
        owners = configuration.policy.owners
        return cls(
            run=DryRun(configuration, start),
            schedules={owner.id: Schedule(owner) for owner in owners.values()},
        )


class Backtest:
    """Two benches, and the caps of both to measure each by."""

    def __init__(self, before: Configuration, after: Configuration, start: Start) -> None:
        self._benches = Bench.of(before, start), Bench.of(after, start)
        self._caps = {"before": _caps(before.policy), "after": _caps(after.policy)}
        self._given: list[tuple[str, tuple[Slot, Slot]]] = []

    @property
    def runs(self) -> tuple[DryRun, DryRun]:
        """Both dry runs, today's first."""
        return self._benches[0].run, self._benches[1].run

    def new(self, lead: str) -> tuple[Slot, Slot]:
        """Make room for one lead: a slot for either run to fill."""
        slots = Slot(), Slot()
        self._given.append((lead, slots))
        return slots

    def decisions(self) -> Iterator[Decision | None]:
        """Give what today's configuration decided, in the order the leads came, once all is."""
        for _, (before, _) in self._given:
            yield before.outcome.decision if before.outcome else None

    def pairs(self) -> Iterator[Pair]:
        """Compare what became of each lead, in the order they came, once nothing is held."""
        for run in self.runs:
            run.wake_all()
        for lead, slots in self._given:
            before, after = (
                self._placement(bench, slot.outcome)
                for bench, slot in zip(self._benches, slots, strict=True)
            )
            yield Pair(lead=lead, at=_instant(slots), before=before, after=after)

    def _placement(self, bench: Bench, outcome: Outcome | None) -> Placement | None:
        if outcome is None or outcome.decision is None:
            return None
        decision, owner = outcome.decision, outcome.decision.owner
        at_work = bench.schedules[owner].next_at_work(decision.decided_at)
        is_fallback = decision.method is Method.FALLBACK
        return Placement(
            owner=owner,
            pool=decision.pool,
            rule=decision.rule,
            is_fallback=is_fallback,
            seen_in_time=at_work is not None and at_work <= decision.sla_due,
            over=frozenset(
                whose
                for whose, caps in self._caps.items()
                if (cap := caps.get(owner)) is not None
                and outcome.open_then > cap
                and not is_fallback
            ),
            reason=decision.reason,
        )


def _instant(slots: tuple[Slot, Slot]) -> datetime | None:
    decisions = (slot.outcome.decision for slot in slots if slot.outcome)
    return next((decision.decided_at for decision in decisions if decision), None)


def _caps(policy: Policy) -> Caps:
    return {owner.id: owner.max_open for owner in policy.owners.values()}
