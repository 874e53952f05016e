"""
The command line, in a process that is killed without warning.

It dies within the function STEP: at the N-th commit there, before the database has it, or at the
N-th piece sent to Salesforce or HubSpot, before it leaves; whichever are counted together. Nothing
of ours is replaced: SQLAlchemy and the interpreter tell us of both.
"""

import os
import signal
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from threading import Lock
from types import FrameType

from sqlalchemy import Engine, event

from tests.e2e.forks import command_line, run_forked


def killed(
    step: str, number: object, *words: object, environ: Mapping[str, str], folder: Path
) -> None:
    """Run `firsttouch WORDS` until it is killed at that step; the environment is added to ours."""
    ended = run_forked(
        _until_killed,
        *map(str, (step, number, *words)),
        environ={**os.environ, **environ},
        folder=folder,
    )
    assert ended.code == -signal.SIGKILL, f"it never came to {step} {number}: {ended.err}"


def _until_killed(step: str, number: str, *words: str) -> None:
    _die_in(step, int(number))
    command_line(*words)


def _die_in(step: str, number: int) -> None:
    numbers, lock = count(1), Lock()

    def seen(*_: object) -> None:
        if not _is_within(step, sys._getframe()):
            return
        with lock:
            if next(numbers) == number:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "commit", seen)
    sys.addaudithook(lambda name, _: seen() if name == "http.client.send" else None)


def _is_within(step: str, frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name == step:
            return True
        frame = frame.f_back
    return False
