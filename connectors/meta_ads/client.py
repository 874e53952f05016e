"""The Graph API over httpx: pages followed by cursor, never by the address in an answer."""

import hashlib
import hmac
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from connectors.clocks import ahead_by
from connectors.http import Caller, json_of, tls
from connectors.meta_ads.failures import NAME, sort_response
from connectors.meta_ads.settings import MetaAdsSettings
from connectors.meta_ads.usage import Usage
from leads.errors import TransientError

Json = dict[str, Any]
_GRAPH = "https://graph.facebook.com"


class GraphClient:
    """
    Reads only. The token travels in a header: addresses end up in logs.

    `told` are the last answer's headers; `ahead` is by how much our clock is later than its own.
    """

    def __init__(self, settings: MetaAdsSettings) -> None:
        token = settings.token.get_secret_value()
        # At INFO httpx logs whole addresses, and ours carry a proof made from the token.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self.caller = Caller(NAME, settings.patience)
        self.told: Mapping[str, str] = {}
        self.ahead: timedelta | None = None
        self.usage = Usage()
        self._proof = hmac.new(
            settings.app_secret.get_secret_value().encode(), token.encode(), hashlib.sha256
        ).hexdigest()
        self._http = httpx.Client(
            base_url=f"{(settings.base_url or _GRAPH).rstrip('/')}/{settings.api_version}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout),
            trust_env=False,
            verify=tls(),
        )

    def close(self) -> None:
        self._http.close()

    def get(self, operation: str, path: str, *, page: str = "", **query: str) -> Json:
        """Answer one node, or several by `ids`. `page` is whose allowance it is taken from."""
        return self.caller.repeat(operation, lambda: self._once(operation, path, query, page))

    def edge(self, operation: str, path: str, *, page: str = "", **query: str) -> Iterator[Json]:
        """
        Yield every node of an edge. `page` as in `get`.

        A page may be empty and not be the last: only one without `paging.next` is. `next` itself
        is an absolute address with the token in it, so its cursor is used instead.
        """
        after: dict[str, str] = {}
        while True:
            answer = self.get(operation, path, page=page, **query, **after)
            nodes, paging = answer.get("data"), answer.get("paging") or {}
            if not isinstance(nodes, list):
                raise TransientError(NAME, operation, "the answer has no data")
            yield from nodes
            cursor = (paging.get("cursors") or {}).get("after")
            if not (paging.get("next") and cursor):
                return
            after = {"after": cursor}

    def _once(self, operation: str, path: str, query: Mapping[str, str], page: str) -> Json:
        asked = {**query, "appsecret_proof": self._proof}
        self.caller.calls.add()
        response = self._http.get(path, params=asked)
        self.told, self.ahead = response.headers, ahead_by(response.headers, datetime.now(UTC))
        self.usage.note(page, response.headers)
        body = json_of(response)
        if not response.is_success:
            raise sort_response(response.status_code, body, response.headers, operation)
        if not isinstance(body, dict):
            raise TransientError(NAME, operation, "the answer is not a JSON object")
        return body
