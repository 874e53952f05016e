"""Every step by which a process changes the world or learns of it: counted, named, interrupted."""

import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import RLock
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event

_CALLS = ("accept", "connect", "connect_ex", "recv", "recv_into", "send", "sendall", "sendmsg")
_READS = ("SELECT", "BEGIN", "PRAGMA", "SET TRANSACTION", "SET LOCAL", "SHOW")
_WROTE = "crash_steps_wrote"


@dataclass(slots=True, kw_only=True)
class Steps:
    """
    Intercepts every commit and every call of a socket in this process, right before it is made.

    At the step number `fatal` the calamity `strikes`; nought is never. Before a step is after the
    one before it, so that all of them are every moment at which the world looks different. A
    transaction that only read changes nothing: its commit is no step. `vendors` name the ports;
    `phase` is told by whoever works here.
    """

    fatal: int
    vendors: Mapping[int, str]
    strikes: Callable[[], None]
    phase: str = "start"
    names: list[str] = field(default_factory=list)
    _lock: RLock = field(default_factory=RLock)
    """Entered again by what strikes, where that asks a database."""

    def watch(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)
        for call in _CALLS:
            setattr(socket.socket, call, self._watched(call))

    def begin(self, phase: str) -> None:
        self.phase = phase

    def last(self) -> None:
        """Take the step after all others: the end."""
        self._take("end")

    def _watched(self, call: str) -> Callable[..., Any]:
        made: Callable[..., Any] = getattr(socket.socket, call)

        def watched(each: socket.socket, *args: Any, **more: Any) -> Any:
            # An event loop wakes itself through a pair of sockets: nobody else hears of it.
            if each.family == socket.AF_INET:
                self._take(f"{call} {self._other_end(each, args)}")
            return made(each, *args, **more)

        return watched

    def _other_end(self, each: socket.socket, args: tuple[Any, ...]) -> str:
        try:
            port = each.getpeername()[1]
        except OSError:
            port = args[0][1] if args and isinstance(args[0], tuple) else 0
        return self.vendors.get(port, "caller")

    def _statement(self, connection: Connection, *more: object) -> None:
        statement = str(more[1]).lstrip().upper()
        if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
            self._take("statement")
        elif not statement.startswith(_READS):
            connection.info[_WROTE] = True

    def _commit(self, connection: Connection) -> None:
        if connection.info.pop(_WROTE, False):
            self._take("commit")

    def _take(self, what: str) -> None:
        with self._lock:
            self.names.append(f"{self.phase}: {_place(sys._getframe())}: {what}")
            if len(self.names) == self.fatal:
                self.strikes()


def _place(frame: FrameType | None) -> str:
    """Which function of flows/ was at it."""
    return next(_in_flows(frame), "server")


def _in_flows(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("flows."):
            name = frame.f_code.co_qualname.partition(".<locals>")[0]
            yield f"{module.removeprefix('flows.')}.{name}"
        frame = frame.f_back
