"""
A worker that reads HubSpot without pause, to be forked.

Or, in a checkout of its own, `python -m tests.e2e.pacing_sync STORE CONFIG SECONDS`. What it may
ask for, and through which folder, is as a run on this store has it.
"""

import sys
import time
from pathlib import Path

from flows.wiring import open_wiring


def read_without_pause(store: str, config: Path, seconds: float) -> None:
    with open_wiring(config, store) as wiring:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for _ in wiring.sources["hubspot"].pull(None):
                pass


if __name__ == "__main__":
    read_without_pause(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
