"""OAuth of a public app: access tokens of half an hour for a refresh token, and what they are."""

import uuid
from datetime import timedelta
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.app import compact_json
from sandbox.hubspot.account import PORTAL_ID
from sandbox.hubspot.errors import Refusal
from sandbox.hubspot.hooks import CLIENT_SECRET
from sandbox.hubspot.portal import HubSpotPortal

CLIENT_ID = "sandbox-hubspot-client"
REFRESH_TOKEN = "sandbox-hubspot-refresh-token"
LASTS = timedelta(minutes=30)
_SCOPES = ("oauth", "crm.objects.contacts.read", "crm.objects.contacts.write")
_WHO = {
    "user": "integration@example.com",
    "user_id": 1_000_001,
    "hub_domain": "sandbox.example.com",
    "hub_id": PORTAL_ID,
    "scopes": list(_SCOPES),
}
_APP_ID = 19_083_857


def oauth_routes(portal: HubSpotPortal) -> list[Route]:
    """None of them asks for a bearer token."""

    async def token(request: Request) -> Response:
        # Another kind of body is read as a form without any field: the vendor says so, too.
        text = (await request.body()).decode("utf-8", "replace") if _is_form(request) else ""
        sent = dict(parse_qsl(text))
        return _wrong(sent) or compact_json(_issued(portal))

    async def access(request: Request) -> Response:
        given = request.path_params["token"]
        ends = portal.access_tokens.get(given)
        now = portal.ground.clock.now()
        if ends is None or ends <= now:
            return _unknown()
        left = int((ends - now).total_seconds())
        told = {"token": given, "app_id": _APP_ID, "expires_in": left, "token_type": "access"}
        return compact_json({**_WHO, **told})

    async def refresh(request: Request) -> Response:
        given = request.path_params["token"]
        if given != REFRESH_TOKEN:
            return _unknown()
        told = {"token": given, "client_id": CLIENT_ID, "token_type": "refresh"}
        return compact_json({**_WHO, **told})

    return [
        Route("/oauth/v1/token", token, methods=["POST"]),
        Route("/oauth/v1/access-tokens/{token}", access),
        Route("/oauth/v1/refresh-tokens/{token}", refresh),
    ]


def _is_form(request: Request) -> bool:
    return "form-urlencoded" in request.headers.get("content-type", "")


def _issued(portal: HubSpotPortal) -> dict[str, str | int]:
    with portal.lock:
        issued = f"sandbox-hubspot-access-{len(portal.access_tokens) + 1}"
        portal.access_tokens[issued] = portal.ground.clock.now() + LASTS
    return {
        "token_type": "bearer",
        "refresh_token": REFRESH_TOKEN,
        "access_token": issued,
        "expires_in": int(LASTS.total_seconds()),
    }


def _wrong(sent: dict[str, str]) -> Response | None:
    """What HubSpot finds wrong with a request for a token; it stands under `status`."""
    grant = sent.get("grant_type")
    if grant not in {"refresh_token", "authorization_code"}:
        return _refused("BAD_GRANT_TYPE", "missing or unknown grant type")
    if sent.get("client_id") != CLIENT_ID:
        return _refused("BAD_CLIENT_ID", "missing or unknown client id")
    if sent.get("client_secret") != CLIENT_SECRET:
        return _refused("BAD_CLIENT_SECRET", "missing or invalid client secret")
    if grant == "authorization_code":  # nobody gives the app a code here
        return _refused("BAD_AUTH_CODE", "missing or unknown auth code")
    if sent.get("refresh_token") != REFRESH_TOKEN:
        return _refused("BAD_REFRESH_TOKEN", "missing or invalid refresh token")
    return None


def _refused(status: str, message: str) -> Response:
    body = {"status": status, "message": message, "correlationId": str(uuid.uuid4())}
    return compact_json(body, 400)


def _unknown() -> Response:
    refusal = Refusal(404, "resource not found", category="OBJECT_NOT_FOUND")
    return compact_json(refusal.body(), refusal.status)
