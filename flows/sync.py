"""The sync flow: every minute, each source in a task of its own."""

import asyncio
from functools import partial

import httpx
from prefect import flow, get_run_logger, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.exceptions import PrefectException
from prefect.states import Completed, Failed

from flows.about import about
from flows.exits import distinct
from flows.in_force import Stance
from flows.notices import tell_pending
from flows.plurals import count_of
from flows.reviewing.flow import keep_a_form_open
from flows.run_names import leads_done, rename, run_name
from flows.sync_story import sync_story
from flows.tick import Tick, first_workloads, new_run, problems_of, sync_safely, unready_ticks
from flows.untold import untold_lines
from flows.watching.events import raise_new
from flows.watching.watch import tell, watch
from flows.wiring import Wiring, chosen_sources, open_wiring
from leads.keys import RunId


@flow(name="sync", flow_run_name="sync {source}")
async def sync(source: str = "all") -> State:
    """
    Pull what changed, decide who owns it, write the owner back.

    `source` is one source's name, or "all". A source that fails does not keep the others waiting;
    the run is Failed only when every source failed.
    """
    with open_wiring(stance=Stance.PUTS) as wiring:
        if wiring.changed:
            get_run_logger().warning("%s", wiring.changed)
        names = chosen_sources(wiring, None if source == "all" else source)
        run, began = new_run(), wiring.now()
        wiring.store.start_run(run, "sync", began)
        await asyncio.to_thread(first_workloads, wiring)
        with about(run):
            ticks = await asyncio.gather(*(sync_one(name, wiring, run) for name in names))
        ticks += unready_ticks(wiring, None if source == "all" else source)
        untold = await asyncio.to_thread(tell_pending, wiring)
        for each in await asyncio.to_thread(untold_lines, wiring):
            get_run_logger().warning("%s", each)
        alerts = await asyncio.to_thread(watch, wiring, ticks)
        await asyncio.to_thread(tell, wiring, alerts, partial(raise_new, began))
        await _ask_for_review(wiring)
        problems = distinct([*problems_of(ticks), *untold])
        error = "; ".join(map(str, problems))
        wiring.store.end_run(run, wiring.now(), error=error)
        did = leads_done(sum(tick.delivered for tick in ticks), len(problems), source)
        name = run_name("sync", began, wiring.configuration.policy.timezone, did)
        page = await asyncio.to_thread(sync_story, wiring, run, ticks, problems)
    await rename(name)
    await acreate_markdown_artifact(key="sync", markdown=page, description=name)
    if all(tick.failed for tick in ticks):
        return Failed(message=error)
    told = [wiring.changed, *(line(tick) for tick in ticks), error]
    return Completed(message="; ".join(filter(None, told)))


async def _ask_for_review(wiring: Wiring) -> None:
    """Open a form where first assignments wait; without one the rules decide all the same."""
    log = get_run_logger()
    try:
        done = await keep_a_form_open(wiring)
    except (httpx.HTTPError, PrefectException) as error:
        log.warning("no form for first assignments could be opened: %s", type(error).__name__)
        return
    if done:
        log.info("%s", done)


@task(name="sync one source", task_run_name="{source}", cache_policy=NO_CACHE)
async def sync_one(source: str, wiring: Wiring, run: RunId) -> Tick:
    """Run one source's steps in a thread; its problems are logged here, and counted by the flow."""
    tick = await asyncio.to_thread(sync_safely, wiring, source, run)
    log = get_run_logger()
    log.info("%s", line(tick))
    if tick.handed_back:
        log.info("%s", tick.handed_back)
    if tick.breaker:
        log.warning("%s", tick.breaker)
    for each in filter(None, (*tick.left_out, *tick.amiss, tick.outdated)):
        log.warning("%s", each)
    for problem in tick.problems:
        log.error("%s", problem)
    return tick


def line(tick: Tick) -> str:
    """Return one line on a tick, for logs and the run's state."""
    if tick.skipped:
        return f"{tick.source}: skipped, {tick.skipped}"
    counts = f"{tick.pulled} pulled, {tick.decided} decided, {tick.delivered} delivered"
    failures = f", {count_of(len(tick.problems), 'problem')}" if tick.problems else ""
    alone = ", not asked as it keeps failing" if tick.left_alone else ""
    slower = "".join(f", {each}" for each in (*tick.slowed, *tick.limits))
    return f"{tick.source}: {counts}{failures}{alone}{slower}"
