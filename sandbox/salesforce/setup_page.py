"""`/_sandbox/logins`: the logins an administrator opens in Setup, and the app's certificate."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from cryptography.x509 import load_pem_x509_certificate
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.salesforce.doors import PASSWORD, SECURITY_TOKEN
from sandbox.salesforce.org import SalesforceOrg

_SWITCHES = ("password_flow", "soap_login", "preauthorized")
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


def setup_routes(org: SalesforceOrg) -> list[Route]:
    async def logins(request: Request) -> Response:
        if request.method == "POST":
            problem = _switch(org, await request.body())
            if problem:
                return JSONResponse({"error": problem}, status_code=422)
        return JSONResponse(_open(org))

    async def certificate(request: Request) -> Response:
        try:
            org.doors.certificate = _public_key(await request.body())
        except ValueError:
            told = "send a certificate or a public key in PEM form, as --data-binary @FILE does"
            return JSONResponse({"error": told}, status_code=422)
        return JSONResponse(_open(org))

    return [
        Route("/_sandbox/logins", logins, methods=["GET", "POST"]),
        Route("/_sandbox/certificate", certificate, methods=["POST"]),
    ]


def _open(org: SalesforceOrg) -> dict[str, Any]:
    return {
        **{name: getattr(org.doors, name) for name in _SWITCHES},
        "certificate": org.doors.certificate is not None,
        "usernames": sorted(org.usernames()),
        "password": PASSWORD,
        "security_token": SECURITY_TOKEN,
    }


def _switch(org: SalesforceOrg, text: bytes) -> str:
    """Answer what is wrong with the order; nothing where it was obeyed."""
    try:
        asked = json.loads(text)
    except ValueError:
        asked = None
    is_order = isinstance(asked, dict) and all(type(told) is bool for told in asked.values())
    if not is_order or asked.keys() - set(_SWITCHES):
        return f"send a JSON object with true or false for any of {', '.join(_SWITCHES)}"
    for name, told in asked.items():
        setattr(org.doors, name, told)
    return ""


def _public_key(pem: bytes) -> str:
    """Raises ValueError for what holds no public key."""
    if _CERTIFICATE in pem:
        return _text(load_pem_x509_certificate(pem).public_key())
    return _text(load_pem_public_key(pem))


def _text(key: PublicKeyTypes) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
