"""`firsttouch demo` while pictures are taken of it: what it prints, and Prefect's pages."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from flows.checkout import CHECKOUT
from flows.ports import free_port
from tests.pictures.terminal import WIDTH

_PATIENCE = 600.0
_PORT = 4200
_ADDRESS = re.compile(r"Prefect UI\s+(http://\S+)")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_GIVEN = "→"


class Demo:
    """A demo that runs; a thread keeps what it prints."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process, self._printed = process, list[str]()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._printed.append(line.rstrip("\n"))

    @property
    def prefect(self) -> str:
        """Answer the address of Prefect's pages."""
        plain = (_COLOURS.sub("", line) for line in [*self._printed])
        found = next(filter(None, map(_ADDRESS.search, plain)), None)
        if found is None:
            raise AssertionError("the demo has not said where Prefect's pages are")
        return found[1]

    def wait_for(self, given: int) -> None:
        """Wait until so many leads have their owner, and a page of Prefect's says so."""
        deadline = time.monotonic() + _PATIENCE
        while self._given() < given or self.page_of_a_sync() is None:
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = "\n".join(self._printed[-10:])
                raise AssertionError(f"the demo gave {self._given()} of {given} leads:\n{tail}")
            time.sleep(0.5)

    def lines(self, given: int) -> Sequence[str]:
        """Answer what it printed up to so many leads; of all sources, as they came."""
        told = [line for line in self._printed if _GIVEN not in line]
        leads = [line for line in self._printed if _GIVEN in line]
        step = max(1, len(leads) // given)
        return [*told, *leads[::step][:given]]

    def _given(self) -> int:
        return sum(_GIVEN in line for line in [*self._printed])

    def page_of_a_sync(self) -> str | None:
        """Find the page of the latest sync that gave somebody a lead."""
        wanted = {"artifacts": {"key": {"any_": ["sync"]}}, "sort": "CREATED_DESC", "limit": 200}
        answer = httpx.post(f"{self.prefect}/api/artifacts/filter", json=wanted, timeout=60)
        pages = [e for e in answer.raise_for_status().json() if "## Who got what" in e["data"]]
        return str(pages[0]["id"]) if pages else None


@contextmanager
def demo() -> Iterator[Demo]:
    """Start one, in colours, and end it as Ctrl-C does."""
    command = [sys.executable, "-m", "flows.cli", "demo", "--port", str(free_port(_PORT))]
    colours = {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env={**os.environ, **colours},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Demo(process)
        finally:
            process.terminate()
