"""LinkedIn's REST API over HTTP: versions, tokens, daily limits, subscriptions."""

import asyncio
import json
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.app import Lists, compact_json, vendor_app
from sandbox.linkedin import finders, roles
from sandbox.linkedin.business import (
    CLIENT_ID,
    CLIENT_SECRET,
    REFRESH_TOKEN,
    LinkedInBusiness,
)
from sandbox.linkedin.errors import (
    LinkedInError,
    bad_body,
    bad_query,
    expired_token,
    fault_answer,
    invalid_token,
    no_such_protocol,
    no_such_version,
    no_version,
    not_found,
    over_limit,
    revoked_token,
)
from sandbox.linkedin.page import leads_page
from sandbox.linkedin.records import Node
from sandbox.linkedin.webhooks import is_answered
from sandbox.linkedin.wire import read_query, read_value

_YEAR_AND_MONTH = 6
_LOOPBACK = ("127.0.0.1", "localhost")
_SIXTY_DAYS, _YEAR = 5_184_000, 31_536_000


_OLDER, _NEWER = ("organizationalEntityAcls",), ("organizationAcls",)
"""What is left of the API without versions; the older is nowhere else."""

_LISTS = Lists(paths=("/leadFormResponses", "/leadForms"))


def linkedin_app(business: LinkedInBusiness) -> ASGIApp:
    """The business as an ASGI app; the access token is `business.TOKEN`."""

    async def endpoint(request: Request) -> Response:
        try:
            parts = tuple(request.url.path.strip("/").split("/"))[1:]
            _check(business, request, parts)
            if request.method == "POST" and parts == ("leadNotifications",):
                return await _subscribe(business, await request.body())
            method, query = await _asked(request)
            with business.lock:
                body = _answer(business, method, query, parts)
        except LinkedInError as error:
            path = request.url.path
            business.ground.log("refused", "leadFormResponses", code=error.code, path=path)
            return error.answer()
        return compact_json(body) if body is not None else Response(status_code=204)

    async def token(request: Request) -> Response:
        sent = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        return _new_token(business, sent)

    def page(_request: Request) -> Response:
        return leads_page(business)

    routes = [
        Route("/", page),
        Route("/v2/{path:path}", endpoint, methods=["GET", "POST", "DELETE"]),
        Route("/oauth/v2/accessToken", token, methods=["POST"]),
        Route("/rest/{path:path}", endpoint, methods=["GET", "POST", "DELETE"]),
    ]
    return vendor_app(business.ground, routes, fault_answer, _LISTS)


def _check(business: LinkedInBusiness, request: Request, parts: tuple[str, ...]) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if token in business.revoked:
        raise revoked_token()
    if scheme.lower() != "bearer" or token not in business.tokens:
        raise invalid_token()
    if token in business.expired or request.scope.get("sandbox.token_expired"):
        raise expired_token()
    is_versioned = request.url.path.startswith("/rest/")
    if (parts == _OLDER) if is_versioned else parts not in {_OLDER, _NEWER}:
        raise not_found("/".join(parts))
    if is_versioned:
        _check_version(business, request.headers.get("linkedin-version", ""))
    _check_protocol(request)
    if not business.quota.take("/".join(parts[:1]), business.ground.clock.now()):
        raise over_limit()


def _check_version(business: LinkedInBusiness, version: str) -> None:
    if not version:
        raise no_version()
    is_month = version.isdecimal() and len(version) == _YEAR_AND_MONTH
    if not is_month or version < business.oldest_version:
        raise no_such_version(version)


def _check_protocol(request: Request) -> None:
    """The older one, which is meant where none is named, reads no query of these shapes."""
    protocol = request.headers.get("x-restli-protocol-version") or "1.0.0"
    if protocol not in {"1.0.0", "2.0.0"}:
        raise no_such_protocol(protocol)
    is_by_id = request.method == "GET" and not request.url.query
    if protocol == "1.0.0" and not is_by_id:
        raise bad_query("X-Restli-Protocol-Version")


