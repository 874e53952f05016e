"""Simulating as a form in Prefect's pages: who would get which lead, and what a change changes."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from prefect import flow
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from config.load import load
from flows.commands.simulate import Request, starting_point
from flows.page_pieces import bullets, table
from flows.plurals import count_of
from flows.simulating.form import SimulateForm
from flows.simulating.policy_comparison import Against, Compared, compare_policies
from flows.simulating.simulation import nobody_takes, simulate
from flows.wiring import config_folder
from leads.errors import FirsttouchError
from reports.backtest import headlines

_SHOWN = 200
_MOVES = 20


@flow(name="simulate", flow_run_name="simulate")
async def simulate_leads(choices: SimulateForm) -> State:
    """Decide leads without writing to any vendor or store, and leave a page of what came out."""
    try:
        request, other = choices.request(), choices.other()
        if other is None:
            told, page = await asyncio.to_thread(_decided, request)
        else:
            told, page = await asyncio.to_thread(_compared, request, other)
    except FirsttouchError as error:
        return Failed(message=str(error))
    await acreate_markdown_artifact(key="simulation", markdown=page, description=told)
    return Completed(message=told)


def _compared(request: Request, other: Against) -> tuple[str, str]:
    notes: list[str] = []
    compared = compare_policies(request, other, notes.append)
    said = headlines(compared.found)
    parts = [
        f"# {compared.names[0]} → {compared.names[1]}",
        bullets([*said, *compared.notes, *notes]),
        *_shares(compared),
        *_moves(compared),
        *_moved_leads(compared),
    ]
    return said[0], "\n\n".join(parts)


def _shares(compared: Compared) -> list[str]:
    rows = [
        (each.owner, f"{each.before:,}", f"{each.after:,}", f"{each.after - each.before:+,}")
        for each in compared.found.shares
    ]
    return ["## Leads of each owner", table(("owner", *compared.names, "difference"), rows)]


def _moves(compared: Compared) -> list[str]:
    rows = [
        (before or "set aside", after or "set aside", f"{count:,}")
        for before, after, count in compared.found.moves[:_MOVES]
    ]
    return ["## Whose leads move", table(("from", "to", "leads"), rows)] if rows else []


def _moved_leads(compared: Compared) -> list[str]:
    moved = [pair for pair in compared.pairs if pair.is_moved]
    rows = [
        (
            pair.lead,
            pair.before.owner if pair.before else "set aside",
            pair.after.owner if pair.after else "set aside",
            pair.after.reason if pair.after else "",
        )
        for pair in moved[:_SHOWN]
    ]
    if not rows:
        return []
    return [_title("Leads that move", len(moved)), table(("lead", "from", "to", "why"), rows)]


def _decided(request: Request) -> tuple[str, str]:
    configuration = load(config_folder(None))
    notes = nobody_takes(configuration.policy)
    start = starting_point(request, configuration.policy)
    counts: Counter[str] = Counter()
    rows: list[Sequence[str]] = []
    for each in simulate(request.leads, configuration, start, clock=None, say=notes.append):
        counts[each.owner or "nobody"] += 1
        if len(rows) < _SHOWN:
            rows.append(_row(each.json))
    told = f"{count_of(counts.total(), 'lead')} to {count_of(len(counts), 'owner')}"
    parts = [
        bullets(notes),
        table(("owner", "leads"), [(who, f"{count:,}") for who, count in counts.most_common()]),
        _title("Who would get what", counts.total()),
        table(("lead", "owner", "why"), rows),
    ]
    return told, "\n\n".join(filter(None, parts))


def _row(outcome: dict[str, Any]) -> Sequence[str]:
    told = (outcome["lead"], outcome["owner"], outcome["reason"])
    return [str(each or "") for each in told]


def _title(what: str, count: int) -> str:
    return f"## {what}" + (f" (the first {_SHOWN} of {count:,})" if count > _SHOWN else "")
