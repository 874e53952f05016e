"""The aging flow: every minute, late owners are reminded, then somebody else has the lead."""

import asyncio

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.aging_page import aging_page
from flows.commands.age import age_once, summary
from flows.exits import distinct
from flows.in_force import Stance
from flows.plurals import count_of
from flows.run_names import rename, run_name
from flows.wiring import open_wiring


@flow(name="aging", flow_run_name="aging")
async def aging() -> State:
    """
    Remind owners whose time is nearly up; give leads whose time is up to somebody else.

    A CRM that cannot be asked who was in touch is left for the next minute; the run is Failed only
    where something was due and no CRM could be asked.
    """
    with open_wiring(stance=Stance.PUTS) as wiring:
        if wiring.changed:
            get_run_logger().warning("%s", wiring.changed)
        configuration, began = wiring.configuration, wiring.now()
        aged = await asyncio.to_thread(age_once, wiring)
    log = get_run_logger()
    problems = distinct(aged.problems)
    for problem in problems:
        log.error("%s", problem)
    told = summary(aged)
    if aged.steps:
        did = [count_of(len(aged.steps), "lead")]
        await rename(run_name("aging", began, configuration.policy.timezone, did))
        page = aging_page(aged, configuration)
        await acreate_markdown_artifact(key="aging", markdown=page, description=told)
    if problems and not aged.steps:
        return Failed(message="; ".join(map(str, problems)))
    return Completed(message=told)
