"""`python -m sandbox`: the vendors on loopback until Ctrl-C, for any client that wants them."""

import argparse
import json
import math
import os
import shlex
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from sandbox.town import ALSO, SERVED, PortTaken, Town
from sandbox.world.build import FEWEST

_UNREACHABLE = 3
_LAST_BASE = 65536 - len((*SERVED, *ALSO))


def main() -> int:
    """Serve; answer the exit code: 0 when told to stop, 3 when a port is taken."""
    asked = _arguments()
    stop = threading.Event()

    def told(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, told)
    signal.signal(signal.SIGTERM, told)
    base = asked.port_base
    ports = {vendor: base + n for n, vendor in enumerate((*SERVED, *ALSO))} if base else None
    try:
        town = Town.open(asked.seed, asked.leads, ports=ports, also=asked.also)
    except PortTaken as taken:
        sys.stderr.write(f"sandbox: {taken}; choose another --port-base\n")
        return _UNREACHABLE
    if asked.until_eof:
        threading.Thread(target=_wait_for_eof, args=(stop,), daemon=True).start()
    town.vendors.hubspot.search_lag = asked.search_lag
    with town:
        if asked.deliver_to:
            town.delivering(asked.deliver_to, hurry=asked.hurry)
        if asked.live:
            town.living(asked.live)
        if asked.env:
            _write_exports(asked.env, town.environment)
        ready = {"addresses": town.addresses, "environment": town.environment}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description=(
            "Salesforce, HubSpot, Meta Lead Ads, Google Ads and LinkedIn as make-believe vendors "
            "on loopback, until Ctrl-C. Prints their addresses, and the environment that points "
            "Firsttouch at them, as one JSON object."
        ),
    )
    parser.add_argument(
        "--also", action="append", default=[], choices=ALSO, help="have this vendor too"
    )
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same world")
    parser.add_argument("--leads", type=_leads, default=200, help="how many wait (at least 60)")
    parser.add_argument(
        "--port-base", type=_port, default=0, help="the first of a row of ports; 0: any free ones"
    )
    parser.add_argument(
        "--live", type=_rate, default=0.0, metavar="RATE", help="new leads a minute; 0: none"
    )
    parser.add_argument(
        "--search-lag",
        type=_lag,
        default=5.0,
        metavar="SECONDS",
        help="until HubSpot's search shows a change; the vendor's own is seconds to minutes",
    )
    parser.add_argument(
        "--deliver-to", default="", metavar="URL", help="call this receiver back for each new lead"
    )
    parser.add_argument(
        "--hurry", type=_hurry, default=60.0, help="by how much a webhook's repetitions come sooner"
    )
    parser.add_argument(
        "--env",
        type=Path,
        metavar="FILE",
        help="also write that environment to FILE; in another terminal: . FILE",
    )
    parser.add_argument(
        "--until-eof", action="store_true", help="also stop when standard input ends"
    )
    return parser.parse_args()


def _write_exports(file: Path, environment: Mapping[str, str]) -> None:
    """Write a line for a shell to read each; whole or not at all, as somebody may wait for it."""
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in environment.items()]
    draft = file.with_name(f"{file.name}.part")
    draft.touch(mode=0o600)
    draft.write_text("".join(lines))
    draft.replace(file)


def _wait_for_eof(stop: threading.Event) -> None:
    # Not sys.stdin: a thread that waits inside its buffer makes the interpreter's exit fail.
    while os.read(0, 4096):
        pass
    stop.set()


def _leads(text: str) -> int:
    count = int(text)
    if count < FEWEST:
        raise argparse.ArgumentTypeError(f"{count} is too small a world: {FEWEST} or more")
    return count


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= _LAST_BASE:
        raise argparse.ArgumentTypeError(f"{port} is not a port from 0 to {_LAST_BASE}")
    return port


def _rate(text: str) -> float:
    rate = float(text)
    if not 0 <= rate < math.inf:
        raise argparse.ArgumentTypeError(f"{rate} leads a minute cannot be: 0 or more")
    return rate


def _hurry(text: str) -> float:
    hurry = float(text)
    if not 0 < hurry < math.inf:
        raise argparse.ArgumentTypeError(f"{hurry} times sooner cannot be: more than 0")
    return hurry


def _lag(text: str) -> float:
    lag = float(text)
    if not 0 <= lag < math.inf:
        raise argparse.ArgumentTypeError(f"{lag} seconds cannot be: 0 or more")
    return lag


if __name__ == "__main__":
    sys.exit(main())
