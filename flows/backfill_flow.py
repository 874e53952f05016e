"""Backfills and undoing as forms in Prefect's pages."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from prefect import flow
from prefect.artifacts import (
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from flows.backfill import Asked, apply_plan, known, make_plan
from flows.backfill_reading import windows
from flows.messages import crm_link
from flows.plurals import count_of
from flows.undo import Fate, Undone, undo_run
from flows.wiring import Wiring, open_wiring
from leads.errors import ConfigError, FirsttouchError
from leads.keys import RunId
from store.backfill_rows import BackfillRow, Entry, EntryState


class Source(StrEnum):
    """A source's name, as a choice."""

    SALESFORCE = "salesforce"
    HUBSPOT = "hubspot"
    META_ADS = "meta_ads"
    GOOGLE_ADS = "google_ads"
    LINKEDIN_ADS = "linkedin_ads"
    CSV_FILE = "csv_file"


_Told = Callable[[float], None]


@flow(name="backfill", flow_run_name="backfill {source} {plan}")
async def backfill(
    source: Annotated[Source, Field(title="Source", description="Whose leads are to get owners.")],
    since: Annotated[
        datetime | None, Field(title="Since", description="Created at or after this time.")
    ] = None,
    until: Annotated[
        datetime | None, Field(title="Until", description="Created before this time.")
    ] = None,
    *,
    dry_run: Annotated[
        bool,
        Field(title="Dry run", description="Only plan: say who would get what, and write nothing."),
    ] = True,
    plan: Annotated[
        str,
        Field(
            title="Plan",
            description="The number of a plan that was seen: switch the dry run off, and exactly "
            "that plan is done. Since and until are then of no use.",
        ),
    ] = "",
    only_unowned: Annotated[
        bool,
        Field(
            title="Only leads without a human owner",
            description="Off: what people own is planned as well, and taken from them.",
        ),
    ] = True,
    at_most: Annotated[
        int, Field(title="At most", description="So many leads.", ge=1, le=100_000)
    ] = 1_000,
    notify: Annotated[
        bool, Field(title="Notify", description="Tell the new owners, as of new leads.")
    ] = False,
) -> State:
    """Give older leads their owners: first a plan, then exactly that plan (docs/backfill.md)."""
    with open_wiring() as wiring:
        try:
            if not plan:
                asked = _asked(source, since, until, at_most, any_owner=not only_unowned)
                row = await _plan(wiring, asked)
            else:
                row = _known(wiring, plan, source)
            problems = [] if dry_run else await _apply(wiring, row, notify=notify)
        except FirsttouchError as error:
            return Failed(message=str(error))
        row = known(wiring, row.id)
        entries = wiring.store.backfill_entries(row.id)
        await _table(wiring, row, entries)
    if problems:
        return Failed(message="; ".join(map(str, problems)))
    return Completed(message=_said(row, entries, is_plan=dry_run))


@flow(name="undo", flow_run_name="undo {run}")
async def undo(
    run: Annotated[
        str, Field(title="Run", description="The number of a backfill's plan, or of a run.")
    ],
) -> State:
    """Give back what a run assigned, to whoever had it, where nobody has moved it since."""
    which = RunId(run.strip())
    with open_wiring() as wiring:
        if not wiring.store.is_run(which):
            return Failed(message=f"there is no run {run!r}: `firsttouch undo` lists them")
        try:
            done = await asyncio.to_thread(_undo, wiring, which)
        except FirsttouchError as error:
            return Failed(message=str(error))
    rows = [
        {"lead": str(e.given.delivery.lead), "had": e.given.delivery.owner, "now": e.fate.value}
        for e in done
    ]
    await acreate_table_artifact(table=rows, key="undo", description=f"What became of run {which}")
    counts = Counter(each.fate for each in done)
    said = ", ".join(f"{number} {fate.value}" for fate, number in counts.items())
    state = Failed if counts[Fate.FAILED] else Completed
    return state(message=said or "the run gave nothing that stands")


def _undo(wiring: Wiring, run: RunId) -> list[Undone]:
    wiring.store.withdraw_unwritten(run, wiring.now())
    return list(undo_run(wiring, run))


def _asked(
    source: str, since: datetime | None, until: datetime | None, most: int, *, any_owner: bool
) -> Asked:
    """Raises ConfigError: the form lets a person switch its own checks off."""
    if since is None or until is None or since.tzinfo is None or until.tzinfo is None:
        raise ConfigError(["a plan needs both since and until, each with its time zone"])
    return Asked(source=str(source), since=since, until=until, most=most, any_owner=any_owner)


def _known(wiring: Wiring, plan: str, source: str) -> BackfillRow:
    row = known(wiring, plan.strip())
    if row.source != source:
        raise ConfigError([f"plan {row.id} is of {row.source}, not of {source}: choose that one"])
    return row


async def _plan(wiring: Wiring, asked: Asked) -> BackfillRow:
    progress = await _progress(f"reading {asked.source}")

    def told(row: BackfillRow) -> None:
        progress(100.0 * (row.window + 1) / len(windows(row)))

    return await asyncio.to_thread(make_plan, wiring, asked, told)


async def _apply(wiring: Wiring, row: BackfillRow, *, notify: bool) -> Sequence[FirsttouchError]:
    progress = await _progress(f"giving away plan {row.id}")
    counts = wiring.store.backfill_counts(row.id)
    done = [sum(counts.values()) - counts.get(EntryState.PLANNED, 0), sum(counts.values())]

    def told(number: int) -> None:
        done[0] += number
        progress(100.0 * done[0] / max(1, done[1]))

    return await asyncio.to_thread(apply_plan, wiring, row.id, notify=notify, told=told)


async def _progress(what: str) -> _Told:
    """Begin a bar in the run's artifacts; what it answers moves it, from any thread."""
    number = await acreate_progress_artifact(
        progress=0.0, key="backfill-progress", description=what
    )
    loop = asyncio.get_running_loop()

    def move(percent: float) -> None:
        moved = aupdate_progress_artifact(artifact_id=number, progress=min(percent, 100.0))
        asyncio.run_coroutine_threadsafe(moved, loop).result()

    return move


async def _table(wiring: Wiring, row: BackfillRow, entries: Sequence[Entry]) -> None:
    """Leave the assignments as a table with links; nobody's name is in it."""
    rows: list[dict[str, object]] = [{**_line(wiring, each)} for each in entries]
    again = f"To do exactly this: run again with plan {row.id}, and the dry run off."
    text = f"Plan {row.id} ({row.state.value}). {again}" if rows else f"Plan {row.id}: nothing."
    await acreate_table_artifact(table=rows, key="backfill-plan", description=text)


def _line(wiring: Wiring, each: Entry) -> dict[str, str]:
    key, made = each.lead.key, each.decision
    is_there = key.source in wiring.crms
    link = crm_link(key.source, key.source_id, wiring.configuration) if is_there else ""
    return {
        "lead": f"[{key}]({link})" if link else str(key),
        "created": f"{each.lead.created_at:%Y-%m-%d}",
        "owner": made.owner if made else "",
        "why": made.reason if made else "",
        "state": each.state.value,
        "problem": each.reason,
    }


def _said(row: BackfillRow, entries: Sequence[Entry], *, is_plan: bool) -> str:
    counts = Counter(each.state for each in entries)
    if is_plan:
        what = count_of(len(entries), "lead")
        return f"plan {row.id}: {what} would be given away; nothing was written"
    given = count_of(counts[EntryState.APPLIED], "lead")
    return f"plan {row.id}: {given} given as planned, {counts[EntryState.CONFLICT]} left alone"
