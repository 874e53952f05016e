"""What every vendor's app shares: the fault gate, the request log, the sandbox's own controls."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.broken_wire import cut_short, hang_up, late, pause, swallowed
from sandbox.clock import Clock
from sandbox.fault_orders import OrderError, read_orders
from sandbox.faults import Fault, FaultKind, Faults
from sandbox.journal import Entry, Journal
from sandbox.reshaped import repeated, reshaped, shuffled, without_field

_PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"
_LOGIN_PAGE = "<html><head><title>Sign in</title></head><body>Sign in to go on</body></html>"
_AFTER = "after"
EMPTY_PAGE = f"sandbox.{FaultKind.EMPTY_PAGE}"
"""Where a scope says that its list is to be empty, and not the last page."""


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

    def row_fault(self, record_id: str) -> Fault | None:
        """Take the fault that a row of a batch meets, if any, and log it."""
        fault = self.faults.for_row(record_id)
        if fault:
            self.log("fault", ids=(record_id,), kind=fault.kind, detail=fault.detail)
        return fault


def new_ground(vendor: str, *, seed: int = 0) -> Ground:
    return Ground(vendor=vendor, clock=Clock(), journal=Journal(), faults=Faults(seed))


VendorErrors = Callable[[Fault], Response]
"""How a vendor words RATE_LIMITED and SERVER_ERROR: its status, headers and body."""


def control_routes(ground: Ground) -> list[Route]:
    """The sandbox's own doors, under /_sandbox, which no vendor has."""

    async def journal(request: Request) -> Response:
        return JSONResponse(ground.journal.as_json(event=request.query_params.get("event")))

    async def faults(request: Request) -> Response:
        try:
            orders = read_orders(await request.body())
        except OrderError as problem:
            return JSONResponse({"error": str(problem)}, status_code=422)
        ground.faults.obey(orders)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """
    Which answers are lists of records, by the ends of their paths.

    `in_order`: the vendor promises their order, so that they come neither twice nor shuffled.
    `may_be_empty`: of which a page can be empty though another follows.
    """

    paths: tuple[str, ...] = ()
    may_be_empty: tuple[str, ...] = ()
    in_order: bool = False


_NO_LISTS = Lists()


class FaultGate:
    """Pure ASGI middleware: meets every vendor request with its fault, and logs it."""

    def __init__(self, app: ASGIApp, ground: Ground, errors: VendorErrors, lists: Lists) -> None:
        self._app, self._ground, self._errors, self._lists = app, ground, errors, lists

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        # The readable page is at / alone: the Graph API answers `/?ids=` too.
        is_page = path == "/" and not scope.get("query_string")
        if scope["type"] != "http" or is_page or path.startswith("/_sandbox"):
            await self._app(scope, receive, send)
            return
        asked = f"{scope['method']} {path}"
        fault = self._ground.faults.for_request(asked, lambda kind: self._is_possible(kind, path))
        if fault:
            about: dict[str, Any] = {
                "kind": fault.kind,
                "detail": fault.detail,
                "retry_after": fault.retry_after,
            }
            self._ground.log("fault", path=path, **about)

        async def note(message: Message) -> None:
            # Before it is sent: whoever has the answer must find the request in the journal.
            if message["type"] == "http.response.start":
                status = message["status"]
                self._ground.log("request", method=scope["method"], path=path, status=status)
            await send(message)

        if fault:
            await self._meet(fault, scope, receive, note)
        else:
            await self._app(scope, receive, note)

    def _is_possible(self, kind: FaultKind, path: str) -> bool:
        is_list = path.rstrip("/").endswith(self._lists.paths)
        match kind:
            case FaultKind.REPEATED | FaultKind.SHUFFLED:
                return is_list and not self._lists.in_order
            case FaultKind.EMPTY_PAGE:
                return path.rstrip("/").endswith(self._lists.may_be_empty)
            case FaultKind.EDITED:
                return is_list and self._ground.faults.edit is not None
            case FaultKind.EDITED_BEFORE:
                faults = self._ground.faults
                return bool(faults.edit or faults.edit_before)
            case FaultKind.TOKEN_EXPIRED:
                return "token" not in path.lower()  # where one is given, none is in use
            case _:
                return True

    async def _meet(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.kind:
            case FaultKind.RATE_LIMITED | FaultKind.SERVER_ERROR:
                answer = self._errors(replace(fault, path=scope["path"]))
                await answer(scope, receive, send)
            case FaultKind.HTML_ERROR:
                await HTMLResponse(_PROXY_PAGE, status_code=502)(scope, receive, send)
            case FaultKind.HTML_PAGE:
                await HTMLResponse(_LOGIN_PAGE)(scope, receive, send)
            case FaultKind.MALFORMED:
                half = PlainTextResponse('{"results": [{"id": ', media_type="application/json")
                await half(scope, receive, send)
            case FaultKind.DROPPED:
                if fault.detail == _AFTER:
                    await self._app(scope, receive, swallowed)
                await hang_up(scope)
            case FaultKind.TOKEN_EXPIRED | FaultKind.EMPTY_PAGE:
                scope[f"sandbox.{fault.kind}"] = True  # the vendor's app answers in its own words
                await self._app(scope, receive, send)
            case _:
                heard = await self._heard(fault, receive)
                await self._app(scope, heard, self._spoilt(fault, receive, send))

    def _spoilt(self, fault: Fault, receive: Receive, send: Send) -> Send:
        """Answer what becomes of an answer whose request is carried out."""
        match fault.kind:
            case FaultKind.TRUNCATED:
                return cut_short(send)
            case FaultKind.STALLED:
                return cut_short(send, pause(fault.seconds, receive))
            case FaultKind.TIMEOUT:
                return late(send, pause(fault.seconds, receive))
            case FaultKind.MISSHAPEN:
                return reshaped(send, without_field(fault.detail))
            case FaultKind.REPEATED:
                return reshaped(send, repeated)
            case FaultKind.SHUFFLED:
                return reshaped(send, shuffled)
            case FaultKind.EDITED_BEFORE:
                return send
            case _:
                return self._edited(send)

    async def _heard(self, fault: Fault, receive: Receive) -> Receive:
        """With EDITED_BEFORE somebody edits when the whole request is there, before it is met."""
        if fault.kind is not FaultKind.EDITED_BEFORE:
            return receive
        messages: list[Message] = []
        body = b""
        while not messages or messages[-1].get("more_body"):
            messages.append(await receive())
            body += messages[-1].get("body", b"")
        if edit_before := self._ground.faults.edit_before:
            edit_before(body)
        else:
            self._edit()
        waiting = iter(messages)

        async def again() -> Message:
            return next(waiting, None) or await receive()

        return again

    def _edited(self, send: Send) -> Send:
        """Somebody edits as soon as an answer is made, before its reader can ask for the next."""

        async def edited(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._edit()
            await send(message)

        return edited

    def _edit(self) -> None:
        if edit := self._ground.faults.edit:
            edit()


def vendor_app(
    ground: Ground, routes: list[Route], errors: VendorErrors, lists: Lists = _NO_LISTS
) -> ASGIApp:
    """One vendor: its own routes, the sandbox's controls, and the gate in front."""
    app = Starlette(routes=[*control_routes(ground), *routes])
    return FaultGate(app, ground, errors, lists)


def compact_json(
    content: Any, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """One write, so that no client waits for a delayed acknowledgement."""
    body = json.dumps(content, separators=(",", ":"))
    return Response(body, status, headers, media_type="application/json")
