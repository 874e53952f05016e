"""A soak: leads wait and arrive at five vendors, everything goes wrong, and rounds go by."""

import random
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from pathlib import Path

from config.load import load
from flows.receiver import receiving
from flows.tick import Tick, new_run, sync_all
from flows.wiring import DEFAULT_CONFIG, Wiring, wire
from leads.keys import RunId
from sandbox.couriers import Couriers
from sandbox.faults import Fault, FaultKind
from sandbox.town import SERVED, Town
from store.store import Store
from tests.e2e.soak_faults import one_of_each, switch_on
from tests.e2e.soak_people import WRITES, Takers
from tests.e2e.soak_witness import overwritten, ownerless
from tests.e2e.webhook_case import until

_CONNECTION = {"attempts": 3, "first_pause": 0.01, "read_timeout": 1.0}
_BETWEEN = timedelta(minutes=1)
_QUIET = timedelta(hours=1)
"""The longest rest of a source that was asked for one."""
_ROUNDS_OF_ARRIVALS = 12
_TAKEN_IN_A_TICK, _BETWEEN_TAKES = 5, 0.15
_MOST_ROUNDS = 80
_LATEST = 50
"""Runs: more than there are workers."""
_LONGEST_ROUTING = 300.0


@dataclass(slots=True, kw_only=True)
class Soak:
    """What a soak works with, and what it has met. All clocks are the town's."""

    town: Town
    takers: Takers
    wiring: Wiring
    couriers: Couriers
    runs: list[RunId]
    ticks: list[Tick]

    def tick(self) -> list[Tick]:
        """One sync of all sources; then the minute till the next is skipped, on every clock."""
        run, store = new_run(), self.wiring.store
        store.start_run(run, "sync", self.wiring.now())
        ticks = sync_all(self.wiring, list(self.wiring.sources), run)
        store.end_run(run, self.wiring.now())
        self.runs.append(run)
        self.ticks += ticks
        self._skip(_BETWEEN)
        return ticks

    def _skip(self, by: timedelta) -> None:
        """
        Skip time while nobody works: it would end the leases of all who do.

        Two would then write the same lead at once, which takes a real standstill of minutes.
        """
        until(self._is_quiet, seconds=_LONGEST_ROUTING)
        self.town.clock.skip(by)

    def _is_quiet(self) -> bool:
        is_routing = any(run.ended_at is None for run in self.wiring.store.last_runs(_LATEST))
        return self.couriers.waiting == 0 and not is_routing

    def live_through(self, arriving: int) -> int:
        """Let that many more arrive while everything goes wrong; answer the rounds it took."""
        switch_on(self.town)
        scripts = {vendor: list(one_of_each(vendor)) for vendor in SERVED}
        for number in range(_MOST_ROUNDS):
            for vendor, script in scripts.items():
                self.town.faults[vendor].script(*script[:2])
                del script[:2]
            due = arriving * (number + 1) // _ROUNDS_OF_ARRIVALS
            while len(self.town.life.arrived) < min(due, arriving):
                self.town.life.lead_arrives()
            if number >= _ROUNDS_OF_ARRIVALS:
                self._bring_what_is_still_to_be_met()
            with self._somebody_does_not_wait():
                self.tick()
            if number >= _ROUNDS_OF_ARRIVALS:
                self._skip(_QUIET)  # who is asked less often is asked all the same
            to_be_met = any(f.scripted for f in self.town.faults.values()) or self._untaken()
            is_over = number >= _ROUNDS_OF_ARRIVALS and not (to_be_met or any(scripts.values()))
            if is_over and not self.waiting():
                return number + 1
        unmet = {vendor: faults.scripted for vendor, faults in self.town.faults.items()}
        still = f"{self.waiting()}, faults nobody met: {unmet}, {scripts}"
        raise AssertionError(f"{_MOST_ROUNDS} rounds, and there still waits: {still}")

    def _bring_what_is_still_to_be_met(self) -> None:
        """A fault of a row needs one lead more than people take by hand meanwhile."""
        for crm in self._untaken():
            self.town.faults[crm].script(Fault(kind=FaultKind.EDITED_BEFORE, path=WRITES[crm]))
        for vendor, faults in self.town.faults.items():
            for _ in range(_TAKEN_IN_A_TICK + 2 if faults.scripted else 0):
                self.town.life.lead_arrives(vendor)

    def _untaken(self) -> set[str]:
        """CRMs where nobody took a lead while it was written: HubSpot too, if none was theirs."""
        untaken = set(WRITES) - {crm for crm, _ in self.takers.taken}
        return untaken if overwritten(self.town) else untaken | {"hubspot"}

    @contextmanager
    def _somebody_does_not_wait(self) -> Iterator[None]:
        """People take leads by hand while a tick is between reading and writing them."""
        over = threading.Event()

        def take() -> None:
            for _ in range(_TAKEN_IN_A_TICK):
                self.town.life.person_takes_a_lead()
                over.wait(_BETWEEN_TAKES)

        people = threading.Thread(target=take)
        people.start()
        try:
            yield
        finally:
            over.set()
            people.join()

    def waiting(self) -> dict[str, object]:
        """What is not done: leads without an owner, webhooks on their way or not worked off."""
        counts = self.wiring.store.inbox_counts()
        left = {
            "ownerless": ownerless(self.town),
            "webhooks": self.couriers.waiting,
            "inbox": {source: each.waiting for source, each in counts.items() if each.waiting},
        }
        return {what: still for what, still in left.items() if still}

    def end_in_peace(self) -> list[Tick]:
        """Tick without a fault until nothing is left of the last ones; answer one tick more."""
        for faults in self.town.faults.values():
            faults.clear()
        until(lambda: self.couriers.waiting == 0, seconds=60)
        for _ in range(_MOST_ROUNDS):
            ticks = self.tick()
            is_idle = not any(t.decided or t.delivered or t.left_alone for t in ticks)
            if is_idle and not self.waiting():
                break
        return self.tick()


@contextmanager
def soaking(folder: Path, *, leads: int, seed: int) -> Iterator[Soak]:
    """A town of vendors in which so many leads wait, and our side with its receiver."""
    with ExitStack() as opened:
        town = opened.enter_context(Town.open(seed=seed, leads=leads))
        loaded = load(DEFAULT_CONFIG)
        configuration = replace(loaded, connections=dict.fromkeys(loaded.sources, _CONNECTION))
        store = Store.open(f"sqlite:///{folder}/firsttouch.db")
        opened.callback(store.close)
        wiring = wire(configuration, store, town.environment, now=town.clock.now)
        store.save_policy(configuration.policy.hash, configuration.document, wiring.now())
        for source in wiring.sources.values():
            opened.callback(source.close)
        base = opened.enter_context(receiving(wiring, port=0, environ=town.environment))
        couriers = town.delivering(base, hurry=3600.0, twice=0.1)
        opened.callback(couriers.stop)
        until(lambda: couriers.registered == set(SERVED))
        takers = Takers(town=town, rng=random.Random(seed))
        takers.stand_by()
        yield Soak(town=town, takers=takers, wiring=wiring, couriers=couriers, runs=[], ticks=[])


def all_problems(soak: Soak) -> list[str]:
    return [str(problem) for problem in chain(*(tick.problems for tick in soak.ticks))]
