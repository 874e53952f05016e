"""A Prefect server of the bench's own on SQLite: its processor, its file, and what is in it."""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flows.ports import free_port
from flows.prefect_server import api as prefect_api
from flows.processes import child, must_run

TABLES = ("flow_run", "flow_run_state", "task_run", "task_run_state", "log", "artifact", "events")
_PATIENCE_SECONDS = 240.0
_STILL_SECONDS = 12.0
"""Longer than the server's writers wait before they write what there is."""
_MOMENTS = (
    ("flow_run", "end_time"),
    ("events", "occurred"),
    ("event_resources", "occurred"),
)
"""What the server and our retention go by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One that runs: where it is asked, what it keeps, and the group of its processes."""

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
                for name in TABLES
            }

    def size(self) -> int:
        """Bytes in use: what lies free in the file, and its journal, are no growth."""
        with closing(sqlite3.connect(self.file, timeout=60)) as database:
            pages, free, size = (
                int(database.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("page_count", "freelist_count", "page_size")
            )
        return (pages - free) * size

    def on_disk(self) -> int:
        """Bytes that the file and its journal take."""
        parts = (self.file.with_name(self.file.name + end) for end in ("", "-wal", "-shm"))
        return sum(part.stat().st_size for part in parts if part.exists())

    def settled(self) -> dict[str, int]:
        """Return the rows once nobody writes any more."""
        rows, since = self.rows(), time.monotonic()
        while time.monotonic() - since < _STILL_SECONDS:
            time.sleep(1.0)
            if (now := self.rows()) != rows:
                rows, since = now, time.monotonic()
        return rows


def make_older(file: Path, by: timedelta) -> None:
    """Have all that a server's file holds be from so long before."""
    shift = f"-{by.total_seconds():.0f} seconds"
    with closing(sqlite3.connect(file, timeout=60)) as database:
        for table, column in _MOMENTS:
            earlier = f"strftime('%Y-%m-%d %H:%M:%f000', {column}, ?)"
            text = f"UPDATE {table} SET {column} = {earlier}"  # noqa: S608  (names of our own)
            database.execute(text, (shift,))
        database.commit()


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
