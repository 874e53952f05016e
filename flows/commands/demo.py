"""`firsttouch demo`: everything, on sandbox vendors."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TypeVar

from rich.console import Console

from config.load import load
from flows.checkout import CHECKOUT
from flows.commands.sync import sync_once
from flows.fitting import must_fit
from flows.in_force import Stance
from flows.live import follow
from flows.ports import free_port
from flows.prefect_server import api as prefect_api
from flows.prefect_server.settings import shipped
from flows.processes import child, must_run, stop_when_told
from flows.sandbox_process import FURTHER, Sandbox, sandbox
from flows.scratch import scratch_copy
from flows.webhooks import PUBLIC_URL
from flows.which_store import STORE_VARIABLE
from flows.wide_console import wide_console
from flows.wiring import CONFIG_VARIABLE, config_folder, open_wiring
from leads.errors import StoreError

LEADS_A_MINUTE = 6.0
WEBHOOKS_PORT = 8080
PATIENCE_SECONDS = 90.0  # a first start of Prefect makes its database
T = TypeVar("T")
GUARD = (sys.executable, "-m", "flows.guard")
FOLDER = CHECKOUT / "var" / "demo"
KEPT = CHECKOUT / "var" / "demo-once.db"
EVER = datetime(2000, 1, 1, tzinfo=UTC)


def run_once(config: Path | None, *, leads: int, seed: int, as_json: bool) -> None:
    """One full cycle on an empty store, which stays: pull, decide, deliver, print the ledger."""
    also = _also(config)
    with TemporaryDirectory() as folder, sandbox(seed=seed, leads=leads, also=also) as vendors:
        environ, store = {**os.environ, **vendors.environment}, f"sqlite:///{folder}/demo.db"
        must_fit(config, environ)
        with open_wiring(config, store, environ, stance=Stance.PUTS) as wiring:
            ticks = sync_once(wiring, None, as_json=as_json)
            example = next(iter(wiring.store.decided_leads(EVER, wiring.now())), None)
        if not as_json:
            _keep(store)
    if not as_json and example is not None:
        print(
            f"\nThe store stays, to be asked:\n\n    export FIRSTTOUCH_STORE=sqlite:///{KEPT}\n"
            f"    firsttouch explain {example.lead.key}\n"
        )
    raise SystemExit(1 if any(tick.problems for tick in ticks) else 0)


def _also(config: Path | None) -> list[str]:
    """Answer which of the sandbox's further vendors the configuration reads."""
    return [vendor for vendor in FURTHER if vendor in load(config_folder(config)).sources]


def _keep(store: str) -> None:
    """Put a copy where it can be asked, whole, whoever else runs the demo at the time."""
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=KEPT.parent) as folder:
        copy = scratch_copy(store, Path(folder))
        Path(copy.removeprefix("sqlite:///")).replace(KEPT)


def run_live(config: Path | None, *, leads: int, seed: int, port: int) -> None:
    """Sandbox, Prefect server and schedules, with a line for each lead, until Ctrl-C."""
    console = wide_console()
    stop_when_told()
    with ExitStack() as running:
        running.enter_context(_only_one())
        rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        console.print("Starting the sandbox vendors and Prefect; the first time takes a while ...")
        hooks = free_port(WEBHOOKS_PORT)
        vendors = running.enter_context(
            sandbox(
                seed=seed,
                leads=leads,
                live=LEADS_A_MINUTE,
                deliver_to=f"http://127.0.0.1:{hooks}",
                also=_also(config),
            )
        )
        environ = _environ(vendors, config, free_port(port))
        must_fit(config, environ)
        running.enter_context(_prefect_server(environ))
        running.enter_context(_schedules(environ, hooks))
        _announce(console, vendors, environ, hooks)
        try:
            with open_wiring(
                config, environ[STORE_VARIABLE], environ, stance=Stance.PUTS
            ) as wiring:
                follow(wiring, console)
        except KeyboardInterrupt:
            console.print("\nStopping ...")
    console.print("Everything the demo started has ended.")


@contextmanager
def _only_one() -> Iterator[None]:
    """Hold the demo's folder. Raises StoreError when another demo does; a killed one does not."""
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with FOLDER.with_suffix(".lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(
                f"A demo is running in this checkout already ({FOLDER}): stop it with Ctrl-C first."
            ) from None
        yield


def _environ(vendors: Sandbox, config: Path | None, port: int) -> dict[str, str]:
    """Return the environment of the demo's processes; Prefect keeps its files under var/demo."""
    return {
        **os.environ,
        **shipped(),
        **vendors.environment,
        PUBLIC_URL: "",  # the sandbox calls the loopback address, and signs it
        CONFIG_VARIABLE: str(config_folder(config).resolve()),
        STORE_VARIABLE: f"sqlite:///{FOLDER}/firsttouch.db",
        "PREFECT_HOME": str(FOLDER / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def _prefect_server(environ: Mapping[str, str]) -> Iterator[None]:
    log = FOLDER / "prefect-server.log"
    command = [*GUARD, sys.executable, "-m", "prefect", "server", "start"]
    api = environ["PREFECT_API_URL"]
    with child(command, environ=environ, log=log) as process:
        _wait_until(lambda: prefect_api.is_answering(api), process, "The Prefect server", log)
        yield


@contextmanager
def _schedules(environ: Mapping[str, str], port: int) -> Iterator[None]:
    command = [*GUARD, sys.executable, "-m", "flows.cli", "serve", "--port", str(port)]
    log = FOLDER / "schedules.log"
    api = environ["PREFECT_API_URL"]
    with child(command, environ=environ, log=log) as process:
        found = _wait_until(lambda: prefect_api.deployment_id(api), process, "The schedules", log)
        # Nobody wants to wait for the next full minute; a server that has just begun is slow.
        _wait_until(lambda: prefect_api.run_now(api, found), process, "The first sync", log)
        yield


def _wait_until(
    ready: Callable[[], T | None], process: subprocess.Popen[str], what: str, log: Path
) -> T:
    """Ask `ready` until it answers. Raises StoreError when `process` ends or takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := ready()):
        must_run(process, what, log)
        if time.monotonic() > deadline:
            raise StoreError(f"{what} did not start in {PATIENCE_SECONDS:.0f} s. See {log}.")
        time.sleep(0.2)
    return answer


def _announce(console: Console, vendors: Sandbox, environ: Mapping[str, str], port: int) -> None:
    ui = environ["PREFECT_API_URL"].removesuffix("/api")
    console.print(f"\n  Prefect UI    {ui}")
    for name, address in sorted(vendors.addresses.items()):
        console.print(f"  {name:<12}  {address}   its leads")
    console.print(f"  webhooks      http://127.0.0.1:{port}/webhooks/   see docs/webhook.md")
    console.print("\nReady. New leads arrive all the time; Ctrl-C ends everything.\n")
