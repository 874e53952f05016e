"""Why a channel did not take a message, from Apprise's log: its own answer is yes or no alone."""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

_LOGGER = logging.getLogger("apprise")
_STATUS = re.compile(r"\berror=([1-5]\d\d)\b")


def keep_to_ourselves() -> None:
    """Apprise logs addresses with their tokens, and what is sent: nobody else is to hear it."""
    _LOGGER.setLevel(logging.WARNING)
    _LOGGER.propagate = False
    if not _LOGGER.handlers:
        _LOGGER.addHandler(logging.NullHandler())


class Overheard(logging.Handler):
    """Keeps the HTTP status that this thread was answered with, and no other word."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread, self._status = threading.get_ident(), ""

    def emit(self, record: logging.LogRecord) -> None:
        found = _STATUS.search(record.getMessage())
        if found and record.thread == self._thread:
            self._status = found[1]

    def told(self) -> str:
        """Say what was answered; empty where nothing of that kind was heard."""
        if not self._status:
            return ""
        known = {str(each.value): each.phrase for each in HTTPStatus}
        return f"it answered {self._status} {known.get(self._status, '')}".rstrip()


@contextmanager
def overheard() -> Iterator[Overheard]:
    """Listen until the block ends."""
    listener = Overheard()
    _LOGGER.addHandler(listener)
    try:
        yield listener
    finally:
        _LOGGER.removeHandler(listener)
