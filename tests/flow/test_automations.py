"""Prefect's automations are made once, however often somebody serves; by a real server."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import yaml
from prefect.blocks.notifications import SlackWebhook
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.events.schemas.automations import AutomationCore
from prefect.server.events.schemas.automations import EventTrigger
from prefect.server.events.schemas.events import ReceivedEvent
from pydantic import SecretStr

from flows.prefect_server.automations import FOLDER, keep_automations
from tests.forgotten_sockets import prefect_forgets_to_close

NAMES = sorted(yaml.safe_load(path.read_text())["name"] for path in FOLDER.glob("*.yaml"))
DEAD = "Firsttouch: a run whose process is gone"
OPS = {"ops": "json://127.0.0.1:9/alerts"}


@pytest.fixture
def client(prefect):
    with prefect_forgets_to_close(), get_client(sync_client=True) as opened:
        yield opened


def _ours(client):
    return {each.name: each for each in client.read_automations() if each.name in NAMES}


def test_serving_twice_makes_no_second_one_and_leaves_a_persons_choices(client):
    assert sorted(keep_automations(client, OPS)) == NAMES
    made = _ours(client)
    assert sorted(made) == NAMES
    assert keep_automations(client, OPS) == []
    assert {name: each.id for name, each in _ours(client).items()} == {
        name: each.id for name, each in made.items()
    }
    silent = made["Firsttouch: the sync is silent"]
    (told,) = silent.actions
    assert told.type == "send-notification"
    (nothing,) = made["Firsttouch: an alert"].actions
    assert nothing.type == "do-nothing", "the sync tells `notify.alerts` itself"
    client.pause_automation(silent.id)
    client.create_automation(AutomationCore.model_validate(silent.model_dump(exclude={"id"})))
    Webhook(url=SecretStr("http://127.0.0.1:9/hook")).save("firsttouch-alerts-desk")
    SlackWebhook(url=SecretStr("json://127.0.0.1:9/x")).save("not-ours")
    changed = keep_automations(client, OPS)
    assert set(NAMES) - set(changed) == {DEAD}, "the others tell the blocks that people make"
    again = _ours(client)
    assert len([each for each in client.read_automations() if each.name in NAMES]) == len(NAMES)
    assert again[silent.name].enabled is False
    kinds = sorted(each.type for each in again[silent.name].actions)
    assert kinds == ["call-webhook", "send-notification"]
    assert [each.type for each in again["Firsttouch: an alert"].actions] == ["call-webhook"]
    dead = [each.type for each in again[DEAD].actions]
    assert dead == ["change-flow-run-state"], "it is triggered of runs that have ended, too"
    crashed = again["Firsttouch: a run has crashed"]
    assert [each.type for each in crashed.actions] == ["call-webhook"]
    assert keep_automations(client, OPS) == []


def test_all_ends_of_a_sync_are_counted_as_one_so_that_a_silence_is_told_once():
    """Without for_each Prefect begins a new window by itself, and tells it while it lasts."""
    declared = yaml.safe_load((FOLDER / "sync-silent.yaml").read_text())
    trigger = EventTrigger.model_validate(declared["trigger"])
    flow = {"prefect.resource.id": "prefect.flow.1", "prefect.resource.name": "sync"}
    ends = [
        ReceivedEvent.model_validate(
            {
                "occurred": datetime.now(UTC),
                "event": "prefect.flow-run.Completed",
                "resource": {"prefect.resource.id": f"prefect.flow-run.{number}"},
                "related": [{**flow, "prefect.resource.role": "flow"}],
                "id": uuid4(),
            }
        )
        for number in range(2)
    ]
    assert all(trigger.covers(each) for each in ends)
    assert {trigger.bucketing_key(each) for each in ends} == {("prefect.flow.1",)}
