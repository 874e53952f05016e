"""
`python -m tests.e2e.unleased_sync CONFIG STORE`: every step of a sync, without the lease.

So does a worker whose lease ran out while it was slow, beside the one that took over. It says
"ready", begins when it is told to, and prints the run it was.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flows.decide import decide_waiting, own_rejects
from flows.deliver import deliver_pending
from flows.pull import pull_leads
from flows.tick import first_workloads, new_run
from flows.wiring import Wiring, open_wiring
from leads.keys import RunId


def main() -> None:
    with open_wiring(Path(sys.argv[1]), sys.argv[2]) as wiring:
        run = new_run()
        wiring.store.start_run(run, "sync", wiring.now())
        first_workloads(wiring)
        print("ready", flush=True)  # noqa: T201  (to the test)
        sys.stdin.readline()
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda source: _steps(wiring, source, run), wiring.sources))
        print(run, flush=True)  # noqa: T201  (to the test)


def _steps(wiring: Wiring, source: str, run: RunId) -> None:
    pull_leads(wiring, source, run)
    decide_waiting(wiring, source, run)
    own_rejects(wiring, source, run)
    deliver_pending(wiring, wiring.crm_of(source), run)


if __name__ == "__main__":
    main()
