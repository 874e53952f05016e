"""The Lead Sync API over httpx: whole addresses, a version in a header, a token that is renewed."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from connectors.clocks import ahead_by
from connectors.http import Caller, json_of, sort_status, tls
from connectors.linkedin_ads.failures import NAME, TokenExpired, sort_response
from connectors.linkedin_ads.settings import LinkedInAdsSettings
from leads.errors import AuthError, TransientError

Json = dict[str, Any]
_API, _OAUTH = "https://api.linkedin.com", "https://www.linkedin.com"
_RENEWAL = "Check FIRSTTOUCH_LINKEDIN_ADS_REFRESH_TOKEN, _CLIENT_ID and _CLIENT_SECRET"


class LeadSyncClient:
    """Reads only. Thread-safe. `ahead`: by how much our clock is later than the last answer's."""

    def __init__(self, settings: LinkedInAdsSettings, clock: Callable[[], datetime]) -> None:
        self.caller = Caller(NAME, settings.patience)
        self.ahead: timedelta | None = None
        self._settings, self._clock = settings, clock
        self._token = settings.token.get_secret_value()
        self._lock = threading.Lock()
        self._api = f"{(settings.base_url or _API).rstrip('/')}/rest"
        self._http = httpx.Client(
            headers={
                "LinkedIn-Version": settings.api_version,
                "X-Restli-Protocol-Version": "2.0.0",
            },
            timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout),
            trust_env=False,
            verify=tls(),
        )

    def close(self) -> None:
        self._http.close()

    def get(self, operation: str, path: str, query: str = "") -> Json:
        """Read one address; `query` goes out as it stands."""
        address = f"{self._api}{path}?{query}" if query else f"{self._api}{path}"
        return self.caller.repeat(operation, lambda: self._once(operation, address))

    def page(self, operation: str, path: str, query: str, start: int, count: int) -> Json:
        """Read a part of a list. Raises TransientError for an answer that is none."""
        body = self.get(operation, path, f"{query}&count={count}&start={start}")
        if not isinstance(body.get("elements"), list):
            raise TransientError(NAME, operation, "the answer has no elements")
        return body

    def _once(self, operation: str, address: str) -> Json:
        token = self._token
        try:
            return self._send(operation, address, token)
        except TokenExpired:
            if not self._renew(operation, token):
                raise
        return self._send(operation, address, self._token)

    def _send(self, operation: str, address: str, token: str) -> Json:
        self.caller.calls.add()
        response = self._http.get(address, headers={"Authorization": f"Bearer {token}"})
        self.ahead = ahead_by(response.headers, datetime.now(UTC))
        body = json_of(response)
        if not response.is_success:
            now = self._clock()
            raise sort_response(response.status_code, body, response.headers, operation, now)
        if not isinstance(body, dict):
            raise TransientError(NAME, operation, "the answer is not a JSON object")
        return body

    def _renew(self, operation: str, expired: str) -> bool:
        """Get a token in place of `expired`, unless another thread has; False: we cannot."""
        settings = self._settings
        if not (settings.refresh_token and settings.client_id and settings.client_secret):
            return False
        with self._lock:
            if self._token == expired:
                self._token = self._new_token(
                    operation,
                    grant_type="refresh_token",
                    refresh_token=settings.refresh_token.get_secret_value(),
                    client_id=settings.client_id,
                    client_secret=settings.client_secret.get_secret_value(),
                )
        return True

    def _new_token(self, operation: str, **form: str) -> str:
        base = (self._settings.base_url or _OAUTH).rstrip("/")
        response = self._http.post(f"{base}/oauth/v2/accessToken", data=form)
        body = json_of(response)
        told = body if isinstance(body, dict) else {}
        if response.is_client_error and told.get("error"):
            raise AuthError(NAME, operation, "the token could not be renewed", _RENEWAL)
        if not response.is_success:
            raise sort_status(response.status_code, connector=NAME, operation=operation)
        if not isinstance(told.get("access_token"), str):
            raise TransientError(NAME, operation, "a renewal brought no token")
        return str(told["access_token"])
