"""What is forgotten of Prefect's own runs, on a real server."""

import asyncio
from datetime import timedelta

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowFilter,
    FlowFilterName,
)

from flows.daily_retention import forget_old_runs
from flows.prefect_server.runs import forget_runs
from flows.wiring import utc_now
from tests.forgotten_sockets import prefect_forgets_to_close


@flow(name="an-old-sync")
async def _tick():
    get_run_logger().info("something")
    await acreate_markdown_artifact(key="an-old-sync", markdown="page")


async def _left():
    async with get_client() as client:
        ours = FlowFilter(name=FlowFilterName(any_=["an-old-sync"]))
        pages = ArtifactFilter(key=ArtifactFilterKey(any_=["an-old-sync"]))
        runs = await client.read_flow_runs(flow_filter=ours)
        return len(runs), len(await client.read_artifacts(artifact_filter=pages))


async def _forget(before):
    async with get_client() as client:
        return await forget_runs(client, "an-old-sync", before)


async def _story():
    began = utc_now()
    await _tick()
    await _tick()
    found = [await _left(), await _forget(began), await _left()]
    found += [await _forget(utc_now() + timedelta(minutes=1)), await _left()]
    state = await forget_old_runs(return_state=True)
    return [*found, state.message]


def test_a_run_goes_with_its_page_once_it_is_old_and_not_before(prefect):
    with prefect_forgets_to_close():
        found = asyncio.run(_story())
    assert found[:5] == [(2, 2), 0, (2, 2), 2, (0, 0)]
    assert found[5].startswith("0 runs of sync, 0 runs of aging forgotten")
