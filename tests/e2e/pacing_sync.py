"""
`python -m tests.e2e.pacing_sync STORE CONFIG SECONDS`: a worker that reads HubSpot without pause.

What it may ask for, and through which folder, is as a run on this store has it.
"""

import sys
import time
from pathlib import Path

from flows.wiring import open_wiring


def main() -> None:
    store, config, seconds = sys.argv[1:]
    with open_wiring(Path(config), store) as wiring:
        ends = time.monotonic() + float(seconds)
        while time.monotonic() < ends:
            for _ in wiring.sources["hubspot"].pull(None):
                pass


if __name__ == "__main__":
    main()
