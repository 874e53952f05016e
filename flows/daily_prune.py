"""The daily flow that forgets what is older than the configuration's `retention`."""

import asyncio

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed

from config.load import load
from flows.commands.prune import line, room
from flows.which_store import open_store
from flows.wiring import config_folder, utc_now


@flow(name="prune", flow_run_name="prune")
async def prune_daily(*, dry_run: bool = False) -> State:
    """
    Forget what is old, a little at a time beside the syncs, and give the room back.

    A file from before files could shrink is not rewritten here, as every sync would wait for it.
    """
    told = await asyncio.to_thread(prune_store, is_rehearsal=dry_run)
    log = get_run_logger()
    for each in told:
        log.info("%s", each)
    return Completed(message="; ".join(told))


def prune_store(*, is_rehearsal: bool) -> list[str]:
    retention = load(config_folder(None)).retention
    with open_store(None) as opened:
        found = list(opened.prune(retention, utc_now(), is_rehearsal=is_rehearsal))
        told = [line(each, is_rehearsal=is_rehearsal) for each in found]
        return told if is_rehearsal else [*told, room(opened.give_back_space(may_rewrite=False))]
