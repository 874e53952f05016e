"""The flow that asks a person about first assignments, and waits for the answer."""

import asyncio
from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import acreate_table_artifact
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterKey,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.deployments import arun_deployment
from prefect.exceptions import ObjectNotFound
from prefect.flow_runs import asuspend_flow_run
from prefect.states import Completed, Failed

from flows.answers import Answered, answer_all, write_answered
from flows.plurals import count_of
from flows.reviewing.form import AT_ONCE, ReviewForm, answers, form, table
from flows.tick import new_run
from flows.wiring import Wiring, open_wiring
from leads.keys import LeadKey
from routing.wording import moment
from store.review_rows import Proposal, ReviewState

NAME = "review"
DEPLOYMENT = f"{NAME}/review-first-assignments"
_KEY = "first-assignments"
_OPEN = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.PAUSED]
_ENDED = [StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED]


class _Wanted(TypedDict):
    flow_filter: FlowFilter
    flow_run_filter: FlowRunFilter


@flow(name=NAME, flow_run_name="review of first assignments, until {until}", persist_result=True)
async def review(leads: list[str], until: str = "") -> State:
    """
    Ask a person about these leads, by a form; write what they answer.

    Started by the sync when first assignments wait. Suspended, it takes no process and survives
    every restart. When answered, it runs from its top again, and finds the answer. What nobody
    answers is written at its deadline by the sync, whether this run lives or not.
    """
    del until  # it is in the run's name
    asked = [LeadKey.parse(lead) for lead in leads]
    with open_wiring() as wiring:
        proposals = await asyncio.to_thread(wiring.store.proposals, wiring.now())
        waiting = [each for each in proposals if each.review.lead in set(asked)]
        if not waiting:
            return Completed(message="nothing of it waits any more")
        await _show(wiring, waiting)
        filled = await asuspend_flow_run(wait_for_input=form(wiring, waiting), key="answers")
        try:
            done = await asyncio.to_thread(_take, wiring, filled, asked)
        except ValueError as error:
            return Failed(message=f"{error}; what waits is asked again")
    log = get_run_logger()
    for each in done:
        log.info("%s: %s", each.lead, each.problem or each.state.value)
    return Completed(message=_said(done))


async def _show(wiring: Wiring, waiting: Sequence[Proposal]) -> None:
    """Leave the proposals as a table, which has more room than the form; once, not when resumed."""
    if await _is_shown():
        return
    what = count_of(len(waiting), "first assignment")
    told = f"{what}. To answer: the button Resume of this run, at its top right."
    await acreate_table_artifact(table=table(wiring, waiting), key=_KEY, description=told)
    get_run_logger().info("%s", told)


async def _is_shown() -> bool:
    """Ask the server: of a run that a process of its own goes on with, no count says so."""
    of_run = ArtifactFilterFlowRunId(any_=[UUID(str(runtime.flow_run.id))])
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[_KEY]), flow_run_id=of_run)
    async with get_client() as client:
        return bool(await client.read_artifacts(artifact_filter=wanted, limit=1))


def _take(wiring: Wiring, filled: ReviewForm, asked: Sequence[LeadKey]) -> list[Answered]:
    """Record the answers and write what is due; what a CRM does not take now, the sync writes."""
    said = answers(filled, asked)
    run = new_run()
    wiring.store.start_run(run, "review", wiring.now())
    done = answer_all(wiring, said, filled.your_name.strip() or "somebody in Prefect", run)
    errors = write_answered(wiring, done, run)
    wiring.store.end_run(run, wiring.now(), error="; ".join(map(str, errors)))
    return done


def _said(done: Sequence[Answered]) -> str:
    counts = [
        f"{count} {state.value}"
        for state in (ReviewState.APPROVED, ReviewState.CHANGED, ReviewState.HELD)
        if (count := sum(each.state is state and not each.problem for each in done))
    ]
    problems = [f"{each.lead}: {each.problem}" for each in done if each.problem]
    return "; ".join([", ".join(counts) or "nothing answered", *problems])


async def keep_a_form_open(wiring: Wiring) -> str:
    """
    Let a form be open while first assignments wait, and none else; answer what was done, if any.

    One form at a time: what comes while it is open waits for the next, and so does what its answer
    left waiting. Where this deployment is not served, `firsttouch review` is the way.
    """
    model = wiring.configuration.policy.model
    if not wiring.configuration.review.first and not (model and model.review):
        return ""
    proposals = await asyncio.to_thread(wiring.store.proposals, wiring.now())
    async with get_client() as client:
        runs = await _open_runs(client)
        for run in runs:
            if not _is_about(run, proposals):
                await _close(client, run)
        if any(_is_about(run, proposals) for run in runs):
            return ""
        if not any(each.review.state is ReviewState.WAITING for each in proposals):
            return ""
        ended = await client.count_flow_runs(**_in_states(_ENDED))
    zone = wiring.configuration.policy.timezone
    return await _ask(proposals[:AT_ONCE], zone, after=ended)


async def _ask(some: Sequence[Proposal], zone: str, *, after: int) -> str:
    """Ask about these, `after` so many forms: one that is answered is not opened again."""
    what = count_of(len(some), "first assignment")
    until = moment(some[0].review.deadline, zone)
    try:
        await arun_deployment(
            DEPLOYMENT,
            parameters={"leads": [str(each.review.lead) for each in some], "until": until},
            timeout=0,
            as_subflow=False,
            # Two syncs that see the same ask once.
            idempotency_key=f"{some[0].review.lead}/{some[0].review.attempt}/{len(some)}/{after}",
        )
    except ObjectNotFound:
        return f"{what} wait for `firsttouch review`; {DEPLOYMENT} is not served here"
    return f"a form asks about {what}, until {until}"


async def _open_runs(client: PrefectClient) -> list[FlowRun]:
    return await client.read_flow_runs(**_in_states(_OPEN))


def _in_states(types: list[StateType]) -> _Wanted:
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=types))
    return {
        "flow_filter": FlowFilter(name=FlowFilterName(any_=[NAME])),
        "flow_run_filter": FlowRunFilter(state=state),
    }


def _is_about(run: FlowRun, proposals: Sequence[Proposal]) -> bool:
    waiting = {str(each.review.lead) for each in proposals}
    return bool(waiting & set(run.parameters.get("leads", [])))


async def _close(client: PrefectClient, run: FlowRun) -> None:
    """Close the form of a run about which there is nothing left to say."""
    if run.state is not None and run.state.is_paused():
        text = "nothing of it waits any more: answered elsewhere, or left to the rules"
        await client.set_flow_run_state(run.id, Completed(message=text), force=True)
