"""The sandbox vendors as a process of their own, reached over HTTP like any vendor."""

import json
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from flows.processes import child
from leads.errors import StoreError

FURTHER = ("pipedrive",)
"""Vendors that the sandbox has where it is asked for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """Where the sandbox vendors listen, and the environment that points our connectors at them."""

    addresses: Mapping[str, str]
    environment: Mapping[str, str]


@contextmanager
def sandbox(
    *,
    seed: int,
    leads: int,
    live: float = 0.0,
    deliver_to: str = "",
    also: Collection[str] = (),
) -> Iterator[Sandbox]:
    """
    Run the sandbox until the block ends. `live` is how many leads arrive a minute.

    A receiver at `deliver_to` gets a webhook for each of those. `also`: vendors beside the five.
    """
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--seed",
        str(seed),
        "--leads",
        str(leads),
        "--until-eof",
    ]
    command += [word for vendor in also for word in ("--also", vendor)]
    if live:
        command += ["--live", str(live)]
    else:  # one cycle ends before HubSpot's search would show what it wrote
        command += ["--search-lag", "0"]
    if deliver_to:
        command += ["--deliver-to", deliver_to]
    with child(command, environ=os.environ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise StoreError("The sandbox vendors did not start: a port may be taken. Try again.")
        told = json.loads(line)
        yield Sandbox(addresses=told["addresses"], environment=told["environment"])
