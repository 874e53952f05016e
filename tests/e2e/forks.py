"""
Processes of their own that begin with everything read in: what they are forked off read it once.

What happens to one happens to it alone, as to any other process; only its start costs no seconds.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path

from flows.checkout import CHECKOUT
from flows.cli import main

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.e2e.forks_read"])
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """As subprocess tells it: the code is minus the signal's number where a signal ended it."""

    code: int | None
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """One that was begun; what it has said by now is in two files."""

    process: BaseProcess
    out: Path
    err: Path

    def ended(self, seconds: float = 100) -> Ended:
        """Wait for its end. Raises TimeoutError, when it has killed it."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.kill()
            problem = f"it was still at work after {seconds} s"
            raise TimeoutError(f"{problem}: {self.out.read_text()}{self.err.read_text()}")
        code = self.process.exitcode
        return Ended(code=code, out=self.out.read_text(), err=self.err.read_text())

    def kill(self) -> None:
        self.process.kill()
        self.process.join()


def begin_forked(
    work: Callable[..., object], *words: object, environ: Mapping[str, str], folder: Path
) -> Fork:
    """Let a process with this environment do `work(*words)` in the checkout."""
    name = f"fork-{next(_NUMBERS)}"
    out, err = folder / f"{name}.out", folder / f"{name}.err"
    process = _FORKS.Process(target=_begin, args=(work, words, dict(environ), out, err))
    process.start()
    return Fork(process=process, out=out, err=err)


def run_forked(
    work: Callable[..., object],
    *words: object,
    environ: Mapping[str, str],
    folder: Path,
    seconds: float = 100,
) -> Ended:
    """Begin it and wait for its end."""
    return begin_forked(work, *words, environ=environ, folder=folder).ended(seconds)


def command_line(*words: str) -> None:
    """Be the command line: a `work` to be forked."""
    sys.argv = ["firsttouch", *words]
    main()


def barrier(parties: int) -> Barrier:
    """Where forks, and whoever begins them, wait for each other: one of their `words`."""
    return _FORKS.Barrier(parties)


def _begin(
    work: Callable[..., object],
    words: tuple[object, ...],
    environ: dict[str, str],
    out: Path,
    err: Path,
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(CHECKOUT)
    for stream, file in ((sys.stdout, out), (sys.stderr, err)):
        with file.open("wb") as sink:
            os.dup2(sink.fileno(), stream.fileno())
    work(*words)
