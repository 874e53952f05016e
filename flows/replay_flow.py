"""Reading once more what was set aside, as a form in Prefect's pages."""

import asyncio

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.messages import crm_link
from flows.page_pieces import in_cell, lines_of
from flows.set_aside import read_again
from flows.simulating.form import ReplayForm
from flows.wiring import Wiring, open_wiring
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
    rows: list[dict[str, object]] = [{**row} for row, _ in again]
    left = sum(not is_read for _, is_read in again)
    told = f"{len(again) - left} of {len(again)} can be read now"
    if not again:
        return Completed(message="nothing is set aside")
    await acreate_table_artifact(table=rows, key="rejects", description=told)
    then = "; the next sync gives them their owners" if left < len(again) else ""
    return Completed(message=f"{told}{then}")


def _again(choices: ReplayForm) -> list[tuple[dict[str, str], bool]]:
    """Return a line of each record, and whether it can be read now."""
    source = None if choices.source == EVERY_SOURCE else choices.source.value
    with open_wiring() as wiring:
        found = list(read_again(wiring, source, most=choices.at_most))
        return [(_row(wiring, row, now), now.verdict is not Verdict.REJECTED) for row, now in found]


def _row(wiring: Wiring, row: RejectRow, now: Sighting) -> dict[str, str]:
    """Say what it lacked and what it is now; nothing that the record itself says."""
    key, lacked, lacks = row.key, f"{row.field}: {row.reason}", f"{now.field}: {now.reason}"
    is_there = key.source in wiring.crms
    link = crm_link(key.source, key.source_id, wiring.configuration) if is_there else ""
    still = "as before" if lacks == lacked else lines_of(lacks)
    return {
        "record": in_cell(str(key), link),
        "lacked": lines_of(lacked),
        "now": still if now.verdict is Verdict.REJECTED else "can be read",
        "set aside": f"{row.seen_at:%Y-%m-%d %H:%M} UTC",
    }
