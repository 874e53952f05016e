"""The sync flow on a real, temporary Prefect server: what its runs are, say and end as."""

import asyncio
import re
import socket

import pytest
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterId,
)
from prefect.client.schemas.objects import State
from pydantic import SecretStr

from flows.daily_reconcile import reconcile_daily
from flows.monthly_recalibration import propose_recalibration
from flows.secret_blocks import revealed
from flows.sync import sync
from leads.errors import ConfigError
from sandbox.town import SERVED, Town
from sandbox.world.record import Standing
from sandbox.world.roster import WEB_LEADS
from tests.e2e.town_case import empty_store, quick_config
from tests.e2e.witness import everything_ownerless, ownerless
from tests.forgotten_sockets import prefect_forgets_to_close

PATIENCE = 110  # seconds; Prefect's start takes ten, on a busy machine many more


@pytest.fixture
def town():
    with Town.open(seed=23, leads=60) as opened:
        yield opened


@pytest.fixture
def run(prefect, town, tmp_path, monkeypatch):
    """Run the flow against the town; answer its state, its name, and its task runs' names."""
    monkeypatch.setenv("FIRSTTOUCH_STORE", empty_store(tmp_path / "firsttouch.db"))
    monkeypatch.setenv("FIRSTTOUCH_CONFIG", str(quick_config(tmp_path / "config")))

    def once(*, down=(), **parameters):
        for name, value in {**town.environment, **_nobody_at(down)}.items():
            monkeypatch.setenv(name, value)
        return asyncio.run(_run(parameters))

    return once


async def _run(parameters) -> tuple[State, str, list[str]]:
    with prefect_forgets_to_close():
        state = await sync(**parameters, return_state=True)
    assert state.state_details.flow_run_id
    wanted = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    async with get_client() as client:
        (flow_run,) = await client.read_flow_runs(flow_run_filter=wanted)
        tasks, before = [], None
        for _ in range(100):  # the server records them a moment later
            tasks = await client.read_task_runs(flow_run_filter=wanted)
            ends = {task.name: bool(task.state and task.state.is_final()) for task in tasks}
            if ends and all(ends.values()) and ends == before:
                break
            before = ends
            await asyncio.sleep(0.3)
    return state, flow_run.name, sorted(task.name for task in tasks)


async def _artifacts_called(key):
    async with get_client() as client:
        return await client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
        )


async def _proposed() -> State:
    state: State = await propose_recalibration(return_state=True)
    return state


def _nobody_at(down):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    return {f"FIRSTTOUCH_{vendor.upper()}_BASE_URL": nobody for vendor in down}


@pytest.mark.long
@pytest.mark.timeout(2 * PATIENCE)
def test_a_run_ends_as_its_sources_do(run, town):
    """One test, as each worker that has one starts a server: all down, one down, all up."""
    state, name, tasks = run(down=SERVED)
    assert state.is_failed()
    assert tasks == sorted(SERVED)
    assert re.fullmatch(r"sync \d\d:\d\d · 0 leads · \d+ problems", name)
    told = {source: state.message.count(f"{source}: ") for source in SERVED}
    assert told == dict.fromkeys(SERVED, 1), state.message

    state, name, tasks = run(down=["salesforce"])
    assert state.is_completed()
    assert tasks == sorted(SERVED)
    assert "salesforce: log in: the vendor cannot be reached" in state.message
    assert [source for source in SERVED if ownerless(town, source)] == ["salesforce"]

    state, name, tasks = run()
    assert state.is_completed()
    assert tasks == sorted(SERVED), "a task for each source, whatever there is to do"
    assert everything_ownerless(town) == []
    assert "hubspot: " in state.message
    assert "0 decided, 0 delivered" in state.message
    assert "problems" not in state.message
    assert re.fullmatch(r"sync \d\d:\d\d · [1-9]\d* leads", name)

    state, name, tasks = run(source="hubspot")
    assert (state.is_completed(), tasks) == (True, ["hubspot"])
    assert re.fullmatch(r"sync \d\d:\d\d · hubspot · 0 leads", name)

    with prefect_forgets_to_close():
        proposed = asyncio.run(_proposed())
        (artifact,) = asyncio.run(_artifacts_called("recalibration"))
    assert (proposed.is_completed(), proposed.message) == (True, "nothing is proposed")
    assert "50 are needed to compare" in artifact.data
    assert "nothing was changed" in artifact.data


@pytest.mark.timeout(2 * PATIENCE)
def test_the_daily_reconciliation_repairs_and_tells(run, town, caplog):
    run()
    record = next(r for r in town.world.records["salesforce"] if r.standing is Standing.WAITING)
    lead = town.ids[record.key]
    town.vendors.salesforce.person_sets_owner(lead, WEB_LEADS.salesforce)
    with prefect_forgets_to_close():
        first = asyncio.run(_reconciled(fix=True))
        again = asyncio.run(_reconciled(fix=False))
        listed = asyncio.run(_artifacts())
    assert first.is_completed()
    assert first.message == "nothing differs any more: 1 repaired"
    assert again.message == "nothing differs"
    assert f"salesforce:{lead}: decided, and nobody has it again" in caplog.text
    assert "salesforce: " in listed
    assert ownerless(town, "salesforce") != []
    run()
    assert ownerless(town, "salesforce") == []


async def _reconciled(*, fix: bool) -> State:
    state: State = await reconcile_daily(fix=fix, return_state=True)
    return state


async def _artifacts() -> str:
    async with get_client() as client:
        return "\n".join(str(each.data) for each in await client.read_artifacts())


def test_its_parameters_are_plain_data():
    """They are typed into a form and kept as JSON."""
    kinds = {name: told["type"] for name, told in sync.parameters.properties.items()}
    assert set(kinds.values()) <= {"string", "integer", "number", "boolean"}
    assert kinds["source"] == "string"
    assert sync.parameters.required == []


async def _inside(name: str) -> str:
    return revealed({"FIRSTTOUCH_HUBSPOT_TOKEN": f"secret-block:{name}"})[
        "FIRSTTOUCH_HUBSPOT_TOKEN"
    ]


def test_what_a_block_holds_is_read_and_what_it_lacks_is_told(prefect):
    with prefect_forgets_to_close():
        Secret(value=SecretStr("planted-secret")).save("hubspot-token", overwrite=True)
        Secret(value=SecretStr(" ")).save("blank", overwrite=True)
        assert asyncio.run(_inside("hubspot-token")) == "planted-secret"
        with pytest.raises(ConfigError, match="'gone': there is none of that name: make it"):
            asyncio.run(_inside("gone"))
        with pytest.raises(ConfigError, match="'blank': it is empty, or no text: edit its value"):
            asyncio.run(_inside("blank"))
