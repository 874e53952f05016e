"""A second policy beside the one in force: it follows every lead once, and touches nothing."""

import json
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.load import load
from flows.simulating.shadow import follow
from flows.simulating.shadow_report import shadow_report
from flows.tick import new_run, sync_source
from flows.wiring import DEFAULT_CONFIG, utc_now
from leads.errors import ConfigError
from sandbox.town import Town
from store.rows import LeadState
from tests.e2e.town_case import sync, wired
from tests.e2e.witness import CRMS


@pytest.fixture
def proposal(tmp_path):
    """The configuration in force, but Europe's leads go to the inbound desk."""
    copy = tmp_path / "proposal"
    shutil.copytree(DEFAULT_CONFIG, copy)
    rules = (copy / "rules.yaml").read_text("utf-8")
    assert rules.count("assign: [europe, weekend-cover]") > 0
    changed = rules.replace("assign: [europe, weekend-cover]", "assign: [inbound-desk]")
    (copy / "rules.yaml").write_text(changed, "utf-8")
    return copy


def _start(wiring, folder):
    policy = load(folder)
    wiring.store.start_shadow(policy.policy.hash, policy.document, wiring.now())


def _compared(wiring):
    policy = wiring.configuration.policy
    return shadow_report(wiring.store, policy, utc_now().replace(year=2020), utc_now()).found


def _owners(town):
    return {record_id: lead["OwnerId"] for record_id, lead in town.vendors.salesforce.leads.items()}


def test_every_lead_decided_since_is_followed_once(tmp_path, proposal):
    with Town.open(seed=18, leads=60) as town, wired(town, tmp_path) as wiring:
        _start(wiring, proposal)
        sync(wiring)
        found = _compared(wiring)
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(lambda _: follow(wiring), range(4))) == [0] * 4
        sync(wiring)
        assert _compared(wiring).leads == found.leads
        decided = Counter(
            stored.state for source in wiring.sources for stored in _leads_of(wiring, town, source)
        )
        assert found.leads == decided[LeadState.DECIDED] + decided[LeadState.DUPLICATE]
        assert found.moved > 0
        assert {pair.after.owner for pair in found.changed if not pair.is_a_turn} >= {
            "inbound-desk"
        }


def _leads_of(wiring, town, source):
    for record in town.world.records.get(source, ()):
        for key in wiring.store.find_lead(f"{source}:{town.ids.get(record.key, '?')}"):
            yield wiring.store.stored_lead(key)


def test_the_town_is_the_same_with_a_shadow_and_without(tmp_path, proposal):
    owners = []
    for name in ("with", "without"):
        folder = tmp_path / name
        folder.mkdir()
        with Town.open(seed=18, leads=60) as town, wired(town, folder) as wiring:
            if name == "with":
                _start(wiring, proposal)
            for source in wiring.sources:  # one by one: turns depend on nobody's haste
                assert not sync_source(wiring, source, new_run()).problems
            owners.append(_owners(town))
    assert owners[0] == owners[1]


def test_the_policy_in_force_beside_itself_differs_in_nothing(tmp_path, proposal):
    with Town.open(seed=18, leads=60) as town, wired(town, tmp_path, only=CRMS) as wiring:
        sync_source(wiring, "salesforce", new_run())  # turns before it began
        _start(wiring, DEFAULT_CONFIG)
        sync(wiring)
        told = shadow_report(
            wiring.store, wiring.configuration.policy, utc_now().replace(year=2020), utc_now()
        )
        assert told.found.leads > 0
        assert told.found.changed == ()
        assert "the same policy as the one in force" in told.notes()[0]
        other = shadow_report(wiring.store, load(proposal).policy, wiring.now(), utc_now())
        assert other.notes() == []


def test_a_shadow_that_stopped_follows_no_more_and_can_still_be_read(tmp_path, proposal):
    with Town.open(seed=18, leads=60) as town, wired(town, tmp_path, only=CRMS) as wiring:
        with pytest.raises(ConfigError, match="no shadow was ever started"):
            _compared(wiring)
        _start(wiring, proposal)
        assert wiring.store.stop_shadow(wiring.now())
        sync(wiring)
        assert _compared(wiring).leads == 0
        assert not wiring.store.stop_shadow(wiring.now())


def test_the_commands_say_what_they_did(store, firsttouch, proposal, tmp_path):
    same = firsttouch("shadow", "start", DEFAULT_CONFIG)
    assert same.code == 2
    assert "this is the policy in force" in same.complaint
    assert "no shadow was ever started" in firsttouch("shadow", "report").complaint
    assert firsttouch("shadow", "start", proposal).code == 0
    told = json.loads(firsttouch("shadow", "report", "--json").out)
    assert told["leads"] == 0
    page = tmp_path / "shadow.html"
    assert "No lead was there" in firsttouch("shadow", "report", "--html", page).out
    assert page.exists()
    assert firsttouch("shadow", "stop").out == "The shadow has stopped.\n"
    assert firsttouch("shadow", "stop").out == "No shadow was running.\n"
