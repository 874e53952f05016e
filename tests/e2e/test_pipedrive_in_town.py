"""Pipedrive in the sandbox's town, beside the others: read, written, called back, in the demo."""

import json
import os
from datetime import timedelta

import pytest
import yaml

from flows.receiver import receiving
from flows.sandbox_process import FURTHER
from flows.wiring import utc_now
from leads.keys import LeadKey
from sandbox.town import ALSO, SERVED, Town
from sandbox.world.roster import ADMIN, INTEGRATION_USER
from store.rows import LeadState
from tests.e2e.forks import command_line, run_forked
from tests.e2e.town_case import quick_config, sync, wired
from tests.e2e.webhook_case import until

GO_LIVE = "2026-01-01"
ADMINS, NOBODYS = str(ADMIN.pipedrive), INTEGRATION_USER.pipedrive


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    return made(tmp_path_factory.mktemp("config") / "mine", GO_LIVE, calls_per_window=100_000)


def made(folder, go_live, **connection):
    """The example, with ids of Pipedrive's users; whoever is a queue elsewhere is the admin."""
    quick_config(folder)
    owners = yaml.safe_load((folder / "owners.yaml").read_text())
    for owner in owners["owners"]:
        number = 10_000 + int(owner["crm"]["hubspot"])
        owner["crm"]["pipedrive"] = ADMINS if owner.get("kind") == "queue" else str(number)
    (folder / "owners.yaml").write_text(yaml.safe_dump(owners))
    intake = {"owners": [INTEGRATION_USER.name], "created_after": go_live}
    connection |= {"attempts": 2, "first_pause": 0.01}
    source = {"sources": {"pipedrive": {"intake": intake, "connection": connection}}}
    (folder / "pipedrive.yaml").write_text(yaml.safe_dump(source))
    return folder


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=51, leads=60, also=ALSO) as opened:
        account = opened.vendors.pipedrive
        assert account
        account.limits.burst = None
        yield opened


def ownerless(town):
    """Those that came before the go-live stay so."""
    leads = town.vendors.pipedrive.leads.values()
    return [e for e in leads if e["owner_id"] == NOBODYS and e["add_time"] >= GO_LIVE]


def test_a_town_has_it_where_it_is_asked_for(town):
    assert set(town.addresses) == {*SERVED, *ALSO}
    assert set(FURTHER) == set(ALSO), "the demo asks for what the sandbox has"


def test_its_leads_are_owned_and_whoever_arrives_is_told_of_at_once(town, config, tmp_path):
    waited = len(ownerless(town))
    assert waited > 10
    with wired(town, tmp_path, config) as wiring:
        _, ticks = sync(wiring)
        assert [tick.problems for tick in ticks if tick.source == "pipedrive"] == [()]
        assert ownerless(town) == []
        with receiving(wiring, port=0, environ=town.environment) as address:
            couriers = town.delivering(address, hurry=1e6)
            until(lambda: "pipedrive" in couriers.registered)
            _, lead_id = town.life.lead_arrives("pipedrive")
            until(lambda: ownerless(town) == [])
            couriers.stop()
        stored = wiring.store.stored_lead(LeadKey("pipedrive", lead_id))
        assert stored.state in (LeadState.DECIDED, LeadState.DUPLICATE)
        assert town.life.somebody_edits("pipedrive") in town.vendors.pipedrive.leads
        before = {i: lead["owner_id"] for i, lead in town.vendors.pipedrive.leads.items()}
        sync(wiring)
        assert {i: v["owner_id"] for i, v in town.vendors.pipedrive.leads.items()} == before


def test_the_demo_has_what_the_configuration_reads(tmp_path):
    """Of its leads the newest, as it takes ten calls a second."""
    lately = (utc_now() - timedelta(hours=4)).isoformat()
    config = made(tmp_path / "mine", lately)
    environ = {n: v for n, v in os.environ.items() if not n.startswith("FIRSTTOUCH_")}
    words = ("demo", "--once", "--json", "--leads", "60", "--config", str(config))
    ended = run_forked(command_line, *words, environ=environ, folder=tmp_path)
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["sources"].keys() == {*SERVED, "pipedrive"}
    assert told["sources"]["pipedrive"]["delivered"] > 0
    assert told["balanced"] is True
