"""How a command ends: exit codes, and errors as one readable message instead of a trace."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

from flows.faults import in_words, steps_to
from leads.errors import ConfigError, ConnectorError, FirsttouchError, RateLimited, StoreError

DONE = 0
DONE_WITH_FAILURES = 1
CONFIGURATION = 2
UNREACHABLE = 3
INTERRUPTED = 130


def exit_code(error: BaseException) -> int:
    """Return the exit code that says what the caller must do about `error`."""
    match error:
        case ConfigError():
            return CONFIGURATION
        case ConnectorError() | StoreError():
            return UNREACHABLE
        case KeyboardInterrupt():
            return INTERRUPTED
        case _:
            return DONE_WITH_FAILURES


def complain(error: FirsttouchError) -> None:
    """Write `error` to stderr, each of its lines marked."""
    for line in str(error).splitlines():
        note(line)


def note(line: str) -> None:
    """Write one line to stderr, marked as ours."""
    print(f"firsttouch: {line}", file=sys.stderr)


def remark(line: str) -> None:
    """Write one line to stderr that is no problem: told apart from those that are."""
    note(f"note: {line}")


def distinct(problems: Iterable[FirsttouchError]) -> list[FirsttouchError]:
    """Leave out what says again that a vendor cannot be asked: every step of a tick met it."""
    first: dict[str, FirsttouchError] = {}
    for problem in problems:
        match problem:
            case RateLimited(connector=connector):
                first.setdefault(f"{connector}: limited", problem)
            case ConnectorError(connector=connector, problem=text):
                first.setdefault(f"{connector}: {text}", problem)
            case _:
                first.setdefault(str(problem), problem)
    return list(first.values())


def stop(error: FirsttouchError) -> NoReturn:
    complain(error)
    raise SystemExit(exit_code(error))


def run_and_exit(command: Callable[[], object]) -> NoReturn:
    """Run `command`; end the process with the code its outcome deserves."""
    try:
        command()
    except FirsttouchError as error:
        stop(error)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except Exception as fault:  # noqa: BLE001  (the one place where a command ends)
        _report(fault)
        raise SystemExit(DONE_WITH_FAILURES) from None
    raise SystemExit(DONE)


def _report(fault: Exception) -> None:
    """Where it happened, and never its text: that may quote somebody's address."""
    note(in_words(fault))
    for line in steps_to(fault):
        note(line)


def code_for(problems: Sequence[FirsttouchError], *, any_done: bool) -> int:
    """Return the code for a command of several parts: some failed in part, or all did."""
    if not problems:
        return DONE
    return DONE_WITH_FAILURES if any_done else max(exit_code(p) for p in problems)
