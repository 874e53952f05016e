"""The Graph API over HTTP: versions, tokens, proofs, usage headers."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.app import EMPTY_PAGE, Lists, compact_json, vendor_app
from sandbox.meta.batch import run_batch
from sandbox.meta.errors import (
    GraphError,
    bad_proof,
    bad_token,
    expired_token,
    fault_answer,
    no_proof,
    no_token,
)
from sandbox.meta.graph import Call, answer, page_of
from sandbox.meta.page import leads_page
from sandbox.meta.pages import MetaBusiness
from sandbox.meta.versions import OLDEST, answering, split_path

TOKEN = "sandbox-meta-token"
SECRET = "sandbox-meta-secret"
_LISTS = Lists(paths=("/leads", "/leadgen_forms"), may_be_empty=("/leads",))


def meta_app(business: MetaBusiness) -> ASGIApp:
    """The business as an ASGI app; the access token is `TOKEN`, the app secret `SECRET`."""

    async def endpoint(request: Request) -> Response:
        if request.url.path == "/" and not request.query_params:
            return leads_page(business)
        sent = await _sent(request)
        with business.lock:
            asked, parts = split_path(request.url.path)
            version = OLDEST
            try:
                version = answering(asked)
                token = _checked_token(business, request, sent)
                call = Call(
                    method=request.method,
                    path=f"/{'/'.join((version, *parts))}",
                    asked_version=asked,
                    parts=parts,
                    query=request.query_params,
                    sent=sent,
                    token=token,
                    has_empty_page=bool(request.scope.get(EMPTY_PAGE)),
                )
                body = _answered(business, call)
            except GraphError as error:
                path = request.url.path
                business.ground.log("refused", "leads", code=error.code, path=path)
                return error.answer(_headers(business, version, parts))
            return compact_json(body, headers=_headers(business, version, parts))

    routes = [Route("/{path:path}", endpoint, methods=["GET", "POST", "DELETE"])]
    return vendor_app(business.ground, routes, fault_answer, _LISTS)


def _answered(business: MetaBusiness, call: Call) -> Any:
    batch = call.sent.get("batch", call.query.get("batch"))
    if call.method != "POST" or batch is None:
        return answer(business, call)
    return run_batch(business, call, batch, partial(_headers, business))


async def _sent(request: Request) -> Mapping[str, Any]:
    if request.method != "POST":
        return {}
    if "json" in request.headers.get("content-type", ""):
        try:
            body = json.loads(await request.body())
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def _checked_token(business: MetaBusiness, request: Request, sent: Mapping[str, Any]) -> str:
    if request.scope.get("sandbox.token_expired"):
        raise expired_token()
    given = {**sent, **request.query_params}
    header = request.headers.get("authorization", "")
    token = str(given.get("access_token") or header.removeprefix("Bearer ").removeprefix("OAuth "))
    if not token:
        raise no_token()
    if not hmac.compare_digest(token.encode(), TOKEN.encode()):
        raise bad_token()
    proof = given.get("appsecret_proof")
    if proof is None and business.require_appsecret_proof:
        raise no_proof()
    wanted = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
    if proof is not None and not hmac.compare_digest(str(proof).encode(), wanted.encode()):
        raise bad_proof()
    return token


def _headers(business: MetaBusiness, version: str, parts: tuple[str, ...]) -> dict[str, str]:
    """Usage in per cent; the time to regain access is in minutes."""
    used = business.app_usage
    headers = {
        "X-App-Usage": _compact({"call_count": used, "total_cputime": used, "total_time": used}),
        "facebook-api-version": version,
    }
    page_id = page_of(business, parts[0]) if parts else None
    if page_id:
        percent = business.quota.used(page_id, business.recent_leads(page_id))
        wait = business.quota.minutes_left(page_id, business.ground.clock.now())
        usage = {
            "type": "leadgen",
            "call_count": percent,
            "total_cputime": 1,
            "total_time": 1,
            "estimated_time_to_regain_access": wait if percent >= 100 else 0,  # noqa: PLR2004
        }
        headers["X-Business-Use-Case-Usage"] = _compact({page_id: [usage]})
    return headers


def _compact(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"))
