"""What every vendor's app shares: the fault gate, the request log, the sandbox's own controls."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.clock import Clock
from sandbox.faults import Fault, FaultKind, Faults
from sandbox.journal import Entry, Journal
from sandbox.misshapen import without_field

_PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a vendor's app stands on."""

    vendor: str
    clock: Clock
    journal: Journal
    faults: Faults

    def log(self, event: str, obj: str = "", ids: tuple[str, ...] = (), **detail: Any) -> None:
        self.journal.add(
            Entry(
                at=self.clock.now(),
                vendor=self.vendor,
                event=event,
                object=obj,
                ids=ids,
                detail=detail,
            )
        )


def new_ground(vendor: str, *, seed: int = 0) -> Ground:
    return Ground(vendor=vendor, clock=Clock(), journal=Journal(), faults=Faults(seed))


VendorErrors = Callable[[Fault], Response]
"""How a vendor words RATE_LIMITED and SERVER_ERROR: its status, headers and body."""


def control_routes(ground: Ground) -> list[Route]:
    """The sandbox's own doors, under /_sandbox, which no vendor has."""

    async def journal(request: Request) -> Response:
        return JSONResponse(ground.journal.as_json(event=request.query_params.get("event")))

    async def faults(request: Request) -> Response:
        asked = await request.json()
        ground.faults.clear()
        ground.faults.script(
            *(Fault(**{**f, "kind": FaultKind(f["kind"])}) for f in asked.get("script", []))
        )
        for kind, share in asked.get("shares", {}).items():
            ground.faults.set_share(FaultKind(kind), float(share))
        return JSONResponse({"ok": True})

    async def clock(request: Request) -> Response:
        asked = await request.json()
        if "set" in asked:
            ground.clock.set(datetime.fromisoformat(asked["set"]))
        if "advance_seconds" in asked:
            ground.clock.advance(timedelta(seconds=asked["advance_seconds"]))
        return JSONResponse({"now": ground.clock.now().isoformat()})

    return [
        Route("/_sandbox/journal", journal),
        Route("/_sandbox/faults", faults, methods=["POST"]),
        Route("/_sandbox/clock", clock, methods=["POST"]),
    ]


class FaultGate:
    """Pure ASGI middleware: meets every vendor request with its fault, and logs it."""

    def __init__(self, app: ASGIApp, ground: Ground, errors: VendorErrors) -> None:
        self._app, self._ground, self._errors = app, ground, errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        # The readable page is at / alone: the Graph API answers `/?ids=` too.
        is_page = path == "/" and not scope.get("query_string")
        if scope["type"] != "http" or is_page or path.startswith("/_sandbox"):
            await self._app(scope, receive, send)
            return
        fault = self._ground.faults.for_request(path)
        if fault:
            self._ground.log("fault", kind=fault.kind, path=path)

        async def note(message: Message) -> None:
            # Before it is sent: whoever has the answer must find the request in the journal.
            if message["type"] == "http.response.start":
                status = message["status"]
                self._ground.log("request", method=scope["method"], path=path, status=status)
            await send(message)

        await self._answer(fault, scope, receive, note)

    async def _answer(
        self, fault: Fault | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        match fault.kind if fault else None:
            case FaultKind.RATE_LIMITED | FaultKind.SERVER_ERROR:
                assert fault is not None
                await self._errors(fault)(scope, receive, send)
            case FaultKind.HTML_ERROR:
                await HTMLResponse(_PROXY_PAGE, status_code=502)(scope, receive, send)
            case FaultKind.MALFORMED:
                half = PlainTextResponse('{"results": [{"id": ', media_type="application/json")
                await half(scope, receive, send)
            case FaultKind.TRUNCATED:
                await self._app(scope, receive, _cut_short(send))
            case FaultKind.MISSHAPEN:
                assert fault is not None
                await self._app(scope, receive, without_field(send, fault.detail))
            case FaultKind.TIMEOUT:
                assert fault is not None
                await self._app(scope, receive, _late(send, fault.seconds))
            case FaultKind.TOKEN_EXPIRED:
                scope["sandbox.token_expired"] = True  # the vendor's app answers in its own words
                await self._app(scope, receive, send)
            case _:
                await self._app(scope, receive, send)


def _cut_short(send: Send) -> Send:
    """Promise the whole body by Content-Length, send half of it, and hang up."""

    async def cut(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message.get("body", b"")
            half = {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
            await send(half)
            raise ConnectionAbortedError("sandbox fault: truncated body")
        await send(message)

    return cut


def _late(send: Send, seconds: float) -> Callable[[Message], Awaitable[None]]:
    async def later(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(seconds)
        await send(message)

    return later


def vendor_app(ground: Ground, routes: list[Route], errors: VendorErrors) -> ASGIApp:
    """One vendor: its own routes, the sandbox's controls, and the gate in front."""
    app = Starlette(routes=[*control_routes(ground), *routes])
    return FaultGate(app, ground, errors)


def compact_json(
    content: Any, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """One write, so that no client waits for a delayed acknowledgement."""
    body = json.dumps(content, separators=(",", ":"))
    return Response(body, status, headers, media_type="application/json")
