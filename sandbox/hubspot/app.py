"""HubSpot over HTTP: the v3 paths and the dated ones, authentication, limits and refusals."""

import hmac
from collections.abc import Awaitable, Callable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.app import compact_json, vendor_app
from sandbox.hubspot import batches, reads, writes
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import Refusal, bad_token, expired_token, fault_answer, too_many
from sandbox.hubspot.page import contacts_page
from sandbox.hubspot.portal import HubSpotPortal

TOKEN = "sandbox-hubspot-token"
DATED = ("2026-03", "2026-09")
Handler = Callable[[HubSpotPortal, Call], Answer]
Endpoint = Callable[[Request], Awaitable[Response]]

_CONTACTS: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/search", reads.search),
    ("POST", "/batch/read", reads.batch_read),
    ("POST", "/batch/create", batches.batch_create),
    ("POST", "/batch/update", batches.batch_update),
    ("POST", "/batch/upsert", batches.batch_upsert),
    ("GET", "", reads.list_contacts),
    ("POST", "", writes.create_contact),
    ("GET", "/{contact_id}", reads.get_contact),
    ("PATCH", "/{contact_id}", writes.update_contact),
    ("DELETE", "/{contact_id}", writes.archive_contact),
)


def hubspot_app(portal: HubSpotPortal) -> ASGIApp:
    """The portal as an ASGI app; the bearer token is `TOKEN`."""

    async def root(_request: Request) -> Response:
        return contacts_page(portal)

    routes = [Route("/", root), *_routes(portal)]
    return vendor_app(portal.ground, routes, fault_answer)


def _routes(portal: HubSpotPortal) -> Iterator[Route]:
    for method, path, handler in _paths():
        yield Route(path, _endpoint(portal, handler), methods=[method])
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    yield Route("/{path:path}", _endpoint(portal, _nowhere), methods=every)


def _paths() -> Iterator[tuple[str, str, Handler]]:
    for version in ("v3", *DATED):
        dated = version != "v3"
        objects = f"/crm/objects/{version}" if dated else "/crm/v3/objects"
        for kind in ("contacts", "contact", "0-1"):
            for method, path, handler in _CONTACTS:
                yield method, f"{objects}/{kind}{path}", handler
        owners = f"/crm/owners/{version}" if dated else "/crm/v3/owners"
        yield "GET", f"{owners}/", reads.list_owners
        yield "GET", owners, reads.list_owners
        yield "GET", f"{owners}/{{owner_id}}", reads.get_owner
        properties = f"/crm/properties/{version}" if dated else "/crm/v3/properties"
        yield "GET", f"{properties}/contacts", reads.list_properties
        yield "GET", f"{properties}/contacts/{{name}}", reads.get_property
        account = f"/account-info/{version}/details"
        yield "GET", account, reads.account


def _nowhere(_portal: HubSpotPortal, call: Call) -> Answer:
    path = call.path["path"]
    if "/objects/" in f"/{path}":
        raise Refusal(400, f"Unable to infer object type from: {path.split('/')[-1]}")
    raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")


def _endpoint(portal: HubSpotPortal, handler: Handler) -> Endpoint:
    is_search = handler is reads.search

    async def endpoint(request: Request) -> Response:
        text = (await request.body()).decode("utf-8", "replace")
        with portal.lock:
            refusal = _refused_caller(request)
            if refusal:
                return compact_json(refusal.body(), refusal.status)
            now, limits = portal.ground.clock.now(), portal.limits
            if policy := limits.refused(now, is_search=is_search):
                return too_many(policy, {} if is_search else limits.headers())
            call = Call(query=request.query_params, path=request.path_params, text=text)
            status, body = _answer(portal, handler, call, request.url.path)
            headers = {} if is_search else limits.headers()
        if body is None:
            return Response(status_code=status, headers=headers)
        return compact_json(body, status, headers)

    return endpoint


def _answer(portal: HubSpotPortal, handler: Handler, call: Call, path: str) -> Answer:
    try:
        return handler(portal, call)
    except Refusal as refusal:
        ids = tuple(refusal.context.get("ids", ()))
        code = refusal.problems[0].code if refusal.problems else refusal.category
        portal.ground.log("refused", "contacts", ids, code=code, status=refusal.status, path=path)
        return refusal.status, refusal.body()


def _refused_caller(request: Request) -> Refusal | None:
    if request.scope.get("sandbox.token_expired"):
        return expired_token()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return None if hmac.compare_digest(given.encode(), TOKEN.encode()) else bad_token()
