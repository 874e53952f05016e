"""Windows of a backfill as runs of their own, side by side, on whichever machine has room."""

import asyncio
from collections.abc import Sequence
from enum import StrEnum

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.client.schemas.objects import State
from prefect.concurrency.asyncio import concurrency
from prefect.deployments import arun_deployment
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.states import Completed, Failed

from flows.backfilling.backfill import apply_one, known, read_one
from flows.wiring import Wiring, open_wiring
from leads.errors import FirsttouchError
from store.backfill_rows import WindowRow

DEPLOYMENT = "backfill-window/backfill-one-window"
LIMIT = "firsttouch-backfill"
"""Prefect's global limit of windows at work at once, of all backfills on all machines."""
AT_ONCE = 2
"""What it is until somebody says otherwise in Prefect's pages."""
_SLOT_SECONDS = 60.0  # the least there is: so long a killed window keeps others waiting
_POLL_SECONDS = 2.0


class Step(StrEnum):
    """What is done to a window."""

    READ = "read"
    APPLY = "apply"


@flow(name="backfill-window", flow_run_name="{step} {plan}: {what}")
async def backfill_window(
    plan: str, window: int, step: Step, what: str = "", *, notify: bool = False
) -> State:
    """Read one window of a backfill, or apply what is planned of it. A backfill starts it."""
    del what  # it is in the run's name
    async with concurrency(
        LIMIT, strict=True, lease_duration=_SLOT_SECONDS, raise_on_lease_renewal_failure=False
    ):
        with open_wiring() as wiring:
            windows = wiring.store.backfill_windows(plan)
            found = next((each for each in windows if each.number == window), None)
            if found is None:
                return Failed(message=f"backfill {plan!r} has no window {window}")
            problem = await _here(wiring, found, step, notify=notify)
    return Failed(message=problem) if problem else Completed()


async def spread(
    wiring: Wiring, windows: Sequence[WindowRow], step: Step, *, notify: bool = False
) -> list[str]:
    """
    Do the step to each window, in a run of its own where those are served; answer what went wrong.

    One that fails does not keep the others from their end.
    """
    at_once = await _at_once() if len(windows) > 1 else None
    if at_once is None:
        found = [await _here(wiring, each, step, notify=notify) for each in windows]
    else:
        room = asyncio.Semaphore(at_once)
        apart = (_apart(each, step, room, notify=notify) for each in windows)
        found = list(await asyncio.gather(*apart))
    return sorted({each for each in found if each})


async def _here(wiring: Wiring, window: WindowRow, step: Step, *, notify: bool) -> str:
    try:
        match step:
            case Step.READ:
                row = known(wiring, window.backfill)
                await asyncio.to_thread(read_one, wiring, row, window)
            case Step.APPLY:
                done = await asyncio.to_thread(apply_one, wiring, window, notify=notify)
                return "; ".join(map(str, done))
    except FirsttouchError as error:
        return str(error)
    return ""


async def _apart(window: WindowRow, step: Step, room: asyncio.Semaphore, *, notify: bool) -> str:
    what = f"{window.source} {window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}"
    asked = {"plan": window.backfill, "window": window.number, "step": step.value}
    async with room:
        run = await arun_deployment(
            DEPLOYMENT,
            parameters={**asked, "what": what, "notify": notify},
            poll_interval=_POLL_SECONDS,
        )
    if run.state is not None and run.state.is_completed():
        return ""
    return (run.state.message if run.state else None) or f"{what} did not end"


async def _at_once() -> int | None:
    """Return how many windows may be at work at once; None where no run of them is served."""
    async with get_client() as client:
        try:
            found = await client.read_deployment_by_name(DEPLOYMENT)
        except ObjectNotFound:
            return None
        return await _limit(client) if found.status == "READY" else None


async def _limit(client: PrefectClient) -> int:
    """Return the global limit as it stands; make it where there is none yet."""
    made = GlobalConcurrencyLimitCreate(name=LIMIT, limit=AT_ONCE)
    try:
        await client.create_global_concurrency_limit(made)
    except ObjectAlreadyExists:
        found = await client.read_global_concurrency_limit_by_name(LIMIT)
        return max(1, found.limit)
    return AT_ONCE
