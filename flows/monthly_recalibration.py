"""The monthly flow that proposes weights and caps, as an artifact to read; it changes nothing."""

import asyncio
from datetime import timedelta

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.commands.recalibrate import lines
from flows.in_force import Stance
from flows.plurals import count_of
from flows.recalibration import recalibrate
from flows.wiring import open_wiring
from leads.errors import FirsttouchError


@flow(name="recalibration", flow_run_name="recalibration of {days} days")
async def propose_recalibration(days: int = 90) -> State:
    """Propose weights and caps by the outcomes of the last `days`; nothing is changed."""
    with open_wiring(stance=Stance.LOOKS) as wiring:
        since = wiring.now() - timedelta(days=days)
        try:
            made = await asyncio.to_thread(recalibrate, wiring, since)
        except FirsttouchError as error:
            return Failed(message=str(error))
        said = lines(made, wiring.configuration.policy)
    accept = "`firsttouch recalibrate --accept` writes it; nothing was changed."
    listed = [f"- {line}" for line in [*filter(None, said), accept]]
    await acreate_markdown_artifact(key="recalibration", markdown="\n".join(listed))
    count = len(made.proposal.weights) + len(made.proposal.caps)
    told = f"{count_of(count, 'change')} proposed" if count else "nothing is proposed"
    return Completed(message=told)
