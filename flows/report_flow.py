"""The daily and weekly flow that reports: an artifact, a page in a folder, and a digest."""

import asyncio
import logging
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.commands.report import write_report
from flows.in_force import Stance
from flows.plurals import count_of
from flows.reporting import make_report
from flows.which_store import shared_folder, store_url
from flows.wiring import Wiring, open_wiring
from leads.errors import ConnectorError, FirsttouchError
from leads.messages import Message
from reports.report import digest
from reports.section import Report

_LOG = logging.getLogger("firsttouch.reports")


class Rhythm(StrEnum):
    """How often: the weekly digest is always sent, the daily one when something is wrong."""

    DAILY = "daily"
    WEEKLY = "weekly"


@flow(name="report", flow_run_name="{rhythm} report of {days} days")
async def report(rhythm: Rhythm = Rhythm.DAILY, days: int = 28, folder: str | None = None) -> State:
    """
    Report on the last `days`: response time, conversion by method, lead aging, and why.

    The page and its tables are written into `folder` (else reports/RHYTHM beside the store's
    file, or under var/), over the last ones. Channels of `notify.reports` get it in short.
    """
    with open_wiring(stance=Stance.LOOKS) as wiring:
        try:
            made, page = await asyncio.to_thread(_made, wiring, Rhythm(rhythm), days, folder)
        except FirsttouchError as error:
            return Failed(message=str(error))
        await asyncio.to_thread(tell_report, wiring, made, Rhythm(rhythm))
    await acreate_markdown_artifact(key="report", markdown=_markdown(made, page))
    wrong = len(made.alarms)
    told = f"{count_of(wrong, 'alarm')}: {made.alarms[0].text}" if wrong else "nothing is wrong"
    return Completed(message=told)


def _made(wiring: Wiring, rhythm: Rhythm, days: int, folder: str | None) -> tuple[Report, Path]:
    now = wiring.now()
    made = make_report(wiring.store, wiring.configuration, now - timedelta(days=days), now)
    usual = shared_folder(store_url(None)) / "reports" / rhythm.value
    return made, write_report(made, Path(folder) if folder else usual)


def tell_report(wiring: Wiring, made: Report, rhythm: Rhythm) -> list[str]:
    """Send the digest to the channels of `notify.reports`; answer which of them took it."""
    notify = wiring.configuration.notify
    if notify is None or (rhythm is Rhythm.DAILY and not made.alarms):
        return []
    title = f"Firsttouch, {rhythm.value} report: {count_of(len(made.alarms), 'alarm')}"
    message = Message(title=title, body="\n".join(digest(made)), email=None)
    taken = []
    for channel in notify.reports:
        try:
            wiring.notifier.tell(channel, message)
            taken.append(channel)
        except ConnectorError as error:
            _LOG.warning("%s", error)
    return taken


def _markdown(made: Report, page: Path) -> str:
    # No table: Prefect's page does not wrap a cell, and cuts off what is long.
    numbers = [f"- **{each.title}**: {each.headline}" for each in made.sections]
    alarms = [
        line
        for alarm in made.alarms
        for line in (f"- **{alarm.text}**", *(f"    - {why}" for why in alarm.why))
    ]
    return "\n".join(
        [
            f"# Report of {made.since:%Y-%m-%d} to {made.until:%Y-%m-%d}",
            "",
            *(alarms or ["Nothing is wrong."]),
            "",
            *numbers,
            "",
            f"The page, and every table as CSV: `{page.parent}`",
        ]
    )
