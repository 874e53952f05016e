"""A bar in Prefect's pages that follows what the store says is done, whoever does it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact

_SECONDS = 1.0


@asynccontextmanager
async def bar(key: str, what: str, share: Callable[[], float]) -> AsyncIterator[None]:
    """Keep a bar at `share` (0 to 1) while the work within is done; at its end once more."""
    number = await acreate_progress_artifact(progress=0.0, key=key, description=what)
    follower = asyncio.create_task(_follow(number, share))
    try:
        yield
    finally:
        follower.cancel()
        with suppress(asyncio.CancelledError):
            await follower
    await _move(number, share)


async def _follow(number: UUID, share: Callable[[], float]) -> None:
    shown = 0.0
    while True:
        await asyncio.sleep(_SECONDS)
        if await asyncio.to_thread(share) != shown:
            shown = await _move(number, share)


async def _move(number: UUID, share: Callable[[], float]) -> float:
    now = await asyncio.to_thread(share)
    await aupdate_progress_artifact(artifact_id=number, progress=100.0 * now)
    return now
