"""services/oauth2/token: client credentials, JWT bearer, user name and password."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from sandbox.app import compact_json
from sandbox.salesforce.doors import Closed
from sandbox.salesforce.furnishing import ORGANIZATION
from sandbox.salesforce.org import SalesforceOrg
from sandbox.salesforce.sessions import CLIENT_ID, CLIENT_SECRET

_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_SHARED_LOGIN = frozenset({"login.salesforce.com", "test.salesforce.com"})
_REFUSED: Mapping[str, tuple[str, str]] = {
    "refresh_token": ("invalid_grant", "expired access/refresh token"),
    "authorization_code": ("invalid_grant", "expired authorization code"),
}


async def token(org: SalesforceOrg, request: Request) -> Response:
    form = dict(parse_qsl((await request.body()).decode(errors="replace")))
    try:
        _admit(org, request, form)
    except Closed as closed:
        return compact_json({"error": closed.code, "error_description": closed.message}, 400)
    return compact_json(_grant(org, request))


def _admit(org: SalesforceOrg, request: Request, form: Mapping[str, str]) -> None:
    """Raises Closed. An assertion is signed by the client, and carries no other sign of it."""
    grant = form.get("grant_type", "")
    if grant == _JWT:
        org.doors.check_assertion(form.get("assertion", ""), org.usernames(), org.now())
        return
    _check_client(*_client(request, form))
    if grant in _REFUSED:
        raise Closed(*_REFUSED[grant])
    match grant:
        case "password":
            name, password = form.get("username", ""), form.get("password", "")
            org.doors.check_password(name, password, org.usernames())
        case "client_credentials" if request.url.hostname in _SHARED_LOGIN:
            raise Closed("invalid_grant", "request not supported on this domain")
        case "client_credentials":
            return
        case _:
            raise Closed("unsupported_grant_type", "grant type not supported")


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


def _check_client(name: str, secret: str) -> None:
    if name != CLIENT_ID:
        raise Closed("invalid_client_id", "client identifier invalid")
    if secret != CLIENT_SECRET:
        raise Closed("invalid_client", "invalid client credentials")
