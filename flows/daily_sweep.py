"""The daily flow that routes open leads that are nobody's, and reminds of what is set aside."""

import asyncio

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.commands.sweep import lines, sweep_once
from flows.exits import distinct
from flows.in_force import Stance
from flows.steward_reminder import remind_steward
from flows.wiring import open_wiring


@flow(name="sweep", flow_run_name="sweep")
async def sweep_daily() -> State:
    """
    Find open leads of each CRM that nobody owns, or somebody deactivated there, and route them.

    Records set aside for long are told to the data steward. Failed when no CRM could be asked.
    """
    with open_wiring(stance=Stance.PUTS) as wiring:
        swept = await asyncio.to_thread(sweep_once, wiring, list(wiring.crms))
        reminded, untold = await asyncio.to_thread(remind_steward, wiring)
    log = get_run_logger()
    problems = distinct([*swept.problems, *untold])
    for problem in problems:
        log.error("%s", problem)
    told = [*lines(swept), *([reminded] if reminded else [])]
    page = "\n".join(f"- {each.strip()}" for each in [*told, *map(str, problems)])
    await acreate_markdown_artifact(key="sweep", markdown=page or "no CRM to sweep")
    if problems and not swept.swept and not swept.skipped:
        return Failed(message="; ".join(map(str, problems)))
    return Completed(message="; ".join(each for each in told if not each.startswith(" ")))
