"""Access tokens: an hour each, bought with the refresh token."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from sandbox.app import compact_json
from sandbox.google.errors import oauth_refusal

CLIENT_ID = "sandbox-google-client"
CLIENT_SECRET = "sandbox-google-secret"
REFRESH_TOKEN = "sandbox-google-refresh-token"
DEVELOPER_TOKEN = "sandbox-google-developer-token"


class Tokens:
    """Those in use, and until when."""

    def __init__(self, life: timedelta) -> None:
        self.life = life
        self._until: dict[str, datetime] = {}

    def issue(self, now: datetime) -> str:
        token = f"ya29.{secrets.token_urlsafe(32)}"
        self._until[token] = now + self.life
        return token

    def is_valid(self, token: str, now: datetime) -> bool:
        return self._until.get(token, now) > now

    def end_all(self) -> None:
        self._until.clear()


async def exchange(tokens: Tokens, request: Request, now: datetime) -> Response:
    """POST /token: the refresh_token grant, as a form."""
    form = dict(parse_qsl((await request.body()).decode(errors="replace")))
    wrong = _refusal(form)
    if wrong:
        return oauth_refusal(*wrong)
    granted: dict[str, Any] = {
        "access_token": tokens.issue(now),
        "expires_in": int(tokens.life.total_seconds()) - 1,
        "scope": "https://www.googleapis.com/auth/adwords",
        "token_type": "Bearer",
    }
    return compact_json(granted)


def _refusal(form: Mapping[str, str]) -> tuple[int, str, str] | None:
    if form.get("grant_type") != "refresh_token":
        return 400, "unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}"
    if form.get("client_id") != CLIENT_ID:
        return 401, "invalid_client", "The OAuth client was not found."
    if form.get("client_secret") != CLIENT_SECRET:
        return 401, "invalid_client", "Unauthorized"
    if form.get("refresh_token") != REFRESH_TOKEN:
        return 400, "invalid_grant", "Bad Request"
    return None
