"""
Killed at any of its steps, a day's work is whole after a restart; on SQLite and on PostgreSQL.

The steps are those that a process was seen to take: each commit, each call of a socket. Some of
them are tried here, others tomorrow: FIRSTTOUCH_CRASH_POINTS says how many, and `all` is every one.
A busy machine tries fewer: those that are begun within half a minute, and four at least.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest

from flows.wiring import CHECKOUT
from tests.postgres import administrator, database_at

POINTS = os.environ.get("FIRSTTOUCH_CRASH_POINTS", "12")
_SECONDS, _FEWEST = 30.0, 4
_IN_MEMORY = Path("/dev/shm")
_MAY_BE_MISSED = 0.05
"""Of the points: which answer came in how many pieces is not the same each day."""


class Trials:
    """A process that forks a day's work, kills it, restarts it, and says what is wrong then."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, number: int) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the trial of step {number} ended without a word"
        told: dict[str, Any] = json.loads(line)
        return told


@contextmanager
def trials(url: str, folder: Path) -> Iterator[Trials]:
    command = [sys.executable, "-m", "tests.e2e.crash_trial", url, str(folder)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Trials(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where an empty store may be made; a file is kept in memory, as no kill loses a file."""
    if request.param == "sqlite":
        place = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else None
        with TemporaryDirectory(dir=place, prefix="firsttouch-") as folder:
            yield f"sqlite:///{folder}/store.db"
        return
    server, name = request.getfixturevalue("postgres_url"), f"crash_{uuid4().hex}"
    with administrator(server) as command:
        command(f"CREATE DATABASE {name}")
    yield database_at(server, name)


@pytest.mark.timeout(6 * 3600 if POINTS == "all" else 300)
def test_a_day_killed_at_any_step_is_whole_after_a_restart(url, tmp_path, record_property):
    with trials(url, tmp_path) as process:
        unharmed = process.ask(0)
        names, leads = unharmed["names"], unharmed["leads"]
        assert unharmed["violations"] == []
        ends = dict(_ends(process, chosen(names, url)))
    wrong = {f"{n} {names[n - 1]}": end["violations"] for n, end in ends.items()}
    wrong = {step: found for step, found in wrong.items() if found}
    missed = [number for number, end in ends.items() if end["names"] and number < len(names)]
    total = sum(map(len, wrong.values()))
    record_property(
        "figure",
        f"crash matrix, {url.partition(':')[0].partition('+')[0]}: killed at {len(ends)} of "
        f"{len(names)} steps of {len(set(names))} kinds, {leads} leads each time: "
        f"{total} violations",
    )
    assert wrong == {}
    assert len(missed) <= _MAY_BE_MISSED * len(ends)


def _ends(process: Trials, numbers: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    over = time.monotonic() + _SECONDS
    for done, number in enumerate(numbers):
        if POINTS == "all" or done < _FEWEST or time.monotonic() < over:
            yield number, process.ask(number)


def chosen(names: Sequence[str], url: str) -> list[int]:
    """The numbers of the steps to die at: of as many kinds as there are, other ones each day."""
    if POINTS == "all":
        return list(range(1, len(names) + 1))
    kinds: dict[str, list[int]] = {}
    for number, name in enumerate(names, 1):
        kinds.setdefault(name, []).append(number)
    points, today = int(POINTS), datetime.now(UTC).date().toordinal()
    rounds = -(-len(kinds) // points)
    begin = (today + url.startswith("sqlite")) % rounds
    steps = [each[today // rounds % len(each)] for each in list(kinds.values())[begin::rounds]]
    return Random(today).sample(steps, len(steps))  # so that the first few are from everywhere
