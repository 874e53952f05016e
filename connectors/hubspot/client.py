"""hubspot-api-client with its traps closed: no hidden retries, time-outs, one connection pool."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from hubspot import Client
from hubspot.crm.contacts.exceptions import ApiException as ContactsError
from hubspot.crm.owners.exceptions import ApiException as OwnersError
from hubspot.crm.properties.exceptions import ApiException as PropertiesError
from urllib3.util.retry import Retry

from connectors.http import Caller, close_pools
from connectors.hubspot.failures import NAME, sort_response
from connectors.hubspot.settings import HubSpotSettings
from connectors.pace import Pace
from leads.errors import TransientError

Json = dict[str, Any]
_API_ERRORS = (ContactsError, OwnersError, PropertiesError)


class _Response(Protocol):
    data: bytes


class HubSpotClient:
    """
    Reads are repeated when they fail in passing; batch writes are not: their callers look first.

    The library's models are not used (`_preload_content=False`): they answer None to a creation
    that says 200 for 201, and know no errors in a 207.
    """

    def __init__(self, settings: HubSpotSettings) -> None:
        self.caller = Caller(NAME, settings.patience)
        client = Client.create(
            access_token=settings.token.get_secret_value(),
            # Without it urllib3 would itself repeat a GET that has a Retry-After, for hours.
            retry=Retry(total=False),
            **_address(settings),
        )
        # Each access makes a new connection pool, so each is made once.
        self._search = client.crm.contacts.search_api
        self._batch = client.crm.contacts.batch_api
        self._owners = client.crm.owners.owners_api
        self._properties = client.crm.properties.core_api
        self._options = {
            "_preload_content": False,
            "_request_timeout": (settings.connect_timeout, settings.read_timeout),
        }
        self._calls = Pace(settings.calls_per_window, settings.window_seconds)
        self._searches = Pace(settings.searches_per_window, settings.search_window_seconds)

    def close(self) -> None:
        for api in (self._search, self._batch, self._owners, self._properties):
            close_pools(api.api_client.rest_client.pool_manager)
            api.api_client.close()

    def search(self, operation: str, body: Json) -> list[Json]:
        """One page of a search: never its second, whose offset any edit shifts."""
        return self.caller.repeat(
            operation,
            lambda: _results(
                self._once(operation, self._searches, self._search.do_search, body), operation
            ),
        )

    def batch(self, operation: str, verb: str, body: Json) -> Json:
        """`verb` is read, update or create. Once; the answer may hold `errors` beside `results`."""
        answer = self._once(operation, self._calls, getattr(self._batch, verb), body)
        _results(answer, operation)
        return answer

    def owners_page(self, *, archived: bool, after: str | None) -> Json:
        operation = "list owners"
        query = {"limit": 100, "archived": archived, **({"after": after} if after else {})}
        return self.caller.repeat(
            operation,
            lambda: self._once(operation, self._calls, self._owners.get_page, **query),
        )

    def contact_properties(self) -> Sequence[Mapping[str, Any]]:
        operation = "list contact properties"
        answer = self.caller.repeat(
            operation,
            lambda: self._once(operation, self._calls, self._properties.get_all, "contacts"),
        )
        return _results(answer, operation)

    def _once(
        self, operation: str, pace: Pace, send: Callable[..., _Response], *args: Any, **query: Any
    ) -> Json:
        pace.wait()
        try:
            return self.caller.once(operation, lambda: _read(send(*args, **query, **self._options)))
        except _API_ERRORS as failure:
            raise sort_response(failure.status, failure.body, failure.headers, operation) from None


def _address(settings: HubSpotSettings) -> dict[str, str]:
    """Generated APIs read `host`, `api_request` reads `base_url`: neither may point elsewhere."""
    if not settings.base_url:
        return {}
    address = settings.base_url.rstrip("/")
    return {"host": address, "base_url": address}


def _read(response: _Response) -> Json:
    body = json.loads(response.data)
    return body if isinstance(body, dict) else {}


def _results(answer: Json, operation: str) -> list[Json]:
    results = answer.get("results")
    if not isinstance(results, list):
        raise TransientError(NAME, operation, "the answer has no results")
    return results
