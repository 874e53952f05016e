"""The Google Ads API over HTTP: versions, headers, search and searchStream, the token exchange."""

import base64
import binascii
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.app import Lists, compact_json, vendor_app
from sandbox.google.accounts import GoogleAdsAccounts
from sandbox.google.errors import (
    AdsError,
    bad_credential,
    bad_customer,
    bad_developer_token,
    fault_answer,
    no_credential,
    no_developer_token,
    no_permission,
    not_enabled,
    request_id,
)
from sandbox.google.gaql import Query, parse
from sandbox.google.page import leads_page
from sandbox.google.records import Customer, Row
from sandbox.google.run import rows
from sandbox.google.schema import LEAD, camel
from sandbox.google.tokens import DEVELOPER_TOKEN, exchange

VERSIONS = frozenset({"v23", "v24", "v25", "v26"})


_LISTS = Lists(paths=(":search", ":searchStream"))


def google_app(accounts: GoogleAdsAccounts) -> ASGIApp:
    """The accounts as an ASGI app; `sandbox.google.tokens` has the credentials."""

    async def page(_request: Request) -> Response:
        return leads_page(accounts)

    async def token(request: Request) -> Response:
        return await exchange(accounts.tokens, request, accounts.ground.clock.now())

    async def search(request: Request) -> Response:
        return await _answer(accounts, request, is_stream=False)

    async def stream(request: Request) -> Response:
        return await _answer(accounts, request, is_stream=True)

    async def accessible(request: Request) -> Response:
        return _accessible(accounts, request)

    asked = "/{version}/customers/{customer_id}/googleAds"
    routes = [
        Route("/", page),
        Route("/token", token, methods=["POST"]),
        Route("/{version}/customers:listAccessibleCustomers", accessible),
        Route(f"{asked}:search", search, methods=["POST"]),
        Route(f"{asked}:searchStream", stream, methods=["POST"]),
    ]
    return vendor_app(accounts.ground, routes, fault_answer, _LISTS)


async def _answer(accounts: GoogleAdsAccounts, request: Request, *, is_stream: bool) -> Response:
    version = request.path_params["version"]
    body = await _body(request)
    try:
        with accounts.lock:
            _check_version(version)
            _check_token(accounts, request)
            customer = _customer(accounts, request)
            query = parse(str(body.get("query") or ""))
            found = rows(accounts, customer, query)
            if is_stream:
                return compact_json(_chunks(accounts, query, found))
            return compact_json(_page(accounts, query, found, body))
    except AdsError as error:
        path = request.url.path
        accounts.ground.log("refused", "leads", code=error.code or error.status, path=path)
        return error.answer(version, in_list=is_stream)


def _accessible(accounts: GoogleAdsAccounts, request: Request) -> Response:
    """The accounts that the user of the token is let into; those below a manager are not told."""
    version = request.path_params["version"]
    try:
        with accounts.lock:
            _check_version(version)
            _check_token(accounts, request)
            own = [customer for customer in accounts.customers.values() if not customer.manager_id]
            return compact_json({"resourceNames": [f"customers/{customer.id}" for customer in own]})
    except AdsError as error:
        return error.answer(version)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _check_version(version: str) -> None:
    if version not in VERSIONS:
        raise AdsError(404, message=f"Version {version} is not supported.")


def _check_token(accounts: GoogleAdsAccounts, request: Request) -> None:
    if request.scope.get("sandbox.token_expired"):
        accounts.tokens.end_all()
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise no_credential()
    if not accounts.tokens.is_valid(token, accounts.ground.clock.now()):
        raise bad_credential()
    developer_token = request.headers.get("developer-token")
    if not developer_token:
        raise no_developer_token()
    if developer_token != DEVELOPER_TOKEN:
        raise bad_developer_token()


def _customer(accounts: GoogleAdsAccounts, request: Request) -> Customer:
    text, login = request.path_params["customer_id"], request.headers.get("login-customer-id")
    for customer_id in filter(None, (text, login)):
        if not (customer_id.isascii() and customer_id.isdigit()):
            raise bad_customer(customer_id)
    customer = accounts.customers.get(text)
    if customer is None or (customer.manager_id and login != customer.manager_id):
        raise no_permission()
    if not customer.is_enabled:
        raise not_enabled()
    return customer


def _chunks(accounts: GoogleAdsAccounts, query: Query, found: list[Row]) -> list[Any]:
    """A stream without a row is an empty list, or one chunk without results."""
    _log_served(accounts, query, found)
    size = accounts.chunk_size
    parts = [found[at : at + size] for at in range(0, len(found), size)]
    return [
        {"results": part, "fieldMask": _mask(query), "requestId": request_id()} for part in parts
    ]


def _page(
    accounts: GoogleAdsAccounts, query: Query, found: list[Row], body: dict[str, Any]
) -> dict[str, Any]:
    if "pageSize" in body:
        told = "Setting the page size is not supported."
        raise AdsError(400, "requestError", "PAGE_SIZE_NOT_SUPPORTED", told)
    start = _start(str(body.get("pageToken") or ""))
    part = found[start : start + accounts.page_size]
    _log_served(accounts, query, part)
    answer: dict[str, Any] = {"fieldMask": _mask(query)}
    settings = body.get("searchSettings")
    if isinstance(settings, dict) and settings.get("returnTotalResultsCount"):
        answer["totalResultsCount"] = str(len(found))
    if part:
        answer["results"] = part
    if start + accounts.page_size < len(found):
        answer["nextPageToken"] = _token(start + accounts.page_size)
    return answer


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(f"row {start}".encode()).decode()


def _start(token: str) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("row "))
    except (ValueError, binascii.Error):
        told = "Page token is invalid."
        raise AdsError(400, "requestError", "INVALID_PAGE_TOKEN", told) from None


def _mask(query: Query) -> str:
    return ",".join(".".join(field.path) for field in query.select)


def _log_served(accounts: GoogleAdsAccounts, query: Query, found: list[Row]) -> None:
    if query.resource == LEAD and found:
        leads = [row.get(camel(LEAD), {}) for row in found]
        names = (lead.get("resourceName") or lead.get("id") for lead in leads)
        ids = tuple(str(name).rpartition("/")[2] for name in names if name)
        accounts.ground.log("served", "leads", ids)
