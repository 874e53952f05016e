"""Serve an ASGI app over real HTTP on loopback, from a thread of this process."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.broken_wire import HANG_UP

_LOG = logging.getLogger("sandbox.serve")
_START_SECONDS = 10.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An app that is being served, at an address without a trailing slash."""

    address: str
    server: uvicorn.Server
    thread: threading.Thread
    listener: socket.socket

    def bid_end(self) -> None:
        """Ask it to end, which takes it a while: who has several asks all before any `close`."""
        self.server.should_exit = True

    def close(self) -> None:
        """End it. Safe to repeat."""
        self.bid_end()
        self.thread.join(_STOP_SECONDS)
        self.listener.close()


@contextmanager
def serve_in_thread(
    app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, date_header: bool = True
) -> Iterator[str]:
    """Serve `app` until the block ends; the value is its base URL. As `serve` otherwise."""
    served = serve(app, host=host, port=port, date_header=date_header)
    try:
        yield served.address
    finally:
        served.close()


def serve(
    app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0, date_header: bool = True
) -> Served:
    """
    Serve `app` until it is closed.

    Port 0 takes any free port. Without `date_header` the app tells the date itself, or does not.
    Raises OSError when the port is taken, RuntimeError when the app does not start.
    """
    listener = _listen(host, port)
    # Faults that hang up half way reach uvicorn as errors; `_Outermost` logs the real ones.
    config = uvicorn.Config(
        _Outermost(app),
        log_config=None,
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
        http=_Droppable,
        ws="none",
        date_header=date_header,
    )
    server = uvicorn.Server(config)
    address = f"{host}:{listener.getsockname()[1]}"
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name=f"serve {address}", daemon=True
    )
    thread.start()
    served = Served(address=f"http://{address}", server=server, thread=thread, listener=listener)
    try:
        _wait_for(server, thread)
    except BaseException:
        served.close()
        raise
    return served


class _Droppable(H11Protocol):
    """Shows the application how to end the connection it is asked over."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        app = self.app

        async def with_hang_up(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app({**scope, HANG_UP: transport.abort}, receive, send)
            except ConnectionAbortedError:
                # A fault hangs up on purpose: the server need not be told of an error.
                transport.close()
                await asyncio.sleep(0.01)

        self.app = with_hang_up


class _Outermost:
    """Logs what no test caused on purpose; a scripted hang-up is no news."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except ConnectionAbortedError:
            raise
        except ClientDisconnect:
            return  # the caller died while it was asking: there is nobody to answer
        except Exception:
            _LOG.exception("%s %s failed", scope.get("method", scope["type"]), scope.get("path"))
            raise


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted connections inherit it. Without it, a header and a body written separately
        # cost a delayed acknowledgement: some 40 ms a request.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def _wait_for(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the sandbox server did not start; its log has the reason")
        time.sleep(0.005)
