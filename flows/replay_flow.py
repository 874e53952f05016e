"""Reading once more what was set aside, as a form in Prefect's pages."""

import asyncio

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.page_pieces import in_cell, lines_of
from flows.set_aside import read_again
from flows.simulating.form import ReplayForm
from flows.wiring import open_wiring
from leads.errors import FirsttouchError
from leads.sighting import Sighting, Verdict
from store.backfill_rows import EVERY_SOURCE
from store.rows import RejectRow


@flow(name="replay-rejects", flow_run_name="read again what {choices.source.value} set aside")
async def replay_rejects(choices: ReplayForm) -> State:
    """Read records set aside as they are now; the next sync gives those that can be read owners."""
    try:
        again = await asyncio.to_thread(_again, choices)
    except FirsttouchError as error:
        return Failed(message=str(error))
    rows: list[dict[str, object]] = [_row(row, now) for row, now in again]
    left = sum(now.verdict is Verdict.REJECTED for _, now in again)
    told = f"{len(again) - left} of {len(again)} can be read now"
    if not again:
        return Completed(message="nothing is set aside")
    await acreate_table_artifact(table=rows, key="rejects", description=told)
    return Completed(message=f"{told}; the next sync gives them their owners")


def _again(choices: ReplayForm) -> list[tuple[RejectRow, Sighting]]:
    source = None if choices.source == EVERY_SOURCE else choices.source.value
    with open_wiring() as wiring:
        return list(read_again(wiring, source, most=choices.at_most))


def _row(row: RejectRow, now: Sighting) -> dict[str, object]:
    """Say what it lacked and what it is now; nothing that the record itself says."""
    return {
        "record": in_cell(str(row.key), ""),
        "lacked": lines_of(f"{row.field}: {row.reason}"),
        "now": lines_of(_now(now)),
        "set aside": f"{row.seen_at:%Y-%m-%d %H:%M} UTC",
    }


def _now(now: Sighting) -> str:
    return f"{now.field}: {now.reason}" if now.verdict is Verdict.REJECTED else "can be read"
