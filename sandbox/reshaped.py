"""An answer held back until it is whole, and sent with its records changed."""

import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

Change = Callable[[list[Any]], object]
"""What is done to the records, in place."""


def without_field(name: str) -> Change:
    """Take a field from the first record."""

    def change(records: list[Any]) -> None:
        records[0].pop(name, None)

    return change


def repeated(records: list[Any]) -> None:
    """Let all come a second time, after the last."""
    records += list(records)


def shuffled(records: list[Any]) -> None:
    """Put them into another order, the same one for as many."""
    before = list(records)
    random.Random(len(records)).shuffle(records)
    if records == before:
        records.reverse()


def reshaped(send: Send, change: Change) -> Callable[[Message], Awaitable[None]]:
    """Hold an answer back until it is whole, and send it with `change` made to its records."""
    started: list[Message] = []
    pieces: list[bytes] = []

    async def hold(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message)
            return
        pieces.append(message.get("body", b""))
        if message.get("more_body"):
            return
        headers = MutableHeaders(raw=list(started[0]["headers"]))
        body = _changed(b"".join(pieces), change)
        headers["content-length"] = str(len(body))
        await send({**started[0], "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})

    return hold


def _changed(body: bytes, change: Change) -> bytes:
    answer = json.loads(body)
    if records := _records(answer):
        change(records)
    return json.dumps(answer, separators=(",", ":")).encode()


def _records(answer: Any) -> list[Any]:
    """
    Answer the first list of records: vendors name it records, results, data or nothing.

    A stream of chunks is a list of lists: its first chunk's counts.
    """
    while True:
        lists = [answer] if isinstance(answer, list) else [*answer.values()]
        found = next((part for part in lists if isinstance(part, list) and part), [])
        is_stream = found and isinstance(found[0], dict) and "results" in found[0]
        if not is_stream:
            return found
        answer = found[0]
