"""Who a token speaks for: the address that stands as `id` in a token's answer."""

from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sandbox.app import compact_json
from sandbox.salesforce.errors import Refusal
from sandbox.salesforce.furnishing import ORGANIZATION
from sandbox.salesforce.org import SalesforceOrg

_FORBIDDEN = 403


async def identity(org: SalesforceOrg, request: Request) -> Response:
    """Answer in words, not JSON, where it refuses: this is no part of the REST API."""
    asked, user = request.path_params["organization"], request.path_params["user"]
    problem = _problem_of(org, _token(request))
    if problem or (asked, user) != (ORGANIZATION, org.running_user):
        return PlainTextResponse(problem or "Wrong_Id", _FORBIDDEN)
    return compact_json(_about(org, request))


def _problem_of(org: SalesforceOrg, token: str) -> str | None:
    if not token:
        return "Missing_OAuth_Token"
    try:
        with org.lock:
            org.sessions.use(token, org.now())
    except Refusal:
        return "Bad_OAuth_Token"
    return None


def _token(request: Request) -> str:
    scheme, _, code = request.headers.get("authorization", "").partition(" ")
    in_header = scheme.lower() in {"bearer", "oauth"}
    return code if in_header else request.query_params.get("oauth_token", "")


def _about(org: SalesforceOrg, request: Request) -> dict[str, Any]:
    with org.lock:
        row = org.records.of("User")[org.running_user]
    origin = f"{request.url.scheme}://{request.url.netloc}"
    rest = f"{origin}/services/data/v{{version}}/"
    return {
        "id": f"{origin}{request.url.path}",
        "asserted_user": True,
        "user_id": org.running_user,
        "organization_id": ORGANIZATION,
        "username": row["Username"],
        "display_name": row["Name"],
        "email": row["Email"],
        "active": row["IsActive"],
        "user_type": "STANDARD",
        "timezone": row["TimeZoneSidKey"],
        "urls": {"rest": rest, "sobjects": f"{rest}sobjects/", "query": f"{rest}query/"},
    }
