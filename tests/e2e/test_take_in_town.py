"""Taking from a pool, against the vendors: the CRM shows the new owner at once."""

import json

import pytest
import yaml

from sandbox.town import Town
from tests.e2e.town_case import quick_config
from tests.e2e.witness import everything_ownerless


@pytest.fixture
def town():
    with Town.open(seed=17, leads=60) as opened:
        yield opened


@pytest.fixture
def config(tmp_path):
    """Everything is taken: one rule, one pool, by anybody who sells."""
    folder = quick_config(tmp_path / "taken")
    pool = {"members": {"languages": ["en"]}, "strategy": "pull"}
    (folder / "pools.yaml").write_text(yaml.safe_dump({"pools": {"counter": pool}}))
    rules = {"rules": [{"name": "all", "assign": "counter", "sla": "standard"}]}
    (folder / "rules.yaml").write_text(yaml.safe_dump(rules))
    return folder


def test_what_is_taken_is_owned_in_the_crm_at_once_and_nothing_else_is(in_town, town, config):
    def run(*words):
        ended = in_town(town, *words, "--config", config, "--json")
        assert ended.code == 0, ended.err
        return json.loads(ended.out)

    first = run("sync")
    held = sum(source["held"] for source in first["sources"].values())
    assert first["balanced"]
    assert held > 10
    before = len(everything_ownerless(town))
    took = run("take", "counter", "--as", "emma")
    assert (took["owner"], took["waiting"]) == ("emma", held - 1)
    assert len(everything_ownerless(town)) == before - 1
    told = in_town(town, "explain", took["lead"], "--json").out
    clocks = [(each["owner"], each["state"]) for each in json.loads(told)["clocks"]]
    assert clocks == [("emma", "running")], "no sync has looked since"
    again = run("take", "counter", "--as", "emma")
    assert again["lead"] != took["lead"]
    assert run("sync")["balanced"]
