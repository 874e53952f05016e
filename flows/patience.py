"""
What the receiver bears of its callers: how slow, how many at once, how long a head.

And of its store: how long a sender waits for it, who repeats what is not answered.
"""

import asyncio
from dataclasses import dataclass

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
BODY_SECONDS = 20.0
LONGEST_HEAD = 32 * 1024
MOST_CONNECTIONS = 1024
LOCK_SECONDS = 2.0
"""For what another process keeps locked. The store then says so, and a 503 is answered."""

STORE_SECONDS = 5.0
"""For a store that says nothing at all, such as a server that hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePatience:
    """How long a request may wait for the store, in seconds."""

    lock_seconds: float = LOCK_SECONDS
    store_seconds: float = STORE_SECONDS


PATIENCE = StorePatience()

VENDOR_SECONDS = 3.0
"""For a vendor that must say something before its webhook is judged; HubSpot waits five."""

RETRY_SECONDS = 15
"""When a sender is asked to come again, after a 503."""


class Impatient(H11Protocol):
    """
    Closes a connection whose request does not begin in time.

    Uvicorn itself waits for ever for a head that comes a byte a minute: some thousand such callers
    would keep everybody else out.
    """

    _given_up_at: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_wait()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._end_wait()
        elif self._given_up_at is None and before.response_complete:
            self._wait()

    def _wait(self) -> None:
        self._given_up_at = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end_wait(self) -> None:
        if self._given_up_at is not None:
            self._given_up_at.cancel()
            self._given_up_at = None
