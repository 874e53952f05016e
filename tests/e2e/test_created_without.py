"""A value that the CRM does not take: the lead is owned, and everybody who looks is told."""

import json
from dataclasses import replace

import pytest
import yaml

from flows.planned_writes import writes_for
from leads.keys import LeadKey
from leads.lead import Headcount
from sandbox.town import Town
from sandbox.world.record import Standing
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


@pytest.mark.parametrize(
    ("click_id", "named"),
    [
        ("IwAR1x2y3z4a5b6c7d8e9f", {"facebook_click_id"}),
        ("Cj0KCQiA3uGqBhDdARIsAFeJ5r0", {"google_click_id"}),
        ("1f3c9a52-8a1d-4a30-9c1e-0d2b7c5f6a11", {"linkedin_click_id"}),
        ("0f1e2d3c4b5a69788796a5b4c3d2e1f0", set()),
    ],
)
def test_a_click_id_is_written_as_its_own_networks(town, synced, click_id, named):
    wiring, _, _ = synced
    record = next(r for r in town.world.meta.leads if r.standing is Standing.WAITING)
    stored = wiring.store.stored_lead(LeadKey("meta_ads", town.ids[record.key]))
    lead = replace(stored.lead, click_id=click_id, employees=Headcount(least=51, most=200))
    (delivery,) = writes_for(wiring, lead, stored.decision)
    assert {name for name in delivery.values if name.endswith("_click_id")} == named
    assert delivery.values["click_id"] == click_id
    ends = [delivery.values[name] for name in ("employees", "employees_min", "employees_max")]
    assert ends == ["51-200", "51", "200"]


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
