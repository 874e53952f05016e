"""Our side of the day: one wiring at a time, a sync and an aging run at each step."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

from config.load import load
from flows.aging import age
from flows.in_force import put_in_force
from flows.notices import tell_pending
from flows.tick import Tick, new_run, sync_all
from flows.watching.watch import tell, watch
from flows.wiring import DEFAULT_CONFIG, Wiring, wire
from leads.keys import RunId
from sandbox.town import Town
from store.alert_rows import Alert
from store.store import Store
from tests.e2e.town_case import QUICK, unpaced

ZONE = "Europe/Madrid"
VENDORS = ("salesforce", "hubspot", "meta_ads", "google_ads", "linkedin_ads")


@dataclass(slots=True, kw_only=True)
class Desk:
    """`runs` are those of the day; `alerts` what was opened or closed, in order."""

    town: Town
    store: Store
    folder: Path
    wiring: Wiring
    runs: list[RunId] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)

    @property
    def config(self) -> Path:
        return self.folder / "config"

    def step(self) -> list[Tick]:
        """Sync all sources once, watch, tell, and look at the clocks."""
        run = self._run("sync")
        ticks = sync_all(self.wiring, list(self.wiring.sources), run)
        tell_pending(self.wiring)
        self.alerts += tell(self.wiring, watch(self.wiring, ticks))
        self.store.end_run(run, self.wiring.now())
        self.failed |= {tick.source for tick in ticks if tick.failed}
        run = self._run("aging")
        age(self.wiring, run)
        self.store.end_run(run, self.wiring.now())
        return ticks

    def reload(self) -> None:
        """Take the configuration as its files are now, as the next sync of `serve` does."""
        for source in self.wiring.sources.values():
            source.close()
        self.wiring = connect(self.town, self.store, self.config)

    def close(self) -> None:
        """Close our side and the vendors."""
        for source in self.wiring.sources.values():
            source.close()
        self.store.close()
        self.town.close()

    def _run(self, kind: str) -> RunId:
        run = new_run()
        self.store.start_run(run, kind, self.wiring.now())
        self.runs.append(run)
        return run


def connect(town: Town, store: Store, config: Path) -> Wiring:
    """Answer our side on the town's clock; the configuration is in force from now."""
    configuration = load(config)
    connections = unpaced({name: QUICK for name in configuration.sources if name in VENDORS})
    configuration = replace(configuration, connections=connections)
    put_in_force(store, configuration, config, town.clock.now())
    return wire(configuration, store, town.environment, now=town.clock.now)


def begin(town: Town, folder: Path) -> Desk:
    """Make the folder, with the example's configuration and an empty store."""
    folder.mkdir(parents=True, exist_ok=True)
    config = Path(shutil.copytree(DEFAULT_CONFIG, folder / "config"))
    (config / "zone.yaml").write_text(f"timezone: {ZONE}  # so the report has the story's times\n")
    store = Store.open(f"sqlite:///{folder}/firsttouch.db")
    return Desk(town=town, store=store, folder=folder, wiring=connect(town, store, config))
