"""An answer that is fine but for its first record, which lacks a field."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send


def without_field(send: Send, field: str) -> Callable[[Message], Awaitable[None]]:
    """Hold an answer back until it is whole, and send it without that field."""
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
        body = _spoilt(b"".join(pieces), field)
        headers["content-length"] = str(len(body))
        await send({**started[0], "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})

    return hold


def _spoilt(body: bytes, field: str) -> bytes:
    answer = json.loads(body)
    if records := _records(answer):
        records[0].pop(field, None)
    return json.dumps(answer, separators=(",", ":")).encode()


def _records(answer: Any) -> list[dict[str, Any]]:
    """Answer the first list of records: vendors name it records, results, data or nothing."""
    lists = [answer] if isinstance(answer, list) else [*answer.values()]
    return next((part for part in lists if isinstance(part, list) and part), [])
