"""Pipedrive over HTTP: the token in a header, limits, and the paths of v1 and v2 that are used."""

import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.app import Lists, compact_json, vendor_app
from sandbox.pipedrive import answers
from sandbox.pipedrive.account import PipedriveAccount, Record
from sandbox.pipedrive.answers import Call
from sandbox.pipedrive.errors import (
    Refused,
    fault_answer,
    not_found,
    too_many,
    unauthorised,
)
from sandbox.pipedrive.limits import cost_of
from sandbox.pipedrive.page import leads_page

TOKEN = "sandbox-pipedrive-token"
Handler = Callable[[PipedriveAccount, Call], Record]
_KINDS = ("persons", "organizations", "deals", "activities")
_LISTS = Lists(paths=("/leads", "/leads/archived", "/persons", "/organizations"), in_order=True)
_CREATED = 201


def _nowhere(_account: PipedriveAccount, _call: Call) -> Record:
    raise not_found("Endpoint")


_PATHS: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/api/v1/leads", answers.list_leads),
    ("GET", "/api/v1/leads/archived", answers.list_archived),
    ("GET", "/api/v1/leads/{id}", answers.get_lead),
    ("PATCH", "/api/v1/leads/{id}", answers.update_lead),
    ("GET", "/api/v1/users", answers.list_users),
    ("GET", "/api/v1/users/me", answers.me),
    ("GET", "/api/v1/leadFields", answers.list_fields),
    ("GET", "/api/v1/leadLabels", answers.list_labels),
    ("GET", "/api/v2/personFields", answers.list_contact_fields),
    ("GET", "/api/v2/organizationFields", answers.list_contact_fields),
    *(("GET", f"/api/v2/{kind}", answers.list_records) for kind in _KINDS),
    ("POST", "/api/v2/activities", answers.add_activity),
)


def pipedrive_app(account: PipedriveAccount) -> ASGIApp:
    """The account as an ASGI app; the API token is `TOKEN`."""

    async def root(_request: Request) -> Response:
        return leads_page(account)

    every = ["GET", "POST", "PATCH", "PUT", "DELETE"]
    routes = [
        Route("/", root),
        *(Route(path, _endpoint(account, each), methods=[way]) for way, path, each in _PATHS),
        Route("/api/{path:path}", _endpoint(account, _nowhere), methods=every),
    ]
    return vendor_app(account.ground, routes, fault_answer, _LISTS)


def _endpoint(
    account: PipedriveAccount, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        sent = (await request.body()).decode("utf-8", "replace")
        path = request.url.path
        call = Call(path=path, query=request.query_params, sent=sent)
        with account.lock:
            limits = account.limits
            try:
                _check_caller(request)
                if limits.refuses(account.ground.clock.now(), cost_of(request.method, path)):
                    raise too_many()
                body = handler(account, call)
            except Refused as refused:
                return refused.answer(limits.headers())
            status = _CREATED if request.method == "POST" else 200
            return compact_json(body, status, limits.headers())

    return endpoint


def _check_caller(request: Request) -> None:
    """The token goes into a header: the query parameter of old is documented no more."""
    given = request.headers.get("x-api-token", "")
    is_known = hmac.compare_digest(given.encode(), TOKEN.encode())
    if request.scope.get("sandbox.token_expired") or not is_known:
        raise unauthorised()
