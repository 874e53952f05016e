"""
What the sync's runs cost Prefect: its server's processor, its SQLite file, and what is given back.

The real flow runs against the sandbox's vendors on a server of its own, one run after the other as
fast as they go; a day has 1,440. Rows and bytes are those of the server's file once they stand
still. What a run costs does not hang on how many there were (an index grows by its logarithm), so
that a day is so many times one run.
"""

import argparse
import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.ports import free_port
from flows.prefect_server import api as prefect_api
from flows.prefect_server.room import give_room_back
from flows.prefect_server.runs import forget_runs
from flows.prefect_server.settings import shipped
from flows.processes import child, must_run
from flows.sync import sync
from flows.wiring import CONFIG_VARIABLE, DEFAULT_CONFIG, STORE_VARIABLE, utc_now
from sandbox.town import Town

A_DAY = 1_440
_LEADS = 60
_RUNS = 60
_PATIENCE_SECONDS = 240.0
_STILL_SECONDS = 12.0
"""Longer than the server's writers wait before they write what there is."""
_TABLES = ("flow_run", "flow_run_state", "task_run", "task_run_state", "log", "artifact", "events")
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A Prefect server of ours; `ticks` is what its processor spent."""

    api: str
    file: Path
    process: int

    def seconds(self) -> float:
        """Return its processor's seconds until now, its children's too."""
        total = 0.0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == self.process:  # its process group
                total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    def rows(self) -> dict[str, int]:
        with closing(sqlite3.connect(self.file, timeout=60)) as database:
            return {
                name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
                for name in _TABLES
            }

    def size(self) -> int:
        """Bytes in use: what lies free in the file, and its journal, are no growth."""
        with closing(sqlite3.connect(self.file, timeout=60)) as database:
            pages, free, size = (
                int(database.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("page_count", "freelist_count", "page_size")
            )
        return (pages - free) * size

    def settled(self) -> dict[str, int]:
        """Return the rows once nobody writes any more."""
        rows, since = self.rows(), time.monotonic()
        while time.monotonic() - since < _STILL_SECONDS:
            time.sleep(1.0)
            if (now := self.rows()) != rows:
                rows, since = now, time.monotonic()
        return rows


@contextmanager
def server(folder: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """Start one with these settings, in a folder where no prefect.toml adds others."""
    port = free_port(4_800)
    api = f"http://127.0.0.1:{port}/api"
    environ = {
        **os.environ,
        **settings,
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_API_URL": api,
    }
    log = folder / "server.log"
    os.chdir(folder)
    with child([sys.executable, "-m", "prefect", "server", "start"], environ=environ, log=log) as p:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not prefect_api.is_answering(api):
            must_run(p, "The Prefect server", log)
            if time.monotonic() > deadline:
                raise TimeoutError(f"no Prefect server in {_PATIENCE_SECONDS:.0f} s")
            time.sleep(0.5)
        yield Server(api=api, file=folder / "prefect.db", process=p.pid)


def measure(at: Server, runs: int) -> None:
    """Print what so many runs cost, then what is left when they are forgotten."""
    asyncio.run(_sync(1))  # the first one makes what the others share
    rows, size, seconds = at.settled(), at.size(), at.seconds()
    began = time.monotonic()
    asyncio.run(_sync(runs))
    wall = time.monotonic() - began
    after = at.settled()
    spent = at.seconds() - seconds
    grown = at.size() - size
    each = ", ".join(f"{(after[name] - rows[name]) / runs:.1f} {name}" for name in _TABLES)
    print(f"{runs} runs of the sync, {wall / runs:.2f} s each with the vendors' answers")
    print(
        f"the server's processor: {spent / runs:.3f} s a run, {spent / runs / 60:.1%} of a minute"
    )
    print(f"its database: {grown / runs / 1024:.1f} KB a run: {each}")
    print(f"a day of {A_DAY:,}: {grown / runs * A_DAY / _MB:.0f} MB (so many times one run)")
    _forget(at)


def _forget(at: Server) -> None:
    before, began = at.file.stat().st_size, time.monotonic()
    forgotten = asyncio.run(_forget_all())
    seconds = time.monotonic() - began
    at.settled()
    with prefect_api.logged_in(at.api, None) as client:
        told = give_room_back(client)
    print(f"forgotten: {forgotten} runs in {seconds:.1f} s; {told or 'nothing to give back'}")
    left = at.rows()
    print(f"left of {before / _MB:.1f} MB: {at.size() / _MB:.1f} MB; {left}")


async def _sync(runs: int) -> None:
    for _ in range(runs):
        await sync(return_state=True)


async def _forget_all() -> int:
    async with get_client() as client:
        return await forget_runs(client, "sync", utc_now() + timedelta(minutes=1))


def main() -> int:
    """Measure with the settings we ship, or with Prefect's own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=_RUNS)
    parser.add_argument("--plain", action="store_true", help="Prefect's own settings")
    asked = parser.parse_args()
    with TemporaryDirectory() as text, Town.open(seed=7, leads=_LEADS) as town:
        folder = Path(text)
        os.environ.update(town.environment)
        os.environ[CONFIG_VARIABLE] = str(DEFAULT_CONFIG)
        os.environ[STORE_VARIABLE] = f"sqlite:///{folder}/firsttouch.db"
        settings = {} if asked.plain else shipped()
        with (
            server(folder, settings) as started,
            temporary_settings({PREFECT_API_URL: started.api}),
        ):
            measure(started, asked.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
