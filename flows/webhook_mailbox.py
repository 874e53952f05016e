"""Storing what was received: requests that come together share one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from flows.patience import PATIENCE, StorePatience
from leads.errors import StoreError
from store.running_rows import InboxEntry
from store.store import Store


class Mailbox:
    """
    For one event loop. `put` returns once the store has it; a burst costs a few commits.

    `stored` is told the sources of what has been stored.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        stored: Callable[[set[str]], None],
        patience: StorePatience = PATIENCE,
    ) -> None:
        self._store, self._now, self._stored = store, now, stored
        self._patience = patience
        self._waiting: list[tuple[Sequence[InboxEntry], asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, entries: Sequence[InboxEntry]) -> None:
        """
        Raise StoreError when it cannot be kept, or not in time: nobody may be told that it was.

        What is late may yet be kept. The sender repeats it, and the same twice is the same.
        """
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((entries, kept))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        try:
            await asyncio.wait_for(kept, self._patience.store_seconds)
        except TimeoutError:
            self._waiting = [each for each in self._waiting if each[1] is not kept]
            silence = f"no answer in {self._patience.store_seconds:.0f} seconds"
            raise StoreError(f"keeping what a webhook brought: the store: {silence}") from None

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            entries = [entry for some, _ in batch for entry in some]
            error = await asyncio.to_thread(self._keep, entries)
            for _, kept in batch:
                if kept.done():
                    continue
                if error:
                    kept.set_exception(error)
                else:
                    kept.set_result(None)

    def _keep(self, entries: Sequence[InboxEntry]) -> StoreError | None:
        try:
            self._store.put_inbox(entries, self._now(), patience=self._patience.lock_seconds)
        except StoreError as error:
            return error
        self._stored({entry.source for entry in entries})
        return None
