"""Servers that stay: to start and end one for each test would take longer than most of them."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.serve import serve


class _Turntable:
    """Serves whatever app stands on it at the moment, until the process ends."""

    def __init__(self) -> None:
        self.app: ASGIApp = Starlette()
        served = serve(self)
        atexit.register(served.close)
        self.url = served.address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


_FREE: list[_Turntable] = []


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Serve `app` until the block ends, at an address that others had before."""
    table = _FREE.pop() if _FREE else _Turntable()
    table.app = app
    try:
        yield table.url
    finally:
        table.app = Starlette()
        _FREE.append(table)
