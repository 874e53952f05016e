"""`python -m tests.day.victim FOLDER NOW`: one sync of a process that is about to be killed."""

import os
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from config.load import load
from flows.tick import new_run, sync_all
from flows.wiring import wire
from store.store import Store
from tests.day.desk import VENDORS
from tests.e2e.town_case import QUICK, unpaced


def main(folder: Path, now: datetime) -> None:
    """Sync all sources once, by the clock `now`, until the end or SIGKILL."""
    with closing(Store.open(f"sqlite:///{folder}/firsttouch.db")) as store:
        loaded = load(folder / "config")
        connections = unpaced({name: QUICK for name in loaded.sources if name in VENDORS})
        wiring = wire(replace(loaded, connections=connections), store, os.environ, now=lambda: now)
        run = new_run()
        store.start_run(run, "sync", now)
        sync_all(wiring, list(wiring.sources), run)
        store.end_run(run, now)


if __name__ == "__main__":
    main(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
