"""`/_sandbox/people`, `/_sandbox/call`: what an administrator or a rep does in a CRM's pages."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

_ORDERS = (
    '{"deactivate": OWNER}, {"activate": OWNER}, {"give": RECORD, "to": OWNER} or '
    '{"call": RECORD}; GET lists owners'
)


class NoSuchOrder(Exception):
    """What was asked cannot be done; its text says what would be right."""


class Staff(Protocol):
    """A CRM's owners and the records they take, as far as people change them by hand."""

    def listed(self) -> Sequence[Mapping[str, Any]]:
        """Answer everybody, with `id`, `name` and `active`."""
        ...

    def set_active(self, owner_id: str, *, active: bool) -> None:
        """Raises NoSuchOrder for whoever is not there, or cannot be switched off."""
        ...

    def give(self, record_id: str, owner_id: str | None) -> None:
        """Give a lead by hand to an owner who is there. Raises NoSuchOrder for no such lead."""
        ...

    def call(self, record_id: str) -> None:
        """Let its owner call the lead, and note it. Raises NoSuchOrder where no person has it."""
        ...


def staff_routes(staff: Staff) -> list[Route]:
    async def people(request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse(list(staff.listed()))
        try:
            _obey(staff, _read(await request.body()))
        except NoSuchOrder as problem:
            return JSONResponse({"error": str(problem)}, status_code=422)
        return JSONResponse({"ok": True})

    async def call(request: Request) -> Response:
        try:
            staff.call(request.path_params["record"])
        except NoSuchOrder as problem:
            return JSONResponse({"error": str(problem)}, status_code=422)
        return RedirectResponse("/", 303)

    return [
        Route("/_sandbox/people", people, methods=["GET", "POST"]),
        Route("/_sandbox/call/{record}", call, methods=["POST"]),
    ]


def call_button(record_id: str) -> str:
    """The button (HTML) by which whoever looks at the page lets the owner call."""
    where = quote(f"/_sandbox/call/{record_id}")
    return f'<form method="post" action="{where}"><button>Log a call</button></form>'


def _read(text: bytes) -> Mapping[str, Any]:
    try:
        asked = json.loads(text)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise NoSuchOrder(f"send a JSON object: {_ORDERS}")
    return asked


def _obey(staff: Staff, asked: Mapping[str, Any]) -> None:
    match dict(asked):
        case {"deactivate": str(owner), **rest} if not rest:
            _known(staff, owner)
            staff.set_active(owner, active=False)
        case {"activate": str(owner), **rest} if not rest:
            _known(staff, owner)
            staff.set_active(owner, active=True)
        case {"give": str(record), "to": str() | None as owner, **rest} if not rest:
            if owner is not None:
                _known(staff, owner)
            staff.give(record, owner)
        case {"call": str(record), **rest} if not rest:
            staff.call(record)
        case _:
            raise NoSuchOrder(f"there is {_ORDERS}")


def _known(staff: Staff, owner: str) -> None:
    there = {each["id"]: each["name"] for each in staff.listed()}
    if owner not in there:
        listed = ", ".join(f"{each} {name}" for each, name in there.items())
        raise NoSuchOrder(f"{owner!r} is nobody's id here; there are {listed}")
