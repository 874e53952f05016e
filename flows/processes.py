"""Processes that run until they are told to end, and the demo's children, which we end."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from leads.errors import StoreError

PATIENCE_SECONDS = 10.0


def stop_when_told() -> None:
    """
    Make SIGINT, SIGTERM and SIGHUP all mean Ctrl-C.

    Even SIGINT must be asked for: a shell that starts us in the background has it ignored.
    """
    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, signal.default_int_handler)


@contextmanager
def child(
    command: Sequence[str], *, environ: Mapping[str, str], log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """
    Run `command` in a session of its own until the block ends; then it and its children end.

    Its output goes to `log`, or to the caller's pipe when there is none. A session of its own
    keeps a Ctrl-C for us: we end the children in order, and none of them prints a trace.
    """
    with open(log or os.devnull, "w", encoding="utf-8") as sink:  # noqa: PTH123 - devnull or a path
        process = subprocess.Popen(  # noqa: S603 - our own command lines
            command,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=sink if log else subprocess.PIPE,
            stderr=sink,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Ask the process's group to stop, wait, then insist."""
    for ask in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if not _signal_group(process, ask):
            break
        try:
            process.wait(PATIENCE_SECONDS)
            break
        except subprocess.TimeoutExpired:
            continue
    _signal_group(process, signal.SIGKILL)  # a grandchild that outlived its parent
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def _signal_group(process: subprocess.Popen[str], ask: signal.Signals) -> bool:
    try:
        os.killpg(process.pid, ask)
    except ProcessLookupError:
        return False
    return True


def must_run(process: subprocess.Popen[str], what: str, log: Path | None) -> None:
    """Raise StoreError when `process` has ended though it is needed."""
    if process.poll() is not None:
        where = f" Its output is in {log}." if log else ""
        raise StoreError(f"{what} ended with code {process.returncode}.{where}")
