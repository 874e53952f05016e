"""Where measurements are made: the sandbox's vendors, and Firsttouch against them on SQLite."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from config.load import load
from flows.tick import Tick, new_run, sync_all
from flows.wiring import DEFAULT_CONFIG, Wiring, wire
from sandbox.journal import Entry
from sandbox.town import Town
from store.store import Store

SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """A town and our side of it, with the example's configuration as it stands."""

    town: Town
    wiring: Wiring

    def tick(self) -> list[Tick]:
        """One sync of every source."""
        run, store = new_run(), self.wiring.store
        store.start_run(run, "bench", self.wiring.now())
        ticks = sync_all(self.wiring, list(self.wiring.sources), run)
        store.end_run(run, self.wiring.now())
        return ticks

    def requests(self, vendor: str | None = None) -> Sequence[Entry]:
        """Every request so far, in order."""
        return self.town.journal.entries(vendor, "request")


@contextmanager
def grounds(leads: int, *, seed: int = SEED, now: datetime | None = None) -> Iterator[Grounds]:
    """A town of so many leads; with `now`, all clocks stand there until they are moved."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        town = opened.enter_context(Town.open(seed=seed, leads=leads, now=now))
        configuration = load(DEFAULT_CONFIG)
        store = Store.open(f"sqlite:///{folder}/bench.db")
        opened.callback(store.close)
        wiring = wire(configuration, store, town.environment, now=town.clock.now)
        store.save_policy(configuration.policy.hash, configuration.document, wiring.now())
        for source in wiring.sources.values():
            opened.callback(source.close)
        yield Grounds(town=town, wiring=wiring)


def by_vendor(requests: Sequence[Entry]) -> Counter[str]:
    return Counter(entry.vendor for entry in requests)
