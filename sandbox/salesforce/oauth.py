"""services/oauth2/token: client credentials; the other flows are refused in Salesforce's words."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from sandbox.app import compact_json
from sandbox.salesforce.furnishing import ORGANIZATION
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.sessions import CLIENT_ID, CLIENT_SECRET

_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_SHARED_LOGIN = frozenset({"login.salesforce.com", "test.salesforce.com"})
_REFUSED: Mapping[str, tuple[str, str]] = {
    "password": ("invalid_grant", "authentication failure"),
    "refresh_token": ("invalid_grant", "expired access/refresh token"),
    "authorization_code": ("invalid_grant", "expired authorization code"),
    _JWT: ("invalid_grant", "user hasn't approved this consumer"),
}


async def token(org: SalesforceOrg, request: Request) -> Response:
    form = dict(parse_qsl((await request.body()).decode(errors="replace")))
    wrong = _wrong_client(*_client(request, form))
    grant = form.get("grant_type", "")
    if wrong:
        return _refusal(*wrong)
    if grant in _REFUSED:
        return _refusal(*_REFUSED[grant])
    if grant != "client_credentials":
        return _refusal("unsupported_grant_type", "grant type not supported")
    if request.url.hostname in _SHARED_LOGIN:
        return _refusal("invalid_grant", "request not supported on this domain")
    return compact_json(_grant(org, request))


def _grant(org: SalesforceOrg, request: Request) -> dict[str, Any]:
    token = org.issue_token()
    issued = str(int(org.now().timestamp() * 1000))
    scheme = "http" if request.url.hostname in _LOOPBACK else "https"
    origin = f"{scheme}://{request.url.netloc}"
    identity = f"{origin}/id/{ORGANIZATION}/{org.running_user}"
    signature = hashlib.sha256(f"{identity}{issued}".encode()).digest()
    return {
        "access_token": token,
        "signature": base64.b64encode(signature).decode(),
        "scope": "api",
        "instance_url": origin,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued,
    }


def _client(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    """Read the client's id and secret from the Basic header, else from the form."""
    scheme, _, code = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(code, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _wrong_client(name: str, secret: str) -> tuple[str, str] | None:
    if name != CLIENT_ID:
        return "invalid_client_id", "client identifier invalid"
    return None if secret == CLIENT_SECRET else ("invalid_client", "invalid client credentials")


def _refusal(error: str, description: str) -> Response:
    return compact_json({"error": error, "error_description": description}, 400)
