"""A receiver in a process to be forked, which is killed without warning."""

import os
import time

from flows.receiver import receiving
from flows.wiring import open_wiring


def receive() -> None:
    """Say where it listens, and do until it is killed."""
    with open_wiring() as wiring, receiving(wiring, port=0, environ=os.environ) as address:
        print(address, flush=True)  # noqa: T201  (to the test)
        time.sleep(600)
