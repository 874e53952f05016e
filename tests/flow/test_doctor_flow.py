"""Trying the connections from Prefect's pages: what is used, and a block that nothing uses yet."""

import asyncio

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from pydantic import SecretStr

from connectors.registry import KINDS
from flows.doctor_flow import DoctorForm, Whom, doctor
from flows.prefect_server.blocks import HubSpotBlock
from sandbox.hubspot.app import TOKEN
from sandbox.town import Town
from tests.e2e.test_cli_doctor import SECRETS
from tests.e2e.town_case import empty_store, quick_config
from tests.forgotten_sockets import prefect_forgets_to_close

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=21, leads=60) as opened:
        yield opened


@pytest.fixture
def ask(prefect, town, tmp_path, monkeypatch):
    """Run the flow as its form would; answer how it ended, its message and its page."""
    monkeypatch.setenv("FIRSTTOUCH_STORE", empty_store(tmp_path / "firsttouch.db"))
    monkeypatch.setenv("FIRSTTOUCH_CONFIG", str(quick_config(tmp_path / "config")))
    for name, value in {**town.environment, **SECRETS}.items():
        monkeypatch.setenv(name, value)

    def once(**fields):
        with prefect_forgets_to_close():
            return asyncio.run(_asked(DoctorForm.model_validate(fields)))

    return once


async def _asked(choices):
    state = await doctor(choices, return_state=True)
    assert state.state_details.flow_run_id
    ours = ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id])
    async with get_client() as client:
        pages = await client.read_artifacts(artifact_filter=ArtifactFilter(flow_run_id=ours))
    return state.type.value, state.message, "\n".join(str(each.data) for each in pages)


def test_each_source_that_there_is_can_be_chosen():
    assert {each.value for each in Whom} == {"all", *KINDS}


def test_what_is_used_works(ask):
    how, said, page = ask()
    assert how == "COMPLETED", said
    assert "hubspot: sound" in said
    assert "Leads flow: sound." in page
    assert "\n- login: " in page
    assert "**error**" not in page


def test_a_block_is_tried_before_anything_uses_it(ask):
    with prefect_forgets_to_close():
        HubSpotBlock(token=SecretStr("planted-wrong")).save("new-portal", overwrite=True)
    how, said, page = ask(source="hubspot", block="new-portal")
    assert (how, said) == ("FAILED", "hubspot: 1 error")
    assert "**1 thing to mend**" in page
    assert "\n- **error** login: " in page
    assert "planted-wrong" not in page
    with prefect_forgets_to_close():
        HubSpotBlock(token=SecretStr(TOKEN)).save("new-portal", overwrite=True)
    assert ask(source="hubspot", block="new-portal")[:2] == ("COMPLETED", "hubspot: sound")


def test_a_block_that_is_nobodys_is_told(ask):
    how, said, _ = ask(source="hubspot", block="gone")
    assert how == "FAILED"
    assert "'gone': there is none of that name: make it under Blocks" in said
    assert ask(block="new-portal")[1].endswith("of one source: choose it under Source")
