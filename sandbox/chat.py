"""A make-believe chat: it takes what Apprise's json:// addresses send, and keeps it."""

import threading
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.app import compact_json

_TOO_BUSY = 503


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One message, in the room (the last part of the address) it was sent to."""

    room: str
    title: str
    text: str


@dataclass(slots=True)
class Chat:
    """`refuse` so many of the next messages, with `status`."""

    posted: list[Posted] = field(default_factory=list)
    refuse: int = 0
    status: int = _TOO_BUSY
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, message: Posted) -> bool:
        with self.lock:
            if self.refuse > 0:
                self.refuse -= 1
                return False
            self.posted.append(message)
            return True


def chat_app(chat: Chat) -> Starlette:
    """POST /ROOM with a title and a message; GET / shows what has been posted."""

    async def post(request: Request) -> Response:
        sent = await request.json()
        room = request.path_params["room"]
        message = Posted(room=room, title=str(sent.get("title")), text=str(sent.get("message")))
        taken = chat.take(message)
        return compact_json({"ok": taken}, 200 if taken else chat.status)

    async def show(request: Request) -> Response:
        del request
        with chat.lock:
            rooms = [{"room": m.room, "title": m.title, "text": m.text} for m in chat.posted]
        return compact_json(rooms)

    return Starlette(
        routes=[Route("/{room}", post, methods=["POST"]), Route("/", show, methods=["GET"])]
    )
