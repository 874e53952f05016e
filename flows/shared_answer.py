"""A question to the store that many may ask at once, and that nobody waits for too long."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from flows.patience import STORE_SECONDS
from leads.errors import StoreError

T = TypeVar("T")


class SharedAnswer(Generic[T]):
    """
    For one event loop. Who asks while it is being found out gets the same answer.

    So a store that hangs keeps one thread, however often it is asked how it does.
    """

    def __init__(
        self, doing: str, find: Callable[[], T], *, seconds: float = STORE_SECONDS
    ) -> None:
        self._doing, self._find, self._seconds = doing, find, seconds
        self._finding: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """Raise StoreError, also when there is no answer in time."""
        if self._finding is None or self._finding.done():
            self._finding = asyncio.create_task(asyncio.to_thread(self._find))
            self._finding.add_done_callback(_seen)
        try:
            return await asyncio.wait_for(asyncio.shield(self._finding), self._seconds)
        except TimeoutError:
            silence = f"no answer in {self._seconds:.0f} seconds"
            raise StoreError(f"{self._doing}: the store: {silence}") from None


def _seen(task: asyncio.Task[T]) -> None:
    """Look at what nobody waited for any more, or asyncio would log it with its trace."""
    if not task.cancelled():
        task.exception()
