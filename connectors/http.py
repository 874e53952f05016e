"""
How a request to a vendor fails and is repeated: every failure sorted, in one place, once.

`Caller.repeat` is the only retry in the project. What it repeats must be safe to repeat: a read,
a creation keyed by a unique field, or an owner write that reads the owners again first.
"""

import json
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar

import httpx
import requests.exceptions as rq
import stamina
import urllib3
import urllib3.exceptions as u3

from connectors.calls import CallCounter
from leads.errors import AuthError, ConnectorError, ContractError, RateLimited, TransientError

LONGEST_OBEYED_WAIT = 60.0
"""Seconds. A vendor that asks for a longer pause is asked again by the next run, not waited for."""

T = TypeVar("T")

_STATUS: Mapping[int, type[ConnectorError]] = {
    401: AuthError,
    403: AuthError,
    408: TransientError,
    420: TransientError,
    423: TransientError,
    425: TransientError,
    429: RateLimited,
    477: TransientError,
}

_BROKEN: tuple[tuple[tuple[type[Exception], ...], type[ConnectorError], str, str], ...] = (
    (
        (rq.SSLError, u3.SSLError),
        ContractError,
        "no secure connection could be agreed",
        "Check the address and its certificate",
    ),
    (
        (rq.InvalidURL, rq.MissingSchema, rq.InvalidSchema, u3.LocationValueError),
        ContractError,
        "the address cannot be used",
        "Check base_url",
    ),
    (
        (httpx.InvalidURL, httpx.UnsupportedProtocol),
        ContractError,
        "the address cannot be used",
        "Check base_url",
    ),
    (
        (u3.NewConnectionError,),  # which urllib3 counts among the time-outs
        TransientError,
        "the vendor cannot be reached",
        "Check the address and the network",
    ),
    (
        (rq.Timeout, u3.TimeoutError, httpx.TimeoutException),
        TransientError,
        "no answer in time",
        "",
    ),
    (
        (rq.JSONDecodeError, json.JSONDecodeError, UnicodeDecodeError),
        TransientError,
        "the answer is not JSON",
        "Something between us and the vendor may have answered in its place",
    ),
    (
        (rq.ChunkedEncodingError, rq.ContentDecodingError, u3.ProtocolError, u3.IncompleteRead),
        TransientError,
        "the connection broke before the answer was complete",
        "",
    ),
    (
        (httpx.RemoteProtocolError, httpx.ReadError, httpx.DecodingError),
        TransientError,
        "the connection broke before the answer was complete",
        "",
    ),
    (
        (rq.RequestException, u3.HTTPError, httpx.TransportError, ConnectionError),
        TransientError,
        "the vendor cannot be reached",
        "Check the address and the network",
    ),
)
_TRANSPORT_ERRORS: tuple[type[Exception], ...] = tuple(
    kind for kinds, *_ in _BROKEN for kind in kinds
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often, and for how many seconds in all, one request is tried."""

    attempts: int = 4
    seconds: float = 30.0
    first_pause: float = 0.5
    longest_pause: float = 8.0


class Caller:
    """One connector's way out: sorts what goes wrong and repeats what may pass."""

    def __init__(self, connector: str, patience: Patience) -> None:
        self.connector = connector
        self.calls = CallCounter()
        self._patience = patience
        # It warns of each repetition, without saying of what; a run tells what none could mend.
        logging.getLogger("stamina").setLevel(logging.ERROR)

    def repeat(self, operation: str, attempt: Callable[[], T]) -> T:
        """Call `attempt` until it answers or repeating cannot help. Raises ConnectorError."""
        patience = self._patience
        for trial in stamina.retry_context(
            on=_pause_before_repeating,
            attempts=patience.attempts,
            timeout=patience.seconds,
            wait_initial=patience.first_pause,
            wait_max=patience.longest_pause,
            wait_jitter=patience.first_pause,
        ):
            with trial:
                return self.once(operation, attempt)
        raise AssertionError("stamina re-raises the last failure")  # pragma: no cover

    def once(self, operation: str, attempt: Callable[[], T]) -> T:
        """Call `attempt`; raise what goes wrong on the way as a ConnectorError."""
        try:
            return attempt()
        except _TRANSPORT_ERRORS as error:
            # The libraries' texts hold whole URLs, with the tokens and e-mail addresses in them.
            raise self._sort_transport(operation, error) from None

    def _sort_transport(self, operation: str, error: Exception) -> ConnectorError:
        for kinds, sort, problem, remedy in _BROKEN:
            if isinstance(error, kinds):
                text = f"{problem} ({type(error).__name__})"
                return sort(self.connector, operation, text, remedy)
        raise AssertionError(type(error))  # pragma: no cover


@cache
def tls() -> ssl.SSLContext:
    """
    Answer whom to trust, read once for a process.

    Each client of httpx would read all certificates anew: a fiftieth of a second of processor.
    """
    return httpx.create_ssl_context(trust_env=False)


def json_of(response: httpx.Response) -> Any:
    """
    Read an answer; None for a failure's that is no JSON, such as a proxy's page.

    Raises ValueError where a success is none, which `Caller` repeats.
    """
    try:
        return response.json()
    except ValueError:
        if response.is_success:
            raise
        return None


def close_pools(manager: urllib3.PoolManager) -> None:
    """Close connections now; `clear` alone leaves that to the garbage collector."""
    for key in list(manager.pools.keys()):
        if pool := manager.pools.get(key):
            pool.close()
    manager.clear()


def sort_status(
    status: int,
    *,
    connector: str,
    operation: str,
    problem: str = "",
    remedy: str = "",
    headers: Mapping[str, str] | None = None,
) -> ConnectorError:
    """
    Turn a failed response into the error that says what to do about it.

    An unknown 4xx stops: repeating a request the vendor calls wrong only burns quota.
    """
    default = TransientError if status >= 500 else ContractError  # noqa: PLR2004  (HTTP's own line)
    text = f"{problem} (HTTP {status})" if problem else f"HTTP {status}"
    error = _STATUS.get(status, default)(connector, operation, text, remedy)
    if isinstance(error, TransientError):
        error.retry_after = retry_after(headers or {})
    if isinstance(error, RateLimited):
        error.rest = rest_asked(error.retry_after)
    return error


def rest_asked(seconds: float | None) -> str:
    """Say how long a vendor asks us to leave it alone; nothing where it does not."""
    return "" if seconds is None else f"a rest of {seconds:,.0f} s was asked for"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the vendor asks us to wait, in either form HTTP allows; None when it does not."""
    asked = next((v for k, v in headers.items() if k.lower() == "retry-after"), None)
    if asked is None:
        return None
    try:
        return max(0.0, float(asked))
    except ValueError:
        return _seconds_until(asked)


def _seconds_until(asked: str) -> float | None:
    try:
        at = parsedate_to_datetime(asked)
    except ValueError:
        return None
    if at.tzinfo is None:  # written without a zone, which HTTP's own is: GMT
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())


def _pause_before_repeating(error: Exception) -> bool | float:
    if not isinstance(error, TransientError):
        return False
    if error.retry_after is None:
        return True
    return error.retry_after <= LONGEST_OBEYED_WAIT and max(0.01, error.retry_after)
