"""Answers that do not arrive as they were sent: late, cut short, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Message, Receive, Scope, Send

HANG_UP = "sandbox.hang_up"
"""Where a scope has the way to end its connection at once; `serve_in_thread` puts it there."""

Sender = Callable[[Message], Awaitable[None]]


Wait = Callable[[], Awaitable[None]]


def pause(seconds: float | None, receive: Receive) -> Wait:
    """Return what waits so long; None: until whoever asked hangs up."""

    async def wait() -> None:
        if seconds is not None:
            await asyncio.sleep(seconds)
            return
        while (await receive())["type"] != "http.disconnect":
            pass  # the rest of a request that the vendor's app did not read

    return wait


async def at_once() -> None:
    """Wait for nothing."""


def late(send: Send, wait: Wait) -> Sender:
    """Send the whole answer, late."""

    async def later(message: Message) -> None:
        if message["type"] == "http.response.start":
            await wait()
        await send(message)

    return later


def cut_short(send: Send, wait: Wait = at_once) -> Sender:
    """Promise the whole body by Content-Length, send half of it, wait, and hang up."""

    async def cut(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            half = {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
            await send(half)
            await wait()
            raise ConnectionAbortedError("sandbox fault: the body stops half way")
        await send(message)

    return cut


async def swallowed(message: Message) -> None:
    """Carry a request out, and let nobody know."""
    del message


async def hang_up(scope: Scope) -> None:
    """End the connection without a word. Raises ConnectionAbortedError."""
    scope[HANG_UP]()
    await asyncio.sleep(0)  # the server must have noticed, or it would answer 500
    raise ConnectionAbortedError("sandbox fault: the connection is dropped")