async def _asked(request: Request) -> tuple[str, dict[str, str]]:
    """The method and the query; one too long for an address is the body of a POST."""
    method = request.headers.get("x-http-method-override", request.method).upper()
    if method == request.method:
        return method, read_query(request.scope["query_string"].decode("ascii"))
    if (request.method, method) != ("POST", "GET"):
        raise bad_query("X-HTTP-Method-Override")
    return method, read_query((await request.body()).decode("ascii", "replace"))


def _answer(
    business: LinkedInBusiness, method: str, query: dict[str, str], parts: tuple[str, ...]
) -> Node | None:
    match method, parts:
        case "GET", ("leadFormResponses" | "leadForms",) if "ids" in query:
            return finders.several(business, query, parts[0])
        case "GET", ("leadFormResponses",):
            return finders.leads_of_owner(business, query)
        case "GET", ("leadFormResponses", lead_id):
            return finders.lead_by_id(business, query, lead_id)
        case "GET", ("leadForms",):
            return finders.forms_of_owner(business, query)
        case "GET", ("leadForms", form_id):
            return finders.form_by_id(business, form_id)
        case "GET", ("adAccounts",):
            return finders.accounts(business, query)
        case "GET", ("organizationAcls" | "organizationalEntityAcls" as resource,):
            return roles.roles(business, query, resource)
        case _:
            return _notifications(business, method, query, parts)


async def _subscribe(business: LinkedInBusiness, raw: bytes) -> Response:
    """Validate the webhook by a challenge, outside the lock: the answer may take its time."""
    try:
        sent = json.loads(raw)
        owner = finders.owner_in(business, sent["owner"])
        webhook, lead_type = str(sent["webhook"]), sent["leadType"]
    except (ValueError, TypeError, KeyError):
        raise bad_body("webhook, owner and leadType are required") from None
    address = urlsplit(webhook)
    # LinkedIn wants HTTPS; a loopback address is the sandbox's own exception.
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise bad_body("webhook must be an HTTPS address")
    if lead_type not in finders.LEAD_TYPES[owner.kind]:
        raise bad_body("leadType is not one of this owner's")
    if not await asyncio.to_thread(is_answered, webhook, CLIENT_SECRET):
        raise bad_body("webhook did not answer the challenge within 3 seconds")
    number = business.subscribe(webhook, owner, lead_type)
    return Response(status_code=201, headers={"x-restli-id": str(number)})


def _notifications(
    business: LinkedInBusiness, method: str, query: Mapping[str, str], parts: tuple[str, ...]
) -> Node | None:
    match method, parts:
        case "GET", ("leadNotifications",):
            return _subscriptions(business, query)
        case "DELETE", ("leadNotifications", number):
            return business.unsubscribe(number)
        case _:
            raise not_found("/".join(parts))


def _subscriptions(business: LinkedInBusiness, query: Mapping[str, str]) -> Node:
    asked = read_value("owner", query.get("owner", ""))
    owner = finders.owner_in(business, asked.get("value") if isinstance(asked, dict) else None)
    found = [s.node() for s in business.subscriptions.values() if s.owner == owner]
    return {"paging": {"start": 0, "count": 10, "links": []}, "elements": found}


def _new_token(business: LinkedInBusiness, sent: Mapping[str, str]) -> Response:
    """The refresh of an access token; errors are OAuth's own, not the REST API's."""
    given = (sent.get("grant_type"), sent.get("client_id"), sent.get("client_secret"))
    if given != ("refresh_token", CLIENT_ID, CLIENT_SECRET):
        return _refusal("invalid_client", "Client authentication failed")
    if sent.get("refresh_token") != REFRESH_TOKEN:
        return _refusal("invalid_grant", "The provided refresh token is invalid")
    return JSONResponse(
        {
            "access_token": business.new_token(),
            "expires_in": _SIXTY_DAYS,
            "refresh_token": REFRESH_TOKEN,
            "refresh_token_expires_in": _YEAR,
            "scope": "r_ads,r_marketing_leadgen_automation",
        }
    )


def _refusal(error: str, told: str) -> Response:
    status = 401 if error == "invalid_client" else 400
    return JSONResponse({"error": error, "error_description": told}, status_code=status)
