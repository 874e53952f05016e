"""What `firsttouch doctor` tells of a Prefect server: one that has nothing, then everything."""

import asyncio
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.objects import State, StateType
from prefect.settings import PREFECT_API_URL

from connectors.findings import Severity
from flows.ports import free_port
from flows.prefect_server.api import DEPLOYMENT, NOW_CALLED
from flows.prefect_server.automations import keep_automations
from flows.prefect_server.checkup import examine_prefect
from flows.prefect_server.deployments import deployments, take_over
from flows.prefect_server.superseded import supersede
from tests.forgotten_sockets import prefect_forgets_to_close

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def ask(prefect):
    def found():
        told = examine_prefect({"PREFECT_API_URL": PREFECT_API_URL.value()})
        return {each.about: (each.severity, each.text) for each in told}

    with prefect_forgets_to_close():
        yield found


async def _deploy():
    for each in deployments("Europe/Madrid"):
        await asyncio.to_thread(each.apply)


async def _late_and_paused():
    async with get_client() as client:
        sync = await client.read_deployment_by_name(DEPLOYMENT)
        late = State(type=StateType.SCHEDULED, name="Late")
        await client.create_flow_run_from_deployment(sync.id, state=late)
        for each in sync.schedules:
            await client.update_deployment_schedule(sync.id, each.id, active=False)


def test_from_nothing_to_all_that_is_declared_and_what_is_then_switched_off(ask):
    told = ask()
    assert told["server"][0] is Severity.OK
    severity, text = told["deployments"]
    assert (severity, "the sync is not deployed" in text) == (Severity.ERROR, True)
    asyncio.run(_deploy())
    told = ask()
    assert told["deployments"][0] is Severity.OK
    assert told["schedules"] == (Severity.OK, "nothing amiss")
    assert told["late runs"][0] is Severity.OK
    severity, text = told["runner"]
    assert (severity, "nobody has asked for runs" in text) == (Severity.ERROR, True)
    with get_client(sync_client=True) as client:
        for each in client.read_automations():  # of others who ask this server
            client.delete_automation(each.id)
        keep_automations(client, {})
    asyncio.run(_late_and_paused())
    told = ask()
    assert told["automations"] == (Severity.OK, "nothing amiss")
    severity, text = told["schedules"]
    assert (severity, text.startswith("sync-every-minute: its schedule is paused")) == (
        Severity.ERROR,
        True,
    )
    severity, text = told["late runs"]
    assert (severity, text.startswith("1 run should have begun")) == (Severity.WARNING, True)


async def _registered(*served):
    for each in served:
        await asyncio.to_thread(each.apply)


def test_what_was_called_otherwise_is_gone_and_stays_switched_off(ask):
    served = {each.full_name: each for each in deployments("Europe/Madrid")}
    assert {f"{old.partition('/')[0]}/{new}" for old, new in NOW_CALLED.items()} <= served.keys()
    reconcile, sweep = served["reconcile/reconcile-daily"], served["sweep/sweep-daily"]
    shadow, prune = served["shadow report/shadow-daily"], served["prune/prune-daily"]
    old = [each.model_copy(update={"name": "daily"}) for each in (reconcile, sweep, shadow)]
    theirs = prune.model_copy(update={"name": "daily", "tags": ["mine"]})
    asyncio.run(_registered(*old, theirs))
    with get_client(sync_client=True) as client:
        for each in client.read_deployments():  # of others who ask this server
            if each.name in NOW_CALLED.values():
                client.delete_deployment(each.id)
        client.pause_deployment(client.read_deployment_by_name("sweep/daily").id)
        assert supersede(client) == [], "nothing has taken their place"
        told = supersede(client, [reconcile, sweep, shadow, prune])
        assert told[0] == "reconcile/daily is called reconcile/reconcile-daily now"
        assert len(told) == 3
        names = {each.name for each in client.read_deployments() if "firsttouch" in each.tags}
        assert "daily" not in names
        assert client.read_deployment_by_name("prune/daily").tags == ["mine"]
        asyncio.run(_registered(reconcile, sweep))
        found = map(client.read_deployment_by_name, (reconcile.full_name, sweep.full_name))
        on = {each.name: [one.active for one in each.schedules] for each in found}
        assert on == {"reconcile-daily": [True], "sweep-daily": [False]}
        assert supersede(client, [reconcile, sweep, shadow, prune]) == []


def test_what_a_person_paused_is_paused_when_it_is_served_again(ask):
    def serve_again():
        served = [e for e in deployments("UTC") if e.name in {"prune-daily", "shadow-daily"}]
        take_over(served)
        asyncio.run(_registered(*served))
        return {each.name: client.read_deployment_by_name(each.full_name) for each in served}

    with get_client(sync_client=True) as client:
        there = serve_again()
        client.pause_deployment(there["prune-daily"].id)
        found = serve_again()
        assert {name: each.paused for name, each in found.items()} == {
            "prune-daily": True,
            "shadow-daily": False,
        }
        assert [each.active for each in found["prune-daily"].schedules] == [True]
        client.resume_deployment(there["prune-daily"].id)
        assert serve_again()["prune-daily"].paused is False


def test_what_workers_ran_or_another_folder_is_run_from_this_one_when_it_is_served(ask):
    """Of a worker's the path is none, and its every run ended with `no such file: .../None`."""
    (served,) = [each for each in deployments("UTC") if each.name == "sweep-daily"]
    asyncio.run(_registered(served))
    with get_client(sync_client=True) as client:
        there = client.read_deployment_by_name(served.full_name)
        for path in (None, "/srv/another"):
            client.update_deployment(there.id, DeploymentUpdate(path=path))
            take_over([served])
            asyncio.run(_registered(served))
            found = client.read_deployment_by_name(served.full_name)
            assert found.path == str(Path.cwd())
            assert not found.pull_steps


def test_a_server_that_does_not_answer_is_asked_nothing_else():
    nobody = f"http://127.0.0.1:{free_port(4_700)}/api"
    (told,) = examine_prefect({"PREFECT_API_URL": nobody})
    assert told.no_answer
    assert "nobody answers at PREFECT_API_URL" in told.text
