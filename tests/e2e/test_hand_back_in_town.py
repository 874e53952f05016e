"""Handing back, against the vendors: by a command, and by a status that a person sets there."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from flows.activity import read_touches
from flows.tick import new_run, sync_all
from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import ADMIN
from store.activity_rows import ClockState
from store.rows import DeliveryState, LeadState
from tests.e2e.town_case import quick_config, wired
from tests.e2e.town_case import sync as sync_now

MINUTE = timedelta(seconds=61)
WORDS = ["Wrong Territory", "Spam", "OPEN_DEAL"]
CRM = {"salesforce": "salesforce", "hubspot": "hubspot", "meta_ads": "hubspot"}
SETTLED = {"returned": WORDS}


@pytest.fixture
def town():
    with Town.open(seed=31, leads=60) as opened:
        yield opened


@pytest.fixture
def sync():
    """Each a minute after the one before: a source is not asked twice in one."""
    minutes = count()

    def one(wiring, **how):
        since = next(minutes) * MINUTE
        later = replace(wiring, now=lambda: wiring.now() + since)
        return decide_only(later) if how else sync_now(later)

    return one


def decide_only(wiring):
    run = new_run()
    wiring.store.start_run(run, "sync", wiring.now())
    return run, sync_all(wiring, ["salesforce"], run, write=False)


@pytest.fixture
def config(tmp_path):
    intake = {"intake": SETTLED}
    return quick_config(tmp_path / "returns", salesforce=intake, hubspot=intake)


def owner_of(town, crm, record):
    if crm == "salesforce":
        return town.vendors.salesforce.leads[record]["OwnerId"]
    return town.vendors.hubspot.contacts[record].state.values.get("hubspot_owner_id")


def decided(town, wiring, source, number):
    """Leads of a source that have an owner by our write, as stored."""
    keys = [
        LeadKey(source, town.ids[record.key])
        for record in town.world.records[source]
        if record.standing is Standing.WAITING
    ]
    found = (wiring.store.stored_lead(key) for key in keys)
    ours = [s for s in found if s.deliveries and s.deliveries[-1].state is DeliveryState.WRITTEN]
    assert len(ours) >= number
    return ours[:number]


def set_status(town, crm, record, status):
    if crm == "salesforce":
        town.vendors.salesforce.person_updates(record, {"Status": status})
    else:
        town.vendors.hubspot.person_updates(record, {"hs_lead_status": status})


def clocks(wiring, lead):
    return [clock.state for clock in wiring.store.clocks_of(lead.key)]


@pytest.mark.parametrize("source", CRM)
def test_a_status_hands_it_back_once(town, tmp_path, config, source, sync):
    with wired(town, tmp_path, config, only={source, CRM[source]}) as wiring:
        sync(wiring)
        (lead,) = decided(town, wiring, source, 1)
        last = lead.deliveries[-1]
        crm, record = last.delivery.crm, last.delivery.record_id
        set_status(town, crm, record, WORDS[0] if crm == "salesforce" else WORDS[2])
        told = []
        for _ in range(3):
            run, ticks = sync(wiring)
            told += [tick.handed_back for tick in ticks if tick.handed_back]
            assert all(row.balanced for row in wiring.store.ledger(run).values())
        (line,) = told
        assert line.startswith(f"{crm}: 1 lead was handed back by a status")
        after = wiring.store.stored_lead(lead.key)
        assert len(after.deliveries) == 2, "its status stays, and the next owner keeps it"
        assert after.decision is not None
        new = wiring.configuration.policy.owners[after.decision.owner].crm[crm]
        assert new != last.delivery.crm_owner
        assert owner_of(town, crm, record) == new
        (back,) = wiring.store.returns_of(lead.key)
        assert (back.owner, back.is_lead, back.by) == (last.delivery.owner, True, None)
        read_touches(wiring, crm)
        assert clocks(wiring, lead) == [ClockState.ENDED, ClockState.RUNNING], "nobody was in touch"
        town.clock.skip(10 * MINUTE)  # the syncs are minutes apart, and it is after them all
        set_status(town, crm, record, "Working - Contacted" if crm == "salesforce" else "OPEN")
        sync(wiring)
        read_touches(wiring, crm)
        assert clocks(wiring, lead)[:2] == [ClockState.ENDED, ClockState.TOUCHED]
        set_status(town, crm, record, WORDS[0] if crm == "salesforce" else WORDS[2])
        sync(wiring)
        assert len(wiring.store.returns_of(lead.key)) == 2, "who comes after may give it back too"


def test_spam_by_status_is_the_stewards(town, tmp_path, config, sync):
    with wired(town, tmp_path, config, only=["salesforce"]) as wiring:
        sync(wiring)
        (lead,) = decided(town, wiring, "salesforce", 1)
        set_status(town, "salesforce", lead.key.source_id, "Spam")
        sync(wiring)
        after = wiring.store.stored_lead(lead.key)
        assert after.decision is not None
        assert (after.decision.owner, after.decision.method) == ("inbound-desk", "steward")
        desk = wiring.configuration.policy.owners[after.decision.owner].crm["salesforce"]
        assert owner_of(town, "salesforce", lead.key.source_id) == desk


def test_one_that_a_person_moved_on_stays_theirs(town, tmp_path, config, sync):
    """With the status, or between our sight of it and our write."""
    with wired(town, tmp_path, config, only=["salesforce"]) as wiring:
        sync(wiring)
        moved, raced = decided(town, wiring, "salesforce", 2)
        for lead in (moved, raced):
            set_status(town, "salesforce", lead.key.source_id, WORDS[0])
        town.vendors.salesforce.person_sets_owner(moved.key.source_id, ADMIN.salesforce)
        sync(wiring, write=False)
        town.vendors.salesforce.person_sets_owner(raced.key.source_id, ADMIN.salesforce)
        sync(wiring)
        assert wiring.store.returns_of(moved.key) == []
        states = [each.state for each in wiring.store.deliveries_of(raced.key)]
        assert states == [DeliveryState.WRITTEN, DeliveryState.CONFLICT]
        for lead in (moved, raced):
            assert owner_of(town, "salesforce", lead.key.source_id) == ADMIN.salesforce


def _the_same_once_more_is_refused(twice, owner):
    answer = json.loads(twice.out)
    assert (twice.code, answer["owner"]) == (1, None)
    assert f"say --by {owner} to hand it back" in answer["refusal"]


def _tells_both_decisions(explained, name):
    assert f"{name} handed it back on" in explained
    assert "Decision 2 of 2:" in explained


def _time_runs_for_the_next_alone(explained, had, told):
    """At once: no sync and no aging has looked since."""
    answer = json.loads(explained.out)
    clocks = [(each["owner"], each["state"]) for each in answer["clocks"]]
    assert clocks == [(had, "ended"), (told["owner"], "running")]
    (running,) = [line for line in answer["sentences"] if " has until " in line]
    assert answer["sentences"].index(running) > answer["sentences"].index("Decision 2 of 2:")


def test_the_command_gives_it_to_somebody_else_at_once_and_explains(in_town, town, tmp_path, sync):
    with wired(town, tmp_path, only=["hubspot"]) as wiring:
        sync(wiring)
        lead, theirs = decided(town, wiring, "hubspot", 2)
        owners = wiring.configuration.policy.owners
        assert wiring.store.stored_lead(lead.key).state is LeadState.DECIDED
    had = lead.deliveries[-1].delivery
    words = ("return", lead.key, "--reason", "wrong territory", "--json")
    ended = in_town(town, *words, "--by", had.owner)
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert (told["was"], told["refusal"]) == (had.owner, "")
    assert told["owner"] != had.owner
    new = owners[told["owner"]].crm["hubspot"]
    assert owner_of(town, "hubspot", lead.key.source_id) == new
    again = in_town(town, *words[:-1], "--by", had.owner)
    assert again.code == 1
    assert f"and not {owners[had.owner].name}'s" in again.complaint
    _the_same_once_more_is_refused(in_town(town, *words), told["owner"])
    assert owner_of(town, "hubspot", lead.key.source_id) == new
    explained = in_town(town, "explain", lead.key).out
    _tells_both_decisions(explained, owners[had.owner].name)
    _time_runs_for_the_next_alone(in_town(town, "explain", lead.key, "--json"), had.owner, told)
    assert in_town(town, "replay", lead.key).code == 0
    listed = json.loads(in_town(town, "returns", "--json").out)
    assert Counter(each["reason"] for each in listed) == {"wrong territory": 1}
    town.vendors.hubspot.person_sets_owner(theirs.key.source_id, ADMIN.hubspot)
    refused = in_town(town, "return", theirs.key, "--reason", "wrong territory")
    assert refused.code == 1
    assert "by a person's choice, which stands" in refused.complaint
    assert owner_of(town, "hubspot", theirs.key.source_id) == ADMIN.hubspot
