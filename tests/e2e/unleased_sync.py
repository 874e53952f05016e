"""
Every step of a sync, without the lease, in a process to be forked.

So does a worker whose lease ran out while it was slow, beside the one that took over. It begins
when the others have come as far, and prints the run it was.
"""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

from flows.decide import decide_waiting, own_rejects
from flows.deliver import deliver_pending
from flows.pull import pull_leads
from flows.tick import first_workloads, new_run
from flows.wiring import Wiring, open_wiring
from leads.keys import RunId


def sync_unleased(config: Path, store: str, together: Barrier) -> None:
    with open_wiring(config, store) as wiring:
        run = new_run()
        wiring.store.start_run(run, "sync", wiring.now())
        first_workloads(wiring)
        together.wait()
        with ThreadPoolExecutor() as threads:
            list(threads.map(lambda source: _steps(wiring, source, run), wiring.sources))
        print(run, flush=True)  # noqa: T201  (to the test)


def _steps(wiring: Wiring, source: str, run: RunId) -> None:
    pull_leads(wiring, source, run)
    decide_waiting(wiring, source, run)
    own_rejects(wiring, source, run)
    deliver_pending(wiring, wiring.crm_of(source), run)
