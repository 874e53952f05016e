"""The Google Ads REST API over httpx: an access token kept fresh, queries, and their rows."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from connectors.clocks import ahead_by
from connectors.google_ads.failures import NAME, sort_login, sort_response
from connectors.google_ads.settings import GoogleAdsSettings
from connectors.http import Caller, json_of, tls
from leads.errors import TransientError

Json = dict[str, Any]
_API = "https://googleads.googleapis.com"
_LOGIN = "https://oauth2.googleapis.com/token"
_UNAUTHORIZED = 401
_BEFORE_IT_ENDS = 60.0
_DAY = 86_400.0


class GoogleAdsClient:
    """
    Reads only. One for all threads; they share the access token.

    `ahead` is by how much our clock is later than the last answer's.
    """

    def __init__(
        self, settings: GoogleAdsSettings, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self.caller = Caller(NAME, settings.patience)
        self.ahead: timedelta | None = None
        self._settings, self._clock = settings, clock
        base = settings.base_url.rstrip("/") if settings.base_url else None
        self._login = f"{base}/token" if base else _LOGIN
        self._http = httpx.Client(
            base_url=f"{base or _API}/{settings.api_version}",
            timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout),
            trust_env=False,
            verify=tls(),
        )
        self._token, self._ends = "", 0.0
        self._asked: deque[float] = deque()
        self.operations = 0
        self._lock = threading.Lock()

    def close(self) -> None:
        self._http.close()

    def log_in(self) -> None:
        """See that there is an access token. Raises ConnectorError."""
        self.caller.repeat("log in", self._access_token)

    def operations_of_the_day(self) -> int:
        """Count what this process asked for in the last 24 hours: no answer tells."""
        with self._lock:
            while self._asked and self._asked[0] <= self._clock() - _DAY:
                self._asked.popleft()
            return len(self._asked)

    def stream(self, operation: str, customer_id: str, query: str) -> list[Json]:
        """Answer all rows by one request. Raises ConnectorError."""
        chunks = self._ask(operation, customer_id, "searchStream", {"query": query})
        return list(_rows(chunks if isinstance(chunks, list) else [chunks], operation))

    def search(self, operation: str, customer_id: str, query: str) -> Iterator[Json]:
        """Yield all rows, a page at a time. Raises ConnectorError."""
        asked = {"query": query}
        while True:
            page = self._ask(operation, customer_id, "search", asked)
            yield from _rows([page], operation)
            if not page.get("nextPageToken"):
                return
            asked = {"query": query, "pageToken": str(page["nextPageToken"])}

    def _ask(self, operation: str, customer_id: str, method: str, asked: dict[str, str]) -> Any:
        path = f"/customers/{customer_id}/googleAds:{method}"
        return self.caller.repeat(operation, lambda: self._once(operation, path, asked))

    def _once(self, operation: str, path: str, asked: dict[str, str]) -> Any:
        token = self._access_token()
        with self._lock:
            self._asked.append(self._clock())
            self.operations += 1
        response = self._post(path, asked, token)
        if response.status_code == _UNAUTHORIZED:
            # It may have ended early. If a fresh one is refused too, it is not the token.
            response = self._post(path, asked, self._access_token(refused=token))
        self.ahead = ahead_by(response.headers, datetime.now(UTC))
        body = json_of(response)
        if not response.is_success:
            raise sort_response(response.status_code, body, response.headers, operation)
        return body

    def _post(self, path: str, asked: dict[str, str], token: str) -> httpx.Response:
        settings = self._settings
        headers = {
            "Authorization": f"Bearer {token}",
            "developer-token": settings.developer_token.get_secret_value(),
        }
        if settings.login_customer_id:
            headers["login-customer-id"] = settings.login_customer_id
        self.caller.calls.add()
        return self._http.post(path, json=asked, headers=headers)

    def _access_token(self, *, refused: str = "") -> str:
        """Answer one that lasts a minute more; another thread may have fetched it meanwhile."""
        with self._lock:
            if self._token in ("", refused) or self._clock() >= self._ends:
                self._token, self._ends = self._log_in()
            return self._token

    def _log_in(self) -> tuple[str, float]:
        settings, operation = self._settings, "log in"
        form = {
            "grant_type": "refresh_token",
            "client_id": settings.client_id.get_secret_value(),
            "client_secret": settings.client_secret.get_secret_value(),
            "refresh_token": settings.refresh_token.get_secret_value(),
        }
        asked_at = self._clock()
        response = self._http.post(self._login, data=form)
        body = json_of(response)
        if not response.is_success:
            raise sort_login(response.status_code, body, operation)
        if not isinstance(body, dict) or not body.get("access_token"):
            raise TransientError(NAME, operation, "the answer has no access token")
        lasts = float(body.get("expires_in") or 0)
        return str(body["access_token"]), asked_at + max(0.0, lasts - _BEFORE_IT_ENDS)


def _rows(pages: list[Any], operation: str) -> Iterator[Json]:
    """A page without rows has no `results` at all; one that is no object is not Google's."""
    for page in pages:
        rows = page.get("results", []) if isinstance(page, dict) else None
        if not isinstance(rows, list) or "error" in page:
            raise TransientError(NAME, operation, "the answer is not a list of results")
        yield from rows
