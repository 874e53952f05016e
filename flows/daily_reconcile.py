"""The daily flow that compares store and vendors, and raises an alert where something differs."""

import asyncio
from functools import partial

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.commands.reconcile import line
from flows.in_force import Stance
from flows.page_pieces import bullets
from flows.plurals import count_of
from flows.reconciling.reconcile import Reconciliation, reconcile, usual_period
from flows.watching.differences import watch_differences
from flows.watching.events import raise_new
from flows.watching.watch import tell
from flows.wiring import open_wiring


@flow(name="reconcile", flow_run_name="reconcile")
async def reconcile_daily(*, fix: bool = True) -> State:
    """
    Account for every lead of the last week; repair what writes over nobody.

    Each source that differed is an alert, told as all others are, until a day on which it does not
    differ. Failed when no vendor could be asked.
    """
    with open_wiring(stance=Stance.LOOKS) as wiring:
        began = wiring.now()
        period = usual_period(began)
        found = await asyncio.to_thread(reconcile, wiring, list(wiring.sources), period, fix=fix)
        differences = _lines(found)
        for each in differences:
            get_run_logger().warning("%s", each)
        alerts = await asyncio.to_thread(watch_differences, wiring, found)
        await asyncio.to_thread(tell, wiring, alerts, partial(raise_new, began))
    await acreate_markdown_artifact(key="reconcile", markdown=reconcile_page(found))
    problems = "; ".join(map(str, found.problems))
    if found.problems and not found.compared:
        return Failed(message=problems)
    return Completed(message="; ".join(filter(None, [_in_short(found, differences), problems])))


def reconcile_page(found: Reconciliation) -> str:
    """Return the page in Markdown: whether anything differs, what does, then all that was shown."""
    period = found.period
    since, until = (f"{at:%Y-%m-%d %H:%M}" for at in (period.since, period.until))
    differences = _lines(found)
    told = [_in_short(found, differences), *map(str, found.problems)]
    return "\n\n".join(
        [
            f"# Store and vendors, {since} to {until} UTC",
            "\n\n".join(f"**{each}**" for each in told),
            bullets(differences),
            "Where each record that a source shows of that time counts:",
            bullets(f"{one.source}: {line(one)}" for one in found.compared),
        ]
    )


def _in_short(found: Reconciliation, differences: list[str]) -> str:
    if found.remaining:
        return f"{len(found.remaining)} of {count_of(len(differences), 'difference')} remain"
    if differences:
        return f"nothing differs any more: {len(differences)} repaired"
    return "nothing differs"


def _lines(found: Reconciliation) -> list[str]:
    """Say each difference, also those that were repaired: something made them."""
    return [
        f"{each.lead}: {each.kind}: {each.text}" + (f" -> {each.mended}" if each.mended else "")
        for one in found.compared
        for each in one.differences
    ]
