"""Pipedrive by the command line: looked over, leads owned once, a person's choice left alone."""

from datetime import timedelta

import httpx
import pytest
import yaml

from connectors.http import tls
from connectors.pipedrive.webhook import PASSWORD
from flows.in_force import Stance
from flows.receiver import receiving
from flows.wiring import open_wiring, utc_now
from sandbox.pipedrive.app import TOKEN
from sandbox.pipedrive.hooks import WEBHOOK_PASSWORD, authorised, lead_event
from sandbox.world.roster import REPS
from tests.contract.pipedrive_stage import REASON, PipedriveStage
from tests.contract.stage import owners_written, requests
from tests.e2e.webhook_case import until

ANA, BEN = (str(each.pipedrive) for each in REPS[:2])
DOCUMENT = {
    "owners": [
        {"id": "ana", "name": "Ana Ruiz", "crm": {"pipedrive": ANA}},
        {"id": "ben", "name": "Ben Okafor", "crm": {"pipedrive": BEN}},
    ],
    "pools": {"all": {"members": ["ana", "ben"], "strategy": "round_robin"}},
    "rules": [{"name": "Everybody", "assign": "all"}],
    "fallback": {"assign": "ben", "sla": "day"},
    "sla": {"day": {"first_touch": "24h"}},
    "steward": "ben",
    "sources": {
        "pipedrive": {
            "intake": {"owners": ["Integration User"], "created_after": "2026-11-01"},
            "write": {"owner_reason": REASON},
            "connection": {"calls_per_window": 1_000, "attempts": 2, "first_pause": 0.01},
        }
    },
}


@pytest.fixture
def stage():
    with PipedriveStage.open() as opened:
        opened.ground.clock.release()
        yield opened


@pytest.fixture
def run(stage, firsttouch, tmp_path):
    config = tmp_path / "config"
    config.mkdir()
    (config / "all.yaml").write_text(yaml.safe_dump(DOCUMENT))
    told = {
        "FIRSTTOUCH_CONFIG": str(config),
        "FIRSTTOUCH_PIPEDRIVE_TOKEN": TOKEN,
        "FIRSTTOUCH_PIPEDRIVE_BASE_URL": stage.url,
    }
    return lambda *words: firsttouch(*words, environment=told)


def test_leads_are_owned_once_and_a_persons_choice_stands(stage, run):
    wanted = stage.add(3, at=utc_now() - timedelta(minutes=1))
    (taken,) = stage.add(1, at=utc_now() - timedelta(minutes=1), email="taken@example.com")
    stage.person_sets_owner(taken, stage.ben)
    assert run("doctor", "--source", "pipedrive").code == 0
    assert run("sync").code == 0
    owners = [stage.owner_of(each) for each in wanted]
    assert sorted(owners) in ([ANA, ANA, BEN], [ANA, BEN, BEN])
    assert stage.owner_of(taken) == stage.ben
    assert all(stage.field_of(each, REASON) for each in wanted)
    stage.person_sets_owner(wanted[0], stage.left)
    assert run("sync").code == 0
    assert stage.owner_of(wanted[0]) == stage.left
    assert sorted(owners_written(stage)) == sorted(wanted)
    told = run("explain", f"pipedrive:{wanted[1]}")
    assert told.code == 0
    assert "Everybody" in told.out


def test_a_days_budget_that_is_used_up_is_told_and_nothing_is_pulled_meanwhile(stage, run):
    stage.add(2, at=utc_now() - timedelta(minutes=1))
    stage.account.limits.budget = 0
    refused = run("sync")
    assert refused.code != 0
    assert "pipedrive: read workload: the day's API budget is used up" in refused.complaint
    stage.account.limits.budget = None
    before = requests(stage, "/v1/leadFields")
    rested = run("sync")
    assert "the vendor asks for a rest" in rested.complaint
    assert requests(stage, "/v1/leadFields") == before  # what a pull begins with
    assert owners_written(stage) == []


@pytest.fixture
def base(stage, run, tmp_path, monkeypatch):
    """Our receiver, with this account as its only source."""
    told = {"FIRSTTOUCH_PIPEDRIVE_TOKEN": TOKEN, "FIRSTTOUCH_PIPEDRIVE_BASE_URL": stage.url}
    told[PASSWORD] = WEBHOOK_PASSWORD
    store = f"sqlite:///{tmp_path}/firsttouch.db"
    assert run("sync").code == 0
    with (
        open_wiring(tmp_path / "config", store, told, stance=Stance.PUTS) as wiring,
        receiving(wiring, port=0, environ=told) as address,
    ):
        yield f"{address}/webhooks/pipedrive"


def test_a_webhook_has_its_lead_owned_without_a_sync(stage, base):
    (lead_id,) = stage.add(1, at=utc_now())
    body = lead_event(stage.account, lead_id)
    refused = httpx.post(base, content=body, headers=authorised("wrong"), verify=tls())
    assert refused.status_code == 401
    for _ in range(2):  # as often as it is sent
        taken = httpx.post(base, content=body, headers=authorised(), verify=tls())
        assert taken.status_code == 200
    until(lambda: stage.owner_of(lead_id) in (ANA, BEN))
    assert owners_written(stage) == [lead_id]


def test_a_lead_that_is_gone_by_then_is_nobodys_loss(stage, base, run):
    """Made a deal of, or deleted, before it could be read."""
    (lead_id,) = stage.add(1, at=utc_now())
    body = lead_event(stage.account, lead_id)
    stage.account.person_converts(lead_id)
    gone = lead_event(stage.account, lead_id, "delete")
    before = requests(stage, f"/v1/leads/{lead_id}")
    for each in (body, gone):
        assert httpx.post(base, content=each, headers=authorised(), verify=tls()).is_success
    until(lambda: requests(stage, f"/v1/leads/{lead_id}") > before)
    assert owners_written(stage) == []
