"""hubspot-api-client with its traps closed: no hidden retries, time-outs, one connection pool."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hubspot import Client
from hubspot.crm.associations.v4.exceptions import ApiException as AssociationsError
from hubspot.crm.objects.exceptions import ApiException as ObjectsError
from hubspot.crm.owners.exceptions import ApiException as OwnersError
from hubspot.crm.properties.exceptions import ApiException as PropertiesError

from connectors.clocks import ahead_by
from connectors.http import LONGEST_OBEYED_WAIT, Caller, close_pools
from connectors.hubspot.failures import NAME, sort_response
from connectors.hubspot.settings import HubSpotSettings
from connectors.hubspot.versions import NEVER_REPEAT, api_factory
from connectors.pace import Pace, Timer
from connectors.setup import Quota
from connectors.shared_pace import SlotsOf, file_slots, make_pace
from leads.errors import ConnectorError, RateLimited, TransientError

Json = dict[str, Any]
_WINDOW, _SEARCH_WINDOW = 10.0, 1.0
_TIMER = Timer()
_TOLD_OF_LATE, _PLENTY = timedelta(hours=1), 0.5
_API_ERRORS = (AssociationsError, ObjectsError, OwnersError, PropertiesError)


def utc_now() -> datetime:
    return datetime.now(UTC)


class _Response(Protocol):
    data: bytes
    headers: Mapping[str, str]


class HubSpotClient:
    """
    Reads are repeated when they fail in passing; batch writes are not: their callers look first.

    `kind` is an object's plural name: contacts, leads, tasks. The library's models are not used
    (`_preload_content=False`): they answer None to a creation that says 200 for 201, and know no
    errors in a 207. `shared` is where processes keep the limits together, unless the settings name
    a folder.
    """

    def __init__(
        self,
        settings: HubSpotSettings,
        now: Callable[[], datetime] = utc_now,
        timer: Timer = _TIMER,
        shared: SlotsOf | None = None,
    ) -> None:
        self._now = now
        self.caller = Caller(NAME, settings.patience)
        self.told: Mapping[str, str] = {}
        self._asked, self._told_after, self._told_at = 0, 0, now()
        self._zone: ZoneInfo | None = None
        self.skew: timedelta | None = None
        self._currency: str | None = None
        client = Client.create(
            access_token=settings.token.get_secret_value(),
            retry=NEVER_REPEAT,
            api_factory=api_factory(settings.api_version),
            **_address(settings),
        )
        # Each access makes a new connection pool, so each is made once.
        self._search = client.crm.objects.search_api
        self._batch = client.crm.objects.batch_api
        self._associations = client.crm.associations.v4.batch_api
        self._owners = client.crm.owners.owners_api
        self._properties = client.crm.properties.core_api
        self._options = {
            "_preload_content": False,
            "_request_timeout": (settings.connect_timeout, settings.read_timeout),
        }
        self._calls, self._searches = _paces(settings, timer, shared)

    def close(self) -> None:
        for api in self._apis():
            close_pools(api.api_client.rest_client.pool_manager)
            api.api_client.close()

    def search(self, kind: str, operation: str, body: Json) -> list[Json]:
        """One page of a search: never its second, whose offset any edit shifts."""
        return self.caller.repeat(
            operation,
            lambda: _results(
                self._once(operation, self._searches, self._search.do_search, kind, body), operation
            ),
        )

    def batch(self, kind: str, operation: str, verb: str, body: Json) -> Json:
        """`verb` is read, update or create. Once; the answer may hold `errors` beside `results`."""
        answer = self._once(operation, self._calls, getattr(self._batch, verb), kind, body)
        _results(answer, operation)
        return answer

    def associated(self, kind: str, other: str, operation: str, body: Json) -> Json:
        """Which records of `other` belong to some of `kind`: one page for each of them."""
        answer = self._read(operation, self._associations.get_page, kind, other, body)
        _results(answer, operation)
        return answer

    def owners_page(self, *, archived: bool, after: str | None) -> Json:
        query = {"limit": 100, "archived": archived, **({"after": after} if after else {})}
        return self._read("list owners", self._owners.get_page, **query)

    def properties(self, kind: str) -> Sequence[Mapping[str, Any]]:
        operation = f"list {kind} properties"
        return _results(self._read(operation, self._properties.get_all, kind), operation)

    def account(self) -> Json:
        """Name, currency and time zone of the account; the library has no function for it."""
        return self._read("read the account", partial(self._get, "/account-info/v3/details"))

    @property
    def quota(self) -> Quota | None:
        """
        Calls of the day: as last told, and those made since, as searches tell nothing.

        None before anything was told, and where the account has no such limit.
        """
        limit, left = self.told.get("daily", ""), self.told.get("daily-remaining", "")
        if not (limit.isdecimal() and left.isdecimal()):
            return None
        used = max(0, int(limit) - int(left)) + self._asked - self._told_after
        return Quota(used=used, limit=int(limit), resets_at=self._midnight(), ours=self._asked)

    def ask_for_quota(self) -> None:
        """Ask how many calls are left, and when the day ends, where that was not told of late."""
        is_old = self._now() - self._told_at > _TOLD_OF_LATE
        if not is_old and (self._zone or self.quota is None or self.quota.share_left > _PLENTY):
            return
        self._told_at = self._now()
        try:
            told = str(self.account().get("timeZone") or "")
            self._zone = ZoneInfo(told)
        except (ConnectorError, ZoneInfoNotFoundError, ValueError, OSError):
            return  # the day is then counted as if it had 24 hours to go

    def _midnight(self) -> datetime | None:
        if self._zone is None:
            return None
        day = self._now().astimezone(self._zone).date() + timedelta(days=1)
        return datetime.combine(day, time(), self._zone)

    def company_currency(self) -> str | None:
        if self._currency is None:
            self._currency = str(self.account().get("companyCurrency") or "")
        return self._currency or None

    def _get(self, path: str, **options: Any) -> _Response:
        call = self._owners.api_client.call_api
        headers = {"Accept": "application/json"}
        answer: _Response = call(
            path, "GET", {}, [], headers, auth_settings=["oauth2"], response_types_map={}, **options
        )
        return answer

    def _read(
        self, operation: str, send: Callable[..., _Response], *args: Any, **query: Any
    ) -> Json:
        return self.caller.repeat(
            operation, lambda: self._once(operation, self._calls, send, *args, **query)
        )

    def _once(
        self, operation: str, pace: Pace, send: Callable[..., _Response], *args: Any, **query: Any
    ) -> Json:
        self._asked += 1
        self.caller.calls.add()
        try:
            with pace.turn():
                return self.caller.once(
                    operation, lambda: self._answer(send(*args, **query, **self._options))
                )
        except _API_ERRORS as failure:
            error = sort_response(failure.status, failure.body, failure.headers, operation)
            if isinstance(error, RateLimited) and _is_short(error.retry_after):
                pace.rest(error.retry_after or 0.0)  # what one was told holds for all
            raise error from None

    def _answer(self, response: _Response) -> Json:
        body = json.loads(response.data)
        self._note(response.headers)
        return body if isinstance(body, dict) else {}

    def _note(self, headers: Mapping[str, str]) -> None:
        """Remember what an answer says beside its body: what is left to ask for, and the time."""
        if limits := _limits(headers):
            self.told, self._told_at, self._told_after = limits, self._now(), self._asked
        self.skew = ahead_by(headers, self._now())

    def _apis(self) -> tuple[Any, ...]:
        return (self._search, self._batch, self._associations, self._owners, self._properties)


def _paces(settings: HubSpotSettings, timer: Timer, shared: SlotsOf | None) -> tuple[Pace, Pace]:
    """For searches, and for all other calls: the vendor counts them apart."""
    if settings.shared_pace:
        shared = file_slots(settings.shared_pace)
    calls = make_pace(
        shared,
        f"hubspot calls {settings.account}",
        settings.calls_per_window,
        settings.window_seconds,
        slack=max(0.0, settings.window_seconds - _WINDOW),
        timer=timer,
    )
    searches = make_pace(
        shared,
        f"hubspot searches {settings.account}",
        settings.searches_per_window,
        settings.search_window_seconds,
        slack=max(0.0, settings.search_window_seconds - _SEARCH_WINDOW),
        timer=timer,
    )
    return calls, searches


def _is_short(pause: float | None) -> bool:
    return pause is not None and pause <= LONGEST_OBEYED_WAIT


def _address(settings: HubSpotSettings) -> dict[str, str]:
    """Generated APIs read `host`, `api_request` reads `base_url`: neither may point elsewhere."""
    if not settings.base_url:
        return {}
    address = settings.base_url.rstrip("/")
    return {"host": address, "base_url": address}


def _limits(headers: Mapping[str, str]) -> Mapping[str, str]:
    """What an answer says of the quota, by lower-case header name; a search's says nothing."""
    prefix = "x-hubspot-ratelimit-"
    return {
        k.lower().removeprefix(prefix): v
        for k, v in headers.items()
        if k.lower().startswith(prefix)
    }


def _results(answer: Json, operation: str) -> list[Json]:
    results = answer.get("results")
    if not isinstance(results, list):
        raise TransientError(NAME, operation, "the answer has no results")
    return results
