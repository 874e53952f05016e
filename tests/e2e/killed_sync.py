"""
`python -m tests.e2e.killed_sync STEP N sync ...`: the command line, killed without warning.

It dies within the function STEP: at the N-th commit there, before the database has it, or at the
N-th piece sent to Salesforce or HubSpot, before it leaves; whichever are counted together. Nothing
of ours is replaced: SQLAlchemy and the interpreter tell us of both.
"""

import os
import signal
import sys
from itertools import count
from threading import Lock
from types import FrameType

from sqlalchemy import Engine, event

from flows.cli import main


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


if __name__ == "__main__":
    _die_in(sys.argv[1], int(sys.argv[2]))
    sys.argv[1:] = sys.argv[3:]
    main()
