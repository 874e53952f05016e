"""A line to PostgreSQL that goes dark or silent: nobody closes anything, and nothing arrives."""

import ctypes
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import URL, make_url

_SO_ATTACH_FILTER = 26
_NOTHING_PASSES = 0x06  # BPF: return 0, keep no byte of any packet
_PIECE = 65_536


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("jt", ctypes.c_ubyte),
        ("jf", ctypes.c_ubyte),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.POINTER(_Instruction)))


@dataclass(slots=True)
class Line:
    """
    Forwards a TCP port to the server's Unix socket, until it is dark.

    Then the kernel drops every packet that comes for its sockets before it acknowledges it, as a
    machine does that has lost its power: whoever waits at the other end hears nothing more.
    """

    listener: socket.socket
    server: str
    ends: list[socket.socket] = field(default_factory=list)
    lines: list[socket.socket] = field(default_factory=list)
    is_silent: threading.Event = field(default_factory=threading.Event)

    def go_dark(self) -> None:
        """All lines that there are by now; later ones are of another machine."""
        code = (_Instruction * 1)(_Instruction(_NOTHING_PASSES, 0, 0, 0))
        for each in self.lines:
            each.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, bytes(_Program(1, code)))
        self.lines.clear()

    def accept(self) -> None:
        with suppress(OSError):  # until it is closed
            while True:
                near, _ = self.listener.accept()
                far = socket.socket(socket.AF_UNIX)
                self.ends += [near, far]
                self.lines.append(near)
                far.connect(self.server)
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._forward, args=pair, daemon=True).start()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        """While it is silent TCP still acknowledges, as by a pooler that has no server to spare."""
        with suppress(OSError):
            while piece := one.recv(_PIECE):
                if not self.is_silent.is_set():
                    other.sendall(piece)
            other.shutdown(socket.SHUT_WR)


@contextmanager
def dark_line(url: str, **patience: str) -> Iterator[tuple[Line, str]]:
    """A line to the server at `url`, and the address by which it is used."""
    at = make_url(url)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line = Line(listener, f"{at.query['host']}/.s.PGSQL.5432")
        threading.Thread(target=line.accept, daemon=True).start()
        yield line, _through(at, listener.getsockname()[1], patience)
        listener.shutdown(socket.SHUT_RDWR)
        for each in line.ends:
            each.close()


def _through(at: URL, port: int, patience: dict[str, str]) -> str:
    there = at.set(host="127.0.0.1", port=port, query=patience)
    return there.render_as_string(hide_password=False)
