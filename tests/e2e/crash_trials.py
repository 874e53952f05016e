"""Asking for trials: what happens to a day's work when something happens at one of its steps."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from flows.checkout import CHECKOUT
from tests.e2e.crash_calamities import Calamity
from tests.postgres import administrator, database_at, postgres

_IN_MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """A process that forks a day's work, lets it happen, restarts, and says what is wrong then."""

    process: subprocess.Popen[str]
    data: Path | None

    def ask(
        self, number: int, calamity: Calamity = Calamity.KILLED, *, work: str = "day"
    ) -> dict[str, Any]:
        """Step nought never comes: the answer is that of a day unharmed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        asked = {"number": number, "calamity": calamity, "data": str(self.data or ""), "work": work}
        self.process.stdin.write(f"{json.dumps(asked)}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the trial of step {number} ended without a word"
        told: dict[str, Any] = json.loads(line)
        return told


@contextmanager
def trials(database: str, folder: Path) -> Iterator[Trials]:
    """On a database of their own; a file is kept in memory, as no kill loses a file."""
    place = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
    with TemporaryDirectory(dir=place, prefix="firsttouch-") as kept:
        if database == "sqlite":
            with _forking(f"sqlite:///{kept}/store.db", folder) as process:
                yield Trials(process=process, data=None)
            return
    with TemporaryDirectory(prefix="firsttouch-pg-") as kept, postgres(Path(kept)) as server:
        name = f"crash_{uuid4().hex}"
        with administrator(server) as command:
            command(f"CREATE DATABASE {name}")
        with _forking(database_at(server, name), folder) as process:
            yield Trials(process=process, data=Path(kept) / "data")


@contextmanager
def _forking(url: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.e2e.crash_trial", url, str(folder)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
