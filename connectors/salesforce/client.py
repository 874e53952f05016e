"""simple-salesforce with a login of our own: an expired session costs one login, not forty."""

import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from simple_salesforce.api import Salesforce as Api
from simple_salesforce.exceptions import SalesforceError, SalesforceExpiredSession

from connectors.http import Caller
from connectors.salesforce.failures import NAME, sort_request
from connectors.salesforce.login import DEPRECATED, ask_for_token
from connectors.salesforce.settings import SalesforceSettings
from connectors.salesforce.usage import NEXT_HOUR, Usage
from connectors.salesforce.wire import new_session
from leads.errors import RateLimited, TransientError

_LOG = logging.getLogger("connectors.salesforce")
T = TypeVar("T")
Row = dict[str, Any]


class SalesforceClient:
    """
    `ask` repeats what fails in passing, `once` does not; both log in again once when the session
    has ended. SFType (`api.Lead.update`) is not used: its login loop has no end.
    """

    def __init__(self, settings: SalesforceSettings) -> None:
        self.caller = Caller(NAME, settings.patience)
        self._settings = settings
        self.usage = Usage(settings.reserve)
        self._session = new_session(settings, self.usage)
        self._api: Api | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        self._session.close()

    def ask(self, operation: str, send: Callable[[Api], T]) -> T:
        return self.caller.repeat(operation, lambda: self.once(operation, send))

    def once(self, operation: str, send: Callable[[Api], T]) -> T:
        api = self._logged_in(instead_of=None)
        try:
            return self._send(operation, api, send)
        except SalesforceExpiredSession:
            api = self._logged_in(instead_of=api)
        try:
            return self._send(operation, api, send)
        except SalesforceExpiredSession as failure:
            raise sort_request(failure, operation) from None

    def require_room(self, operation: str) -> None:
        """
        Raises RateLimited when the calls left are kept for deliveries.

        While no delivery tells how many are left, one call in five minutes asks.
        """
        if self.usage.is_low and self.usage.is_stale:
            self.once("read limits", lambda api: api.limits())
        self.usage.require_room(operation)

    def repeat_rows(self, operation: str, soql: str, *, deleted: bool = False) -> list[Row]:
        """Read all rows of a query, again from its beginning when that fails in passing."""
        return self.caller.repeat(operation, lambda: self.rows(operation, soql, deleted=deleted))

    def rows(self, operation: str, soql: str, *, deleted: bool = False) -> list[Row]:
        """Read all rows of a query; once."""
        return list(self._rows(operation, soql, deleted=deleted))

    def _rows(self, operation: str, soql: str, *, deleted: bool) -> Iterator[Row]:
        answer = self.once(operation, lambda api: api.query(soql, include_deleted=deleted))
        while True:
            yield from _records(answer, operation)
            if answer.get("done", True):
                return
            answer = self.once(operation, partial(_more, answer["nextRecordsUrl"]))

    def _send(self, operation: str, api: Api, send: Callable[[Api], T]) -> T:
        self.caller.calls.add()
        try:
            return self.caller.once(operation, lambda: send(api))
        except SalesforceExpiredSession:
            raise
        except SalesforceError as failure:
            error = sort_request(failure, operation, self.usage.rest_asked())
            if isinstance(error, RateLimited) and self.usage.is_spent():
                error.retry_after = error.retry_after or NEXT_HOUR
            raise error from None

    def _logged_in(self, instead_of: Api | None) -> Api:
        """Answer the session in use, or a new one when that is the one that has ended."""
        with self._lock:
            if self._api is None or self._api is instead_of:
                self._api = self._log_in()
            return self._api

    def _log_in(self) -> Api:
        settings = self._settings
        if self._api is None and settings.login.is_deprecated:
            _LOG.warning("salesforce: %s", DEPRECATED)
        try:
            token, instance = self.caller.once(
                "log in", lambda: ask_for_token(settings, self._session)
            )
        except TransientError as error:
            error.retry_after = self.usage.rest_asked()
            raise
        return Api(
            session_id=token,
            instance=instance,
            session=self._session,
            version=settings.api_version,
            object_pairs_hook=dict,
        )


def _more(url: str, api: Api) -> Any:
    return api.query_more(url, identifier_is_url=True)


def _records(answer: Any, operation: str) -> list[Row]:
    if not (isinstance(answer, dict) and isinstance(answer.get("records"), list)):
        raise TransientError(NAME, operation, "the answer to a query has no records")
    return list(answer["records"])
