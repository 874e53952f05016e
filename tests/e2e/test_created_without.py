"""A value that the CRM does not take: the lead is owned, and everybody who looks is told."""

import json

import pytest
import yaml

from sandbox.town import Town
from tests.e2e.town_case import quick_config, sync, wired

LINE = "hs_analytics_source_data_1 may not be written there"
CHOICE = "hs_analytics_source has no such choice"


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=21, leads=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def synced(town, tmp_path_factory):
    """The campaign in HubSpot's own read-only property, and no words for its list of sources."""
    folder = tmp_path_factory.mktemp("without")
    config = quick_config(folder / "config")
    file = config / "sources.yaml"
    document = yaml.safe_load(file.read_text())
    create = document["sources"]["hubspot"]["create"]
    del create["fields"]["campaign"]
    del create["values"]
    file.write_text(yaml.safe_dump(document))
    with wired(town, folder, config) as wiring:
        _, ticks = sync(wiring)
        yield wiring, ticks, config


@pytest.fixture
def ask(firsttouch, town, synced):
    wiring, _, config = synced
    environment = {
        **town.environment,
        "FIRSTTOUCH_STORE": str(wiring.store._db.engine.url),
        "FIRSTTOUCH_CONFIG": str(config),
    }
    return lambda *words: firsttouch(*words, environment=environment)


def _made(town):
    return {
        contact.state.values["firsttouch_id"]: contact.state.values
        for contact in town.vendors.hubspot.contacts.values()
        if contact.state.values.get("firsttouch_id", "").startswith("google_ads:")
    }


def test_the_lead_is_created_and_owned_all_the_same(town, synced):
    _, ticks, _ = synced
    made = _made(town)
    assert made
    assert all(each["hubspot_owner_id"] for each in made.values())
    assert not any("firsttouch_campaign" in each for each in made.values())
    assert [tick.problems for tick in ticks] == [()] * len(ticks)


def test_the_sync_tells_what_they_go_without(synced):
    _, ticks, _ = synced
    told = [line for tick in ticks for line in tick.left_out]
    campaigns = [line for line in told if LINE in line]
    assert campaigns
    assert all("sources.hubspot.create.fields.campaign" in line for line in campaigns)
    assert any(CHOICE in line and "'google_ads'" in line for line in told)


def test_explain_tells_of_one_lead(ask, town):
    key = min(_made(town))
    out = ask("explain", key).out
    assert "Written without lead_source ('google_ads'): hs_analytics_source has no such" in out
    assert LINE in out
    (delivery,) = json.loads(ask("explain", key, "--json").out)["deliveries"]
    assert {"lead_source", "campaign"} <= {left["name"] for left in delivery["left_out"]}


def test_doctor_tells_of_the_week_and_of_the_mapping(ask):
    ended = ask("doctor", "--source", "hubspot", "--json")
    told = json.loads(ended.out)
    assert any(LINE in line and "in the last 7 days" in line for line in told["left_out"])
