"""One server for many tests: starting and stopping one takes longer than most of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.serve import serve_in_thread


class Stage:
    """Serves whatever app stands on it at the moment, at one address."""

    def __init__(self) -> None:
        self.app: ASGIApp = Starlette()
        self.url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@contextmanager
def served_stage() -> Iterator[Stage]:
    stage = Stage()
    with serve_in_thread(stage) as url:
        stage.url = url
        yield stage
