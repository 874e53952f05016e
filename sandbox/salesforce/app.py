"""The Salesforce app: HTTP in, calls of the API, HTTP out."""

import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.app import Lists, compact_json, vendor_app
from sandbox.faults import Fault, FaultKind
from sandbox.salesforce.about import NEWEST, OLDEST, RETIRED, versions
from sandbox.salesforce.dispatch import Dispatch
from sandbox.salesforce.errors import Refusal, limit_exceeded, not_there, session_expired
from sandbox.salesforce.identity import identity
from sandbox.salesforce.oauth import token
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.page import leads_page
from sandbox.salesforce.setup_page import setup_routes
from sandbox.salesforce.soap import soap
from sandbox.salesforce.staff import OrgStaff
from sandbox.salesforce.wire import Answer, Call
from sandbox.staff import staff_routes

_LONGEST_URI = 16_384
_NO_CONTENT = frozenset({204, 304})
_METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"]
_VERSION = re.compile(r"v(\d+)\.0")


_LISTS = Lists(paths=("/query",), in_order=True)


def salesforce_app(org: SalesforceOrg) -> ASGIApp:
    """Serve `org`: the REST API under /services, a readable page at /."""
    dispatch = Dispatch()

    async def page(_: Request) -> Response:
        return HTMLResponse(leads_page(org))

    async def list_versions(_: Request) -> Response:
        return compact_json(versions())

    async def api(request: Request) -> Response:
        if len(str(request.url)) > _LONGEST_URI:
            return HTMLResponse("<h1>URI Too Long</h1>", 414)
        try:
            call = await _read(request)
            _admit(org, request, call)
        except Refusal as refusal:
            return _refused(refusal)
        return _respond(org, dispatch.answer(org, call))

    async def nowhere(_: Request) -> Response:
        return _refused(not_there())

    routes = [
        *staff_routes(OrgStaff(org)),
        *setup_routes(org),
        Route("/", page),
        Route("/services/oauth2/token", partial(token, org), methods=["POST"]),
        Route("/services/Soap/u/{rest:path}", partial(soap, org), methods=["POST"]),
        Route("/id/{organization}/{user}", partial(identity, org)),
        Route("/services/data", list_versions),
        Route("/services/data/", list_versions),
        Route("/services/data/{version}", api, methods=_METHODS),
        Route("/services/data/{version}/{rest:path}", api, methods=_METHODS),
        Route("/{rest:path}", nowhere, methods=_METHODS),
    ]
    return vendor_app(org.ground, routes, _words_of, _LISTS)


async def _read(request: Request) -> Call:
    version = _VERSION.fullmatch(request.path_params["version"])
    number = int(version[1]) if version else 0
    if number in RETIRED:
        message = "The requested API version has been retired. Use a supported version."
        raise Refusal("UNSUPPORTED_API_VERSION", message, status=410)
    if not OLDEST <= number <= NEWEST:
        raise not_there()
    body = (await request.body()).decode(errors="replace")
    kind = request.headers.get("content-type", "").lower()
    wanted = "text/csv" if request.url.path.endswith("/batches") else "application/json"
    if body and not kind.startswith(wanted):
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", f"Content type {kind!r} not allowed", status=415)
    params = dict(request.query_params)
    method = "GET" if request.method == "HEAD" else request.method
    return Call(
        method=params.pop("_HttpMethod", method),
        version=f"{number}.0",
        path=_below_version(request),
        params=params,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )


def _below_version(request: Request) -> str:
    """Answer the path as it was sent: an external id may hold an escaped slash."""
    raw = request.scope["raw_path"].decode("ascii").partition("?")[0]
    _, _, rest = raw.partition(f"/{request.path_params['version']}")
    return str(rest).strip("/")


def _admit(org: SalesforceOrg, request: Request, call: Call) -> None:
    """Raises Refusal: a token that is not, or no longer, good; or no call left today."""
    scheme, _, code = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() not in {"bearer", "oauth"}:
        raise session_expired()
    with org.lock:
        if request.scope.get("sandbox.token_expired"):
            org.sessions.end(code)
        org.sessions.use(code, org.now())
        org.allowance.spend(org.now())


def _respond(org: SalesforceOrg, answer: Answer) -> Response:
    is_empty = answer.body is None and answer.csv is None
    if answer.status in _NO_CONTENT or is_empty:
        return Response(status_code=answer.status, headers=dict(answer.headers))
    used = f"api-usage={org.allowance.used(org.now())}/{org.allowance.limit}"
    headers = {**answer.headers, "Sforce-Limit-Info": used}
    if org.clock_skew is not None:
        headers["Date"] = format_datetime(datetime.now(UTC) + org.clock_skew, usegmt=True)
    if answer.csv is not None:
        return Response(answer.csv, headers=headers, media_type="text/csv")
    return compact_json(answer.body, answer.status, headers)


def _refused(refusal: Refusal) -> Response:
    return compact_json(refusal.as_request_error(), refusal.status)


def _words_of(fault: Fault) -> Response:
    """Word a fault as Salesforce does: being over the limit is a 403, and has no Retry-After."""
    if fault.kind is FaultKind.RATE_LIMITED:
        refusal = limit_exceeded()
    else:
        message = "The server is temporarily unavailable. Please try again later."
        refusal = Refusal("SERVER_UNAVAILABLE", message, status=503)
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else None
    return compact_json(refusal.as_request_error(), refusal.status, headers)
