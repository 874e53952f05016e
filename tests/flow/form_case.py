"""Filling in a flow's form, and reading what its run leaves to be read."""

import asyncio

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from tests.forgotten_sockets import prefect_forgets_to_close


def filled(of, **asked):
    """How a run ends whose form was filled in so; a form's own checks are not those of the flow."""

    async def once():
        return await of(asked, return_state=True)

    with prefect_forgets_to_close():
        state = asyncio.run(once())
    return state.type.value, state.message


def artifact(key):
    return asyncio.run(latest_artifact(key))


async def latest_artifact(key):
    async with get_client() as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
        # Unless asked otherwise they come by their ids, which are random.
        sort = ArtifactSort.CREATED_DESC
        return (await client.read_artifacts(artifact_filter=wanted, sort=sort))[0]
