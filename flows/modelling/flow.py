"""The flow that watches the model daily and, once a week, learns from what has closed since."""

import asyncio

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.in_force import Stance
from flows.modelling.fare_words import fare_lines
from flows.modelling.in_force import asks
from flows.modelling.past_store import past_of
from flows.modelling.stopping import BY
from flows.modelling.training import LONG, Past, keep, learn
from flows.modelling.watching import watch_model
from flows.modelling.words import lines
from flows.wiring import Wiring, open_wiring
from leads.errors import ConfigError, FirsttouchError

_MORE = 1.1
"""Another version has people look at its first leads again: a few more closed are not enough."""


@flow(name="training", flow_run_name="training, learns {learns}")
async def training(*, learns: bool = True) -> State:
    """
    See how the model in force fares and stop it if it must not go on; then learn a new version.

    Without `learns` it is only watched. A page tells what was found.
    """
    with open_wiring(stance=Stance.LOOKS) as wiring:
        policy = wiring.configuration.policy
        if policy.model is None or not asks(policy):
            return Completed(message="no pool goes by a model")
        try:
            told = await asyncio.to_thread(_watched, wiring)
            told += await asyncio.to_thread(_learnt, wiring) if learns else []
        except FirsttouchError as error:
            return Failed(message=str(error))
    page = "\n".join(f"- {line}" for line in told)
    await acreate_markdown_artifact(key="training", markdown=page)
    get_run_logger().info("%s", told[-1])
    return Completed(message=told[0])


def _watched(wiring: Wiring) -> list[str]:
    policy = wiring.configuration.policy
    found = watch_model(wiring.store, policy, wiring.now())
    if found is None:
        return ["No model is in force: the pools go by turns."]
    end = "was stopped" if found.is_stopped else "goes on"
    because = f": {found.fare.stop}" if found.is_stopped else ""
    return [f"Version {found.row.version} {end}{because}.", *fare_lines(found.fare)]


def _learnt(wiring: Wiring) -> list[str]:
    """Learn from the store; a past of which nothing has closed is no failure, it is young."""
    policy, now = wiring.configuration.policy, wiring.now()
    assert policy.model is not None
    leads = past_of(wiring.store.past_leads(now - LONG), policy, policy.model)
    try:
        past = Past(leads=leads, origin="the store", as_of=now)
        trained = learn(past, policy)
    except ConfigError as error:
        return [f"Nothing was learnt: {error}."]
    before = wiring.store.model_in_force()
    if before is not None and trained.closed < _MORE * before.report["closed"]:
        learnt = f"version {before.version} learnt from {before.report['closed']:,}"
        return [f"No new version: {trained.closed:,} have closed, {learnt}; a tenth more is asked."]
    row = keep(wiring.store, trained, past.origin, policy, by=BY, now=now)
    return lines(row, policy)
