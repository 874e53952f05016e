"""HubSpot over HTTP: the v3 paths and the dated ones, authentication, limits and refusals."""

import hmac
from collections.abc import Awaitable, Callable, Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.app import Lists, compact_json, vendor_app
from sandbox.hubspot import associations, batches, lists, merging, pipelines, reads, writes
from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import (
    Refusal,
    bad_token,
    expired_token,
    fault_answer,
    missing_scopes,
    too_many,
)
from sandbox.hubspot.oauth import oauth_routes
from sandbox.hubspot.page import contacts_page
from sandbox.hubspot.portal import HubSpotPortal
from sandbox.hubspot.shelf import Shelf
from sandbox.hubspot.staff import PortalStaff
from sandbox.staff import staff_routes

TOKEN = "sandbox-hubspot-token"
DATED = ("2026-03", "2026-09")
Handler = Callable[[Shelf, Call], Answer]
Endpoint = Callable[[Request], Awaitable[Response]]

_RECORDS: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/search", reads.search),
    ("POST", "/batch/read", reads.batch_read),
    ("POST", "/batch/create", batches.batch_create),
    ("POST", "/batch/update", batches.batch_update),
    ("POST", "/batch/upsert", batches.batch_upsert),
    ("POST", "/batch/archive", batches.batch_archive),
    ("POST", "/merge", merging.merge),
    ("GET", "", reads.list_records),
    ("POST", "", writes.create_record),
    ("GET", "/{record_id}", reads.get_record),
    ("PATCH", "/{record_id}", writes.update_record),
    ("DELETE", "/{record_id}", writes.archive_record),
)
_PIPELINES: tuple[tuple[str, Handler], ...] = (
    ("", pipelines.list_pipelines),
    ("/{pipeline}", pipelines.get_pipeline),
    ("/{pipeline}/stages", pipelines.list_stages),
    ("/{pipeline}/stages/{stage}", pipelines.get_stage),
)


_LISTS = Lists(paths=("/search", "/batch/read", "/batch/create", "/batch/update"))


def hubspot_app(portal: HubSpotPortal) -> ASGIApp:
    """The portal as an ASGI app; the bearer token is `TOKEN`, or one of OAuth's."""

    async def root(_request: Request) -> Response:
        return contacts_page(portal)

    oauth = oauth_routes(portal)
    routes = [*staff_routes(PortalStaff(portal)), Route("/", root), *oauth, *_routes(portal)]
    return vendor_app(portal.ground, routes, fault_answer, _LISTS)


def _routes(portal: HubSpotPortal) -> Iterator[Route]:
    for method, path, handler in _paths():
        yield Route(path, _endpoint(portal, handler), methods=[method])
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    yield Route("/{path:path}", _endpoint(portal, _nowhere), methods=every)


def _paths() -> Iterator[tuple[str, str, Handler]]:
    """A path for all kinds of records: one for each would cost every portal a tenth of a second."""
    for version in ("v3", *DATED):
        objects, owners, properties = (
            f"/crm/{part}/{version}" if version in DATED else f"/crm/{version}/{part}"
            for part in ("objects", "owners", "properties")
        )
        for method, path, handler in _RECORDS:
            yield method, f"{objects}/{{kind}}{path}", handler
        yield "GET", f"{properties}/{{kind}}", reads.list_properties
        yield "GET", f"{properties}/{{kind}}/{{name}}", reads.get_property
        listed = f"/crm/lists/{version}" if version in DATED else f"/crm/{version}/lists"
        for method, path, handler in lists.PATHS:
            yield method, f"{listed}{path}", handler
        lines = f"/crm/pipelines/{version}" if version in DATED else f"/crm/{version}/pipelines"
        for path, handler in _PIPELINES:
            yield "GET", f"{lines}/{{kind}}{path}", handler
        links = "/crm/v4/associations" if version == "v3" else f"/crm/associations/{version}"
        one = "/crm/v4/objects" if version == "v3" else objects
        yield "GET", f"{one}/{{kind}}/{{record_id}}/associations/{{other}}", associations.of_record
        yield "POST", f"{links}/{{kind}}/{{other}}/batch/read", associations.batch_read
        yield "GET", f"{owners}/", reads.list_owners
        yield "GET", owners, reads.list_owners
        yield "GET", f"{owners}/{{owner_id}}", reads.get_owner
        yield "GET", f"/account-info/{version}/details", reads.account


def _shelf(portal: HubSpotPortal, word: str | None) -> Shelf:
    """Find the records that a path names, by any of their names; people, where it names none."""
    if word is None:
        return portal.people
    for shelf in portal.shelves.values():
        if word in (shelf.kind.name, shelf.kind.singular, shelf.kind.type_id):
            return shelf
    raise Refusal(400, f"Unable to infer object type from: {word}")


def _nowhere(_shelf: Shelf, call: Call) -> Answer:
    path = call.path["path"]
    if "/objects/" in f"/{path}":
        raise Refusal(400, f"Unable to infer object type from: {path.split('/')[-1]}")
    raise Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")


def _endpoint(portal: HubSpotPortal, handler: Handler) -> Endpoint:
    is_search = handler is reads.search

    async def endpoint(request: Request) -> Response:
        text = (await request.body()).decode("utf-8", "replace")
        with portal.lock:
            refusal = _refused_caller(portal, request) or _refused_scope(portal, request.url.path)
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
    shelf = portal.people
    try:
        shelf = _shelf(portal, call.path.get("kind"))
        return handler(shelf, call)
    except Refusal as refusal:
        ids = tuple(refusal.context.get("ids", ()))
        code = refusal.problems[0].code if refusal.problems else refusal.category
        shelf.log("refused", ids, code=code, status=refusal.status, path=path)
        return refusal.status, refusal.body()


def _refused_scope(portal: HubSpotPortal, path: str) -> Refusal | None:
    parts = set(path.split("/"))
    lacking = sorted(portal.missing_scopes & parts)
    return missing_scopes([f"crm.objects.{name}.read" for name in lacking]) if lacking else None


def _refused_caller(portal: HubSpotPortal, request: Request) -> Refusal | None:
    """A private app's token lasts; one of OAuth ends."""
    if request.scope.get("sandbox.token_expired"):
        return expired_token()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return bad_token()
    ends = portal.access_tokens.get(given)
    if ends:
        return expired_token() if ends <= portal.ground.clock.now() else None
    return None if hmac.compare_digest(given.encode(), TOKEN.encode()) else bad_token()
