"""Backfills as a form in Prefect's pages."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect import flow, runtime
from prefect.artifacts import acreate_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterId
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.backfilling.backfill import (
    begin_applying,
    end_applying,
    finish_plan,
    known,
    left_to_apply,
    left_to_read,
    start_plan,
)
from flows.backfilling.form import BackfillForm
from flows.backfilling.rules_of_plan import by_words
from flows.backfilling.windows import Step, spread
from flows.messages import crm_link
from flows.page_pieces import cell, in_cell, lines_of, without_empty
from flows.plurals import count_of
from flows.progress_bar import bar
from flows.wiring import Wiring, open_wiring
from leads.errors import ConfigError, FirsttouchError
from store.backfill_rows import BackfillRow, BackfillState, Entry, EntryState

_KEY = "backfill-plan-"
_BAR = "backfill-progress"
_SHOWN = 1_000
"""Rows of a table: more make Prefect's page slow, and nobody reads them there."""
_AGAIN = "the same again goes on where it stopped"


def _run_name() -> str:
    choices: Any = dict(runtime.flow_run.parameters["choices"])
    source = str(choices["source"])
    if choices.get("plan"):
        return f"backfill {source}: plan {choices['plan']}"
    return f"backfill {source}: {choices.get('since') or '?'} to {choices.get('until') or '?'}"


@flow(name="backfill", flow_run_name=_run_name)
async def backfill(choices: BackfillForm) -> State:
    """Give older leads their owners: first a plan, then exactly that plan (docs/backfill.md)."""
    with open_wiring() as wiring:
        try:
            row = await (_found(wiring, choices) if choices.plan else _asked_for(wiring, choices))
            problems = await (
                _plan(wiring, row) if choices.dry_run else _apply(wiring, row, choices)
            )
        except FirsttouchError as error:
            return Failed(message=str(error))
        row = known(wiring, row.id)
        entries = wiring.store.backfill_entries(row.id)
        if row.state is not BackfillState.READING:
            await _table(wiring, row, entries)
    if problems:
        return Failed(message="; ".join([*problems, _AGAIN]))
    return Completed(message=_said(row, entries, is_plan=choices.dry_run))


async def _asked_for(wiring: Wiring, form: BackfillForm) -> BackfillRow:
    if not form.dry_run:
        seen = "make one first, look at it, and say its number"
        raise ConfigError([f"without a dry run a backfill does a plan that was seen: {seen}"])
    asked = form.asked(wiring.configuration.policy.timezone)
    return await asyncio.to_thread(start_plan, wiring, asked)


async def _found(wiring: Wiring, choices: BackfillForm) -> BackfillRow:
    """Find the plan by its number or by its artifact's id or key. Raises ConfigError."""
    said = choices.plan.strip()
    key = await _key_of_artifact(said) or said
    row = known(wiring, key.removeprefix(_KEY))
    if row.source != choices.source:
        raise ConfigError(
            [f"plan {row.id} is of {row.source}, not of {choices.source}: choose that"]
        )
    _same_rules(row, choices.version())
    return row


def _same_rules(row: BackfillRow, said: int | None) -> None:
    """Whoever says a version with a plan means that one: a plan is not decided again."""
    if said is None or said == row.policy_version:
        return
    its = f"version {row.policy_version}" if row.policy_version else "the policy then in force"
    left = "leave Policy version blank, or make a plan by that version"
    raise ConfigError([f"plan {row.id} is decided by {its}, not by version {said}: {left}"])


async def _key_of_artifact(said: str) -> str | None:
    try:
        number = UUID(said)
    except ValueError:
        return None
    async with get_client() as client:
        wanted = ArtifactFilter(id=ArtifactFilterId(any_=[number]))
        found = await client.read_artifacts(artifact_filter=wanted)
    return found[0].key if found else None


async def _plan(wiring: Wiring, row: BackfillRow) -> list[str]:
    """Read what is not read yet, then decide it; answer what could not be read."""
    windows = wiring.store.backfill_windows(row.id)

    def share() -> float:
        left = left_to_read(wiring, row.id)
        return 1.0 - len(left) / max(1, len(windows))

    async with bar(_BAR, f"reading {row.source} for plan {row.id}", share):
        problems = await spread(wiring, left_to_read(wiring, row.id), Step.READ)
    if not problems:
        await asyncio.to_thread(finish_plan, wiring, row.id)
    return problems


async def _apply(wiring: Wiring, row: BackfillRow, choices: BackfillForm) -> list[str]:
    await asyncio.to_thread(begin_applying, wiring, row.id)

    def share() -> float:
        counts = wiring.store.backfill_counts(row.id)
        return 1.0 - counts.get(EntryState.PLANNED, 0) / max(1, sum(counts.values()))

    async with bar(_BAR, f"giving away plan {row.id}", share):
        left = left_to_apply(wiring, row.id)
        problems = await spread(wiring, left, Step.APPLY, notify=choices.notify)
    end_applying(wiring, row.id, problems)
    return problems


async def _table(wiring: Wiring, row: BackfillRow, entries: Sequence[Entry]) -> None:
    """Leave the assignments as a table with links; nobody's name is in it."""
    lines = [_line(wiring, each) for each in entries[:_SHOWN]]
    rows: list[dict[str, object]] = [{**each} for each in without_empty(lines)]
    again = f"To do exactly this: run again with plan {row.id}, and the dry run off."
    told = f"{again} " if row.state is BackfillState.PLANNED and rows else ""
    what = count_of(len(entries), "lead")
    if len(entries) > _SHOWN:
        what += f", of which these are the oldest {_SHOWN:,}"
    text = f"Plan {row.id}, {row.state.value}{by_words(row)}: {what}. {told}{_passed_over(row)}"
    await acreate_table_artifact(table=rows, key=f"{_KEY}{row.id}", description=text)


def _line(wiring: Wiring, each: Entry) -> dict[str, str]:
    """How it stands is told of what was done: of a plan all is planned."""
    key, made = each.lead.key, each.decision
    is_there = key.source in wiring.crms
    link = crm_link(key.source, key.source_id, wiring.configuration) if is_there else ""
    return {
        "lead": in_cell(str(key), link),
        "created": f"{each.lead.created_at:%Y-%m-%d}",
        "owner": cell(wiring.configuration.policy.name_of(made.owner)) if made else "",
        "state": "" if each.state is EntryState.PLANNED else each.state.value,
        "problem": lines_of(each.reason),
        "why": lines_of(made.reason) if made else "",
    }


def _passed_over(row: BackfillRow) -> str:
    counts = (f"{number:,} {reason}" for reason, number in sorted(row.passed.items()))
    return f"Passed over: {', '.join(counts)}." if row.passed else ""


def _said(row: BackfillRow, entries: Sequence[Entry], *, is_plan: bool) -> str:
    counts = Counter(each.state for each in entries)
    if is_plan:
        what = count_of(len(entries), "lead")
        return f"plan {row.id}: {what} would be given away{by_words(row)}; nothing was written"
    given = count_of(counts[EntryState.APPLIED], "lead")
    return f"plan {row.id}: {given} given as planned, {counts[EntryState.CONFLICT]} left alone"
