"""The daily flow that keeps Prefect's own database small: two runs each minute are 2,880 a day."""

import asyncio
from datetime import timedelta

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL
from prefect.states import Completed

from flows.plurals import count_of
from flows.prefect_server.api import logged_in
from flows.prefect_server.room import give_room_back
from flows.prefect_server.runs import forget_runs
from flows.wiring import utc_now

EACH_MINUTE = ("sync", "aging")
"""The flows that run so often that a month of them is too much."""


@flow(name="retention", flow_run_name="retention")
async def forget_old_runs(days: int = 2) -> State:
    """
    Forget the minute's runs that ended more than `days` ago, with their logs and pages.

    What they did is in the store, and stays. Other runs are the server's to forget (prefect.toml).
    """
    before = utc_now() - timedelta(days=days)
    async with get_client() as client:
        counts = {name: await forget_runs(client, name, before) for name in EACH_MINUTE}
    room = await asyncio.to_thread(_room)
    told = ", ".join(f"{count_of(each, 'run')} of {name}" for name, each in counts.items())
    return Completed(message="; ".join(filter(None, [f"{told} forgotten", room])))


def _room() -> str:
    with logged_in(PREFECT_API_URL.value() or "", PREFECT_API_AUTH_STRING.value()) as server:
        return give_room_back(server)
