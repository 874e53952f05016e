"""Pipedrive's API over httpx: v2 where it has the record, v1 where it has not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from connectors.clocks import ahead_by
from connectors.http import Caller, json_of, tls
from connectors.pace import Timer
from connectors.pipedrive.failures import BUDGET_A_DAY, BUDGET_LEFT, NAME, sort_response
from connectors.pipedrive.settings import PipedriveSettings
from connectors.setup import Quota
from connectors.shared_pace import SlotsOf, make_pace
from leads.errors import TransientError

Json = dict[str, Any]
_WINDOW = 2.0
_MOST_IDS = 100
_TIMER = Timer()


def utc_now() -> datetime:
    return datetime.now(UTC)


class PipedriveClient:
    """
    Reads are repeated when they fail in passing; writes are not: their callers look first.

    `shared` is where processes keep the limit together. `skew`: by how much our clock is later than
    the last answer's; `quota` what the last answers told of the day's budget, None where none did.
    """

    def __init__(
        self,
        settings: PipedriveSettings,
        now: Callable[[], datetime] = utc_now,
        timer: Timer = _TIMER,
        shared: SlotsOf | None = None,
    ) -> None:
        self.caller = Caller(NAME, settings.patience)
        self.skew: timedelta | None = None
        self.quota: Quota | None = None
        self._now = now
        self._pace = make_pace(
            shared,
            f"pipedrive {settings.account}",
            settings.calls_per_window,
            settings.window_seconds,
            slack=settings.window_seconds - _WINDOW,
            timer=timer,
        )
        self._http = httpx.Client(
            base_url=f"{settings.address.rstrip('/')}/api",
            headers={"x-api-token": settings.token.get_secret_value()},
            timeout=httpx.Timeout(settings.read_timeout, connect=settings.connect_timeout),
            trust_env=False,
            verify=tls(),
        )

    def close(self) -> None:
        self._http.close()

    def get(self, operation: str, path: str, **query: str) -> Json:
        return self.caller.repeat(operation, lambda: self.once(operation, "GET", path, query))

    def rows(self, operation: str, path: str, **query: str) -> list[Json]:
        """Read a list that comes whole; an empty one may be told as null."""
        return rows_of(self.get(operation, path, **query), operation)

    def pages(self, operation: str, kind: str, **query: str) -> Iterator[list[Json]]:
        """Read a list of v2: its cursor names a record, so that no edit shifts it."""
        cursor: str | None = ""
        while cursor is not None:
            more = {"cursor": cursor} if cursor else {}
            body = self.get(operation, f"/v2/{kind}", **query, **more)
            if found := rows_of(body, operation):
                yield found
            cursor = (body.get("additional_data") or {}).get("next_cursor") or None

    def by_ids(self, operation: str, kind: str, ids: Sequence[int]) -> dict[int, Json]:
        """Read these of v2, by the hundred; one that is gone is left out."""
        found: dict[int, Json] = {}
        wanted = sorted(set(ids))
        for start in range(0, len(wanted), _MOST_IDS):
            some = ",".join(map(str, wanted[start : start + _MOST_IDS]))
            query = {"ids": some, "limit": str(_MOST_IDS), "include_option_labels": "true"}
            for record in self.rows(operation, f"/v2/{kind}", **query):
                if isinstance(record.get("id"), int):
                    found[record["id"]] = record
        return found

    def once(
        self,
        operation: str,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Json | None = None,
    ) -> Json:
        self.caller.calls.add()
        with self._pace.turn():
            response = self._http.request(method, path, params=query or None, json=body)
        self.skew = ahead_by(response.headers, self._now())
        self.quota = _quota(response.headers) or self.quota
        told = json_of(response)
        if not response.is_success:
            raise sort_response(response.status_code, told, response.headers, operation)
        if not isinstance(told, dict) or told.get("success") is not True:
            raise TransientError(NAME, operation, "the answer does not say that it succeeded")
        return told


def rows_of(body: Json, operation: str) -> list[Json]:
    """Raises TransientError for an answer without a list."""
    found = body.get("data")
    if found is None:
        return []
    if not (isinstance(found, list) and all(isinstance(each, dict) for each in found)):
        raise TransientError(NAME, operation, "the answer is not a list of records")
    return found


def _quota(headers: Mapping[str, str]) -> Quota | None:
    """Tokens, not calls; the headers are missing at times, and whatever was told last holds."""
    limit, left = headers.get(BUDGET_A_DAY, ""), headers.get(BUDGET_LEFT, "")
    if not (limit.isdecimal() and left.isdecimal()):
        return None
    return Quota(used=max(0, int(limit) - int(left)), limit=int(limit))
