"""`python -m sandbox.pipedrive`: a make-believe Pipedrive on loopback until Ctrl-C."""

import argparse
import json
import signal
import sys
import threading
from datetime import UTC, datetime

from sandbox.app import new_ground
from sandbox.pipedrive.account import PipedriveAccount
from sandbox.pipedrive.app import TOKEN, pipedrive_app
from sandbox.pipedrive.hooks import WEBHOOK_PASSWORD
from sandbox.pipedrive.world import furnish
from sandbox.serve import serve
from sandbox.world.build import FEWEST, build_world


def main() -> int:
    """Serve; answer the exit code: 0 when told to stop, 3 when the port is taken."""
    asked = _arguments()
    stop = threading.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda _signal, _frame: stop.set())
    account = PipedriveAccount(new_ground("pipedrive", seed=asked.seed))
    account.limits.budget = 1_000_000
    world = build_world(asked.seed, leads=max(FEWEST, asked.leads), now=datetime.now(UTC))
    nobodys = furnish(account, world)
    try:
        served = serve(pipedrive_app(account), port=asked.port)
    except OSError as error:
        sys.stderr.write(f"sandbox: port {asked.port}: {error.strerror}; choose another --port\n")
        return 3
    environment = {
        "FIRSTTOUCH_PIPEDRIVE_BASE_URL": served.address,
        "FIRSTTOUCH_PIPEDRIVE_TOKEN": TOKEN,
        "FIRSTTOUCH_PIPEDRIVE_WEBHOOK_PASSWORD": WEBHOOK_PASSWORD,
    }
    ready = {"address": served.address, "environment": environment, "nobodys": nobodys}
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    stop.wait()
    served.close()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.pipedrive",
        description=(
            "Pipedrive as a make-believe vendor on loopback, until Ctrl-C. Prints its address, the "
            "environment that points Firsttouch at it, and how many leads are nobody's yet."
        ),
    )
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same world")
    parser.add_argument("--leads", type=int, default=200, help="of the world they are taken from")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
