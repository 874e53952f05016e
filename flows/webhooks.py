"""The receiver: verified first, stored before it is answered, routed at once in this process."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.inbound import Refusal, Sent
from flows.doors import JSON, Challenged, Door
from flows.faults import in_words
from flows.inbox import entries_of
from flows.metrics import CONTENT_TYPE, Metrics
from flows.outages import Outages
from flows.patience import BODY_SECONDS, LOCK_SECONDS, RETRY_SECONDS, VENDOR_SECONDS
from flows.shared_answer import SharedAnswer
from flows.turned_away import TurnedAway
from flows.webhook_mailbox import Mailbox
from leads.errors import StoreError
from store.running_rows import InboxEntry
from store.store import Store

LARGEST_BODY = 1024 * 1024
PUBLIC_URL = "FIRSTTOUCH_PUBLIC_URL"
_LOG = logging.getLogger("firsttouch.webhooks")
_NO_SUCH_DOOR, _TOO_SLOW, _TOO_LARGE, _NOT_JSON, _FAULT, _CLOSED = 404, 408, 413, 415, 500, 503


class Receiver:
    """
    The endpoints. Bodies, queries and headers are never logged: names of doors are, and why not.

    `public_url` is how senders call us, where a proxy stands in front: some sign the address.
    """

    def __init__(
        self,
        doors: Mapping[str, Door],
        store: Store,
        mailbox: Mailbox,
        now: Callable[[], datetime],
        turned_away: TurnedAway,
        *,
        outages: Outages,
        public_url: str = "",
    ) -> None:
        self._doors, self._store, self._mailbox, self._now = doors, store, mailbox, now
        self._turned_away, self._outages = turned_away, outages
        self._public_url = public_url.rstrip("/")
        self._told: set[str] = set()
        self._lessons = {
            name: SharedAnswer(f"asking for {name}", door.learn, seconds=VENDOR_SECONDS)
            for name, door in doors.items()
        }
        self._page = SharedAnswer("counting how it stands", Metrics(store, now).text)
        self._trial = SharedAnswer("trying whether the store can be written", self._try)

    def app(self) -> Starlette:
        routes = [
            Route("/webhooks/{door}", self._post, methods=["POST"]),
            Route("/webhooks/{door}", self._get, methods=["GET"]),
            Route("/healthz", _alive, methods=["GET"]),
            Route("/readyz", self._ready, methods=["GET"]),
            Route("/metrics", self._measured, methods=["GET"]),
        ]
        return Starlette(routes=routes)

    async def _get(self, request: Request) -> Response:
        door = self._doors.get(request.path_params["door"])
        if door is None or door.challenge is None:
            return _says(_NO_SUCH_DOOR, "there is no such challenge")
        if door.challenge_lacks:
            return self._closed(door, door.challenge_lacks)
        answer = door.challenge(dict(request.query_params))
        match answer:
            case Refusal():
                return self._refused(door, answer)
            case Challenged():
                return Response(answer.text, media_type=answer.media_type)

    async def _post(self, request: Request) -> Response:
        door = self._doors.get(request.path_params["door"])
        if door is None:
            return _says(_NO_SUCH_DOOR, "there is no such webhook")
        if door.lacks:
            return self._closed(door, door.lacks)
        try:
            body = await asyncio.wait_for(_body(request), BODY_SECONDS)
        except TimeoutError:
            late = f"the body did not come within {BODY_SECONDS:.0f} seconds"
            return self._refused(door, Refusal(status=_TOO_SLOW, problem=late))
        if body is None:
            large = f"the body is larger than {LARGEST_BODY} bytes"
            return self._refused(door, Refusal(status=_TOO_LARGE, problem=large))
        try:
            return await self._received(door, request, body)
        except Exception as fault:  # noqa: BLE001  (the server would log its text, with the values)
            _LOG.error("webhook %s: %s", door.name, in_words(fault))
            return _says(_FAULT, "it could not be taken, by a fault of ours; send it again later")

    async def _received(self, door: Door, request: Request, body: bytes) -> Response:
        sent, now = self._sent(request, body), self._now()
        received = door.receive(sent, now)
        # Whoever proved nothing has nobody asked.
        if not isinstance(received, Refusal) and await self._has_learnt(door):
            received = door.receive(sent, now)
        if isinstance(received, Refusal):
            lost = await self._stored(door, entries_of(received.kept, body))
            return lost or self._refused(door, received)
        if not _is_json(request):
            unsure = Refusal(status=_NOT_JSON, problem=f"send Content-Type: {JSON}")
            return self._refused(door, unsure)
        for unread in (each for notice in received for each in notice.unread):
            self._turned_away.note_unread(door.name, unread)
        if lost := await self._stored(door, entries_of(received, body)):
            return lost
        count = sum(len(each.ids) + len(each.records) + len(each.erased) for each in received)
        return _json({"accepted": count} if door.answer is None else door.answer)

    async def _has_learnt(self, door: Door) -> bool:
        """Tell whether the door judges otherwise now; what takes too long is known to the next."""
        if door.knows():
            return False
        with suppress(StoreError):  # which is how a shared answer says that it was too slow
            await self._lessons[door.name].get()
        return door.knows()

    async def _stored(self, door: Door, entries: Sequence[InboxEntry]) -> Response | None:
        """Keep them; answer only where they could not be kept."""
        try:
            if entries:
                await self._mailbox.put(entries)
        except StoreError as error:
            doing = f"webhook {door.name}: not stored, so not accepted"
            self._outages.note(doing, error, refused=1)
            return _later({"problem": "it could not be stored; send it again later"})
        if entries:
            self._outages.over()
        return None

    async def _ready(self, request: Request) -> Response:
        """Say whether a webhook could be stored now; the configuration was read at the start."""
        del request
        try:
            await self._trial.get()
        except StoreError as error:
            return _later({"ready": False, "problem": str(error)})
        return _json({"ready": True})

    def _try(self) -> None:
        self._store.prove_writable(self._now(), patience=LOCK_SECONDS)

    async def _measured(self, request: Request) -> Response:
        del request
        try:
            page = await self._page.get()
        except StoreError as error:
            return _later({"problem": str(error)})
        return Response(page, media_type=CONTENT_TYPE)

    def _sent(self, request: Request, body: bytes) -> Sent:
        url = str(request.url)
        if self._public_url:
            query = f"?{request.url.query}" if request.url.query else ""
            url = f"{self._public_url}{request.url.path}{query}"
        headers = dict(request.headers)
        return Sent(body=body, headers=headers, method=request.method, url=url)

    def _closed(self, door: Door, lacks: tuple[str, ...]) -> Response:
        missing = " and ".join(lacks)
        if missing not in self._told:
            self._told.add(missing)
            _LOG.warning("webhook %s is closed: %s is not set", door.name, missing)
        self._turned_away.count(door.name, _CLOSED, f"{missing} is not set")
        return _says(_CLOSED, "this webhook is not open: its secret is not set")

    def _refused(self, door: Door, refusal: Refusal) -> Response:
        self._turned_away.note(door.name, refusal.status, refusal.told())
        told: dict[str, object] = {"problem": refusal.problem}
        if refusal.errors:
            told["errors"] = [{"field": e.field, "problem": e.problem} for e in refusal.errors]
        return _json(told, refusal.status)


async def _alive(request: Request) -> Response:
    del request
    return _json({"alive": True})


async def _body(request: Request) -> bytes | None:
    """Return the body, None when it is too large; no more than that is ever held."""
    stated = request.headers.get("content-length", "0")
    if not stated.isdecimal() or int(stated) > LARGEST_BODY:
        return None
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return b""  # nobody waits for an answer; an empty body proves nothing
    return bytes(body)


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON


def _says(status: int, problem: str) -> Response:
    return _json({"problem": problem}, status)


def _later(content: Mapping[str, object]) -> Response:
    """Nothing is wrong with the request: it may pass in a while."""
    answer = _json(content, _CLOSED)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _json(content: Mapping[str, object], status: int = 200) -> Response:
    # ASCII only: a field's name may hold what UTF-8 cannot.
    return Response(json.dumps(content), status, media_type=JSON)
