"""The daily flow that compares store and vendors, and raises an alert where something differs."""

import asyncio

from prefect import flow, get_run_logger
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.states import Completed, Failed

from flows.commands.reconcile import line
from flows.in_force import Stance
from flows.plurals import count_of
from flows.reconciling.reconcile import Reconciliation, reconcile, usual_period
from flows.wiring import Wiring, open_wiring
from leads.errors import ConnectorError
from leads.messages import Message

EVENT = "firsttouch.reconcile.difference"
_NAMED = 20


@flow(name="reconcile", flow_run_name="reconcile")
async def reconcile_daily(*, fix: bool = True) -> State:
    """
    Account for every lead of the last week; repair what writes over nobody.

    What then still differs raises an alert: an event, a warning, and a message by `notify:
    alerts`. Failed when no vendor could be asked.
    """
    with open_wiring(stance=Stance.LOOKS) as wiring:
        period = usual_period(wiring.now())
        found = await asyncio.to_thread(reconcile, wiring, list(wiring.sources), period, fix=fix)
        counts = [f"{one.source}: {line(one)}" for one in found.compared]
        differences = _lines(found)
        if differences:
            await asyncio.to_thread(_alert, wiring, found, differences)
    listed = "\n".join(f"- {each}" for each in (*counts, *differences))
    await acreate_markdown_artifact(key="reconcile", markdown=listed or "nothing to compare")
    problems = "; ".join(map(str, found.problems))
    if found.problems and not found.compared:
        return Failed(message=problems)
    return Completed(message="; ".join(filter(None, [_in_short(found, differences), problems])))


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


def _alert(wiring: Wiring, found: Reconciliation, differences: list[str]) -> None:
    log = get_run_logger()
    for each in differences:
        log.warning("%s", each)
    emit_event(
        EVENT,
        resource={"prefect.resource.id": "firsttouch.reconcile"},
        payload={"differences": len(differences), "remaining": len(found.remaining)},
    )
    title = f"Firsttouch: {count_of(len(differences), 'difference')} between vendors and store"
    body = "\n".join(differences[:_NAMED])
    notify = wiring.configuration.notify
    for channel in notify.alerts if notify else ():
        try:
            wiring.notifier.tell(channel, Message(title=title, body=body, email=None))
        except ConnectorError as error:
            log.warning("%s", error)
