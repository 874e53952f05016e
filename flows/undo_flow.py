"""Undoing as a form in Prefect's pages."""

import asyncio
from collections import Counter

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.backfilling.form import UndoForm
from flows.messages import record_link
from flows.page_pieces import cell, in_cell, lines_of
from flows.undo import Fate, Undone, undo_run
from flows.wiring import Wiring, open_wiring
from leads.errors import FirsttouchError
from leads.keys import RunId


@flow(name="undo", flow_run_name="undo {choices.run}")
async def undo(choices: UndoForm) -> State:
    """Give back what a run assigned, to whoever had it, where nobody has moved it since."""
    which = RunId(choices.run.strip())
    with open_wiring() as wiring:
        if not wiring.store.is_run(which):
            return Failed(message=f"there is no run {which!r}: `firsttouch undo` lists them")
        try:
            done = await asyncio.to_thread(_undo, wiring, which)
        except FirsttouchError as error:
            return Failed(message=str(error))
        rows: list[dict[str, object]] = [{**_line(wiring, each)} for each in done]
    await acreate_table_artifact(table=rows, key="undo", description=f"What became of run {which}")
    counts = Counter(each.fate for each in done)
    said = ", ".join(f"{number} {fate.value}" for fate, number in counts.items())
    state = Failed if counts[Fate.FAILED] else Completed
    return state(message=said or "the run gave nothing that stands")


def _line(wiring: Wiring, each: Undone) -> dict[str, str]:
    """Nothing that the record itself says."""
    became = ": ".join(filter(None, (each.fate.value, each.why)))
    given, configuration = each.given.delivery, wiring.configuration
    return {
        "lead": in_cell(str(given.lead), record_link(given, configuration)),
        "was given to": cell(configuration.policy.name_of(given.owner)),
        "what became of it": lines_of(became),
    }


def _undo(wiring: Wiring, run: RunId) -> list[Undone]:
    wiring.store.withdraw_unwritten(run, wiring.now())
    return list(undo_run(wiring, run))
