"""Answers that do not arrive as they were sent: late, cut short, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Message, Scope, Send

HANG_UP = "sandbox.hang_up"
"""Where a scope has the way to end its connection at once; `serve_in_thread` puts it there."""

Sender = Callable[[Message], Awaitable[None]]


def late(send: Send, seconds: float) -> Sender:
    """Send the whole answer, so many seconds late."""

    async def later(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(seconds)
        await send(message)

    return later


def cut_short(send: Send, seconds: float = 0.0) -> Sender:
    """Promise the whole body by Content-Length, send half of it, wait, and hang up."""

    async def cut(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            half = {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
            await send(half)
            await asyncio.sleep(seconds)
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
