"""`firsttouch recalibrate`: from the CRM's outcomes to the YAML, where a person accepts."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from config.load import load
from leads.keys import PoolName
from sandbox.town import Town
from sandbox.world.roster import ADMIN
from store.rows import DeliveryState
from tests.e2e.town_case import quick_config, sync, wired

IN_FORCE = ("sync", "--source", "salesforce", "--config")
"""The first sync with a configuration puts it in force."""

SOLD = ("ben", "emma")


@pytest.fixture
def town():
    with Town.open(seed=23, leads=260) as opened:
        yield opened


@pytest.fixture
def config(tmp_path):
    """Two share everything, at any hour and without a cap that matters."""
    folder = quick_config(tmp_path / "two")
    owners = (folder / "owners.yaml").read_text("utf-8")
    file = yaml.safe_load(owners)
    for each in file["owners"]:
        each.pop("hours", None)
        if each.get("kind") != "queue":
            each["max_open"] = 200
    (folder / "owners.yaml").write_text(yaml.safe_dump(file, sort_keys=False), "utf-8")
    pools = "# Who shares.\npools:\n  team: {members: [ben, emma]}  # both\n"
    (folder / "pools.yaml").write_text(pools, "utf-8")
    rules = {"rules": [{"name": "all", "assign": "team"}]}
    (folder / "rules.yaml").write_text(yaml.safe_dump(rules), "utf-8")
    (folder / "matching.yaml").unlink()
    return folder


def given_in_salesforce(town, wiring):
    """Records of Salesforce by the owner we gave them to."""
    found: dict[str, list[str]] = {who: [] for who in SOLD}
    for record in town.world.records["salesforce"]:
        for key in wiring.store.find_lead(f"salesforce:{town.ids[record.key]}"):
            stored = wiring.store.stored_lead(key)
            if stored.deliveries and stored.deliveries[-1].state is DeliveryState.WRITTEN:
                owner = stored.deliveries[-1].delivery.owner
                found.setdefault(owner, []).append(key.source_id)
    return found


def close(town, wiring, owner, records, *, won):
    org, by = town.vendors.salesforce, wiring.configuration.policy.owners[owner].crm["salesforce"]
    day = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    for record in records:
        opportunity = org.person_converts(record, by=by)
        org.person_closes(opportunity, won=won, by=by, CloseDate=day)


@pytest.fixture
def sold(town, config, tmp_path):
    """Everything is given away; Ben wins nearly all of his, Emma none of hers."""
    with wired(town, tmp_path, config, only=["salesforce"]) as wiring:
        sync(wiring)
        found = given_in_salesforce(town, wiring)
        assert min(len(found[who]) for who in SOLD) >= 25, {w: len(f) for w, f in found.items()}
        close(town, wiring, "ben", found["ben"], won=True)
        close(town, wiring, "emma", found["emma"], won=False)
    return {who: len(found[who]) for who in SOLD}


def test_it_proposes_and_writes_only_when_accepted(in_town, town, config, sold):
    before = {path.name: path.read_text("utf-8") for path in config.iterdir()}
    in_town(town, *IN_FORCE, config)
    words = ("recalibrate", "--config", config)
    proposed = in_town(town, *words, "--json")
    assert proposed.code == 0, proposed.err
    told = json.loads(proposed.out)
    assert told["closed"] == sum(sold.values())
    weights = {each["owner"]: each["new"] for each in told["weights"]}
    assert weights["ben"] > weights["emma"]
    assert {each["owner"]: each["new"] for each in told["caps"]} == {"ben": 150, "emma": 150}
    assert any(change["path"].startswith("pools.team") for change in told["changes"])
    assert {path.name: path.read_text("utf-8") for path in config.iterdir()} == before
    accepted = in_town(town, *words, "--accept")
    assert accepted.code == 0, accepted.err
    assert "Written into" in accepted.out
    after = load(config).policy
    assert {m.owner: m.weight for m in after.pools[PoolName("team")].members} == weights
    caps = {str(owner.id): owner.max_open for owner in after.owners.values()}
    assert (caps["ben"], caps["ana"]) == (150, 200)
    text = (config / "pools.yaml").read_text("utf-8")
    assert text.startswith("# Who shares.\npools:\n  team: {members: [{owner: ben, weight: ")
    assert text.endswith("}]}  # both\n")
    in_town(town, *IN_FORCE, config)
    versions = json.loads(in_town(town, "policy", "list", "--json").out)
    assert len(versions) >= 2
    back = in_town(town, "policy", "rollback", versions[-2]["version"], "--yes", "--config", config)
    assert back.code == 0, back.err
    assert {path.name: path.read_text("utf-8") for path in config.iterdir()} == before


def test_a_lead_that_a_person_moved_on_says_nothing(in_town, town, config, tmp_path):
    with wired(town, tmp_path, config, only=["salesforce"]) as wiring:
        sync(wiring)
        found = given_in_salesforce(town, wiring)
        moved = found["ben"][:5]
        for record in moved:
            town.vendors.salesforce.person_sets_owner(record, ADMIN.salesforce)
        close(town, wiring, "ana", moved, won=True)
    told = json.loads(in_town(town, "recalibrate", "--config", config, "--json").out)
    assert (told["closed"], told["weights"], told["changes"]) == (0, [], [])
    said = in_town(town, "recalibrate", "--config", config, "--accept")
    assert "Nothing is proposed." in said.out
