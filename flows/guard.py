"""
`python -m flows.guard COMMAND...`: run a command for as long as whoever started us lives.

Our standard input is a pipe that the starter holds. When it ends, the starter is gone, however it
went: then the command is told to stop. Nothing outlives a killed demo and keeps its ports.
"""

import os
import signal
import subprocess
import sys
import threading

_PATIENCE_SECONDS = 10.0


def main() -> int:
    """Return the command's exit code."""
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603  (ours)
    # A signal for the group is the command's to answer; we go when it has gone. Only now, as a
    # signal ignored before would stay ignored in the command.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_stop_at_eof, args=(command,), daemon=True).start()
    return command.wait()


def _stop_at_eof(command: subprocess.Popen[bytes]) -> None:
    # Not sys.stdin: a thread that waits inside its buffer makes the interpreter's exit fail.
    while os.read(0, 4096):
        pass
    command.terminate()
    try:
        command.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        command.kill()


if __name__ == "__main__":
    sys.exit(main())
