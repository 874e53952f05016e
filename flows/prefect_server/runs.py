"""Old runs, as Prefect's server keeps them: forgotten some at a time, with what hangs on them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
)
from prefect.exceptions import ObjectNotFound

_AT_ONCE = 50
"""Small parts: on SQLite whoever else writes waits for each."""

_BETWEEN_SECONDS = 0.1
"""The server deletes a run's logs after it has answered, in a transaction of its own. On SQLite a
request in that moment is refused with 503, and Prefect's client waits two seconds to repeat it."""


async def forget_runs(client: PrefectClient, flow: str, before: datetime) -> int:
    """Delete the flow's runs that ended before; answer how many. Logs go with them."""
    forgotten = 0
    while runs := await _some_of(client, flow, before):
        await _forget_pages(client, runs)
        for run in runs:
            try:
                await client.delete_flow_run(run)
            except ObjectNotFound:
                continue  # the server's own vacuum was first
            await asyncio.sleep(_BETWEEN_SECONDS)
        forgotten += len(runs)
    return forgotten


async def _some_of(client: PrefectClient, flow: str, before: datetime) -> list[UUID]:
    found = await client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[flow])),
        flow_run_filter=FlowRunFilter(
            end_time=FlowRunFilterEndTime.model_validate({"before_": before})
        ),
        limit=_AT_ONCE,
    )
    return [run.id for run in found]


async def _forget_pages(client: PrefectClient, runs: Sequence[UUID]) -> None:
    """Prefect deletes a run's logs with it, but not its artifacts."""
    of_these = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=list(runs)))
    while pages := await client.read_artifacts(artifact_filter=of_these, limit=_AT_ONCE):
        for page in pages:
            await client.delete_artifact(page.id)
