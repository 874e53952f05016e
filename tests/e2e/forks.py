"""
Processes of their own that begin with everything read in: what they are forked off read it once.

What happens to one happens to it alone, as to any other process; only its start costs no seconds.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from flows.wiring import CHECKOUT

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.e2e.forks_read"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """As subprocess tells it: minus the signal's number where a signal ended it."""

    code: int | None
    err: str


def run_forked(
    work: Callable[..., object],
    *words: str,
    environ: Mapping[str, str],
    folder: Path,
    seconds: float = 100,
) -> Ended:
    """Let a process with this environment do `work(*words)` in the checkout; wait for its end."""
    log = folder / "forked.log"
    process = _FORKS.Process(target=_begin, args=(work, words, dict(environ), log))
    process.start()
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutError(f"it was still at work after {seconds} s: {log.read_text()}")
    return Ended(code=process.exitcode, err=log.read_text())


def _begin(
    work: Callable[..., object], words: tuple[str, ...], environ: dict[str, str], log: Path
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(CHECKOUT)
    with log.open("wb") as sink:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(sink.fileno(), stream.fileno())
    work(*words)
