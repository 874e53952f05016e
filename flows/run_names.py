"""What a run is called once it is known what it did: "sync 14:03 · 12 leads"."""

import logging
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
from prefect import get_client
from prefect.exceptions import PrefectException
from prefect.runtime import flow_run

from flows.plurals import count_of

_LOG = logging.getLogger("firsttouch.runs")
_APART = " · "


def run_name(flow: str, began: datetime, zone: str, did: Sequence[str]) -> str:
    """Return the name of a run of `flow`, its time of day on the clocks of `zone`."""
    return _APART.join([f"{flow} {began.astimezone(ZoneInfo(zone)):%H:%M}", *filter(None, did)])


def leads_done(delivered: int, problems: int, source: str) -> list[str]:
    """Say what a sync came to: of which source, if of one; owned leads; problems, if any."""
    return [
        source if source != "all" else "",
        count_of(delivered, "lead"),
        count_of(problems, "problem") if problems else "",
    ]


async def rename(name: str) -> None:
    """Give the current run its name; a run is none the worse for its first one."""
    try:
        async with get_client() as client:
            await client.update_flow_run(flow_run.id, name=name)
    except (PrefectException, httpx.HTTPError) as error:
        _LOG.info("this run keeps its first name: %s", error)
