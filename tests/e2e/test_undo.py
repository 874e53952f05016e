"""Undoing a run: what it gave is whose it was, where nobody moved it on; nothing is kept of it."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from flows.tick import new_run, sync_all
from flows.undo import Fate, undo_run
from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.roster import REPS
from tests.e2e.backfill_case import record_of
from tests.e2e.crash_choice import one_in
from tests.e2e.test_aging_in_town import aged_by
from tests.e2e.town_case import quick_config, sync, wired
from tests.e2e.witness import CRMS, owners_written

GRACE = next(each for each in REPS if each.name == "Grace Kim")


def _owners(past):
    return {at: lead["OwnerId"] for at, lead in past.town.vendors.salesforce.leads.items()}


def _nothing_gives_it_away_again(past, undone):
    """Neither a sync, nor what the daily flows do, with the sync that follows each."""
    told = past.run("reconcile", "--source", "salesforce", "--since", "60d", "--fix", "--json")
    found = json.loads(told.out)
    assert (told.code, found["differences"]) == (0, [])
    assert found["sources"]["salesforce"]["undone"] == undone
    past.run("sync", "--source", "salesforce")
    swept = json.loads(past.run("sweep", "--source", "salesforce", "--json").out)
    assert "the run that gave it was undone" in json.dumps(swept)
    past.run("sync", "--source", "salesforce")


def test_undone_it_is_as_it_was_and_can_be_backfilled_anew(past, store):
    before = _owners(past)
    plan = past.plan()
    past.apply(plan)
    moved, theirs = record_of(plan["assignments"][0]), REPS[3].salesforce
    past.town.vendors.salesforce.person_sets_owner(moved, theirs)
    listed = json.loads(past.run("undo", "--json").out)
    assert [(row["run"], row["kind"]) for row in listed] == [(plan["plan"], "backfill")]
    assert "Nothing was written." in past.run("undo", "--run", plan["plan"], "--dry-run").out
    undone = past.run("undo", "--run", plan["plan"])
    assert undone.code == 0
    assert f"salesforce:{moved}: left alone: it was moved on since" in undone.out
    assert _owners(past) == {**before, moved: theirs}
    again = past.run("undo", "--run", plan["plan"])
    assert "0 records given back, 1 left as they are." in again.out
    told = past.run("explain", plan["assignments"][1]["lead"]).out
    assert "and given back since: the run that assigned it was undone." in told
    with store.desk(datetime.now(UTC)) as desk:
        turns = [tally.assigned for pool in desk.rotation().values() for tally in pool.values()]
    assert sum(turns) <= 1, "only the one that was moved on still counts"
    _nothing_gives_it_away_again(past, len(plan["assignments"]) - 1)
    assert _owners(past) == {**before, moved: theirs}, "no sync gives away again what was undone"
    anew = past.plan()
    assert len(anew["assignments"]) == len(plan["assignments"]) - 1
    assert past.apply(anew).code == 0
    assert past.ownerless("salesforce") == []
    assert past.run("replay", anew["assignments"][0]["lead"]).code == 0


def test_undone_a_contact_is_nobodys_again(past):
    plan = past.plan("hubspot", "--max", "5")
    past.apply(plan)
    assert past.run("undo", "--run", plan["plan"]).code == 0
    for assignment in plan["assignments"]:
        contact = past.town.vendors.hubspot.contacts[record_of(assignment)]
        assert not contact.state.values.get("hubspot_owner_id")
    again = past.run("undo", "--run", plan["plan"])
    assert "0 records given back, 0 left as they are." in again.out


def test_what_was_converted_meanwhile_is_left_alone_and_nothing_is_wrong(past):
    plan = past.plan("salesforce", "--max", "3")
    past.apply(plan)
    converted = record_of(plan["assignments"][0])
    past.town.vendors.salesforce.person_converts(converted)
    undone = past.run("undo", "--run", plan["plan"])
    assert (undone.code, undone.err) == (0, "")
    left = "left alone: it was converted meanwhile; its account's owner decides"
    assert f"salesforce:{converted}: {left}" in undone.out
    assert "2 records given back, 1 left as they are." in undone.out


def test_killed_in_the_middle_it_goes_on(past):
    before = _owners(past)
    plan = past.plan()
    past.apply(plan)
    past.killed("settle_given_back", 1, ("undo", "--run", plan["plan"]))
    assert past.run("undo", "--run", plan["plan"]).code == 0
    assert _owners(past) == before
    assert past.run("undo", "--json").out == "[]\n"


STEPS = one_in(
    3,
    [
        "ask_back 1",
        "write_owners 1",
        "write_owners 2",
        "write_owners 3",
        "write_owners 4",
        "settle_given_back 1",
    ],
)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_next_sync_finishes_it_and_no_sweep_gives_it_away(past, step):
    """What the undo had given back in the CRM is nobody's there, and known here as somebody's."""
    before = _owners(past)
    plan = past.plan()
    past.apply(plan)
    name, number = step.split()
    past.killed(name, int(number), ("undo", "--run", plan["plan"]))
    swept = json.loads(past.run("sweep", "--source", "salesforce", "--json").out)
    assert swept["crms"]["salesforce"]["routed"] == []
    if name == "ask_back":
        assert past.run("undo", "--run", plan["plan"]).code == 0, "nothing had been begun"
    past.run("sync", "--source", "salesforce")
    assert _owners(past) == before
    assert past.run("undo", "--json").out == "[]\n"
    _nothing_gives_it_away_again(past, len(plan["assignments"]))
    assert _owners(past) == before


def test_what_was_not_written_yet_never_is(past):
    with wired(past.town, past.folder, only=["salesforce"]) as wiring:
        run = new_run()
        wiring.store.start_run(run, "sync", wiring.now())
        sync_all(wiring, ["salesforce"], run, write=False)
        assert wiring.store.withdraw_unwritten(run, wiring.now()) > 10
        sync(wiring)
    assert not [at for at in owners_written(past.town) if at.startswith("00Q")]


def test_what_was_set_aside_goes_back_to_whoever_had_it(tmp_path):
    owners = {"intake": {"owners": [None, "Grace Kim"]}}
    config = quick_config(tmp_path / "config", hubspot=owners)
    with Town.open(seed=12, leads=60) as town:
        portal, leads = town.vendors.hubspot, town.vendors.salesforce.leads
        known = {"lastname": "Roe", "lifecyclestage": "lead", "hubspot_owner_id": GRACE.hubspot}
        graces = portal.add_contact(known)
        before = {at: lead["OwnerId"] for at, lead in leads.items()}
        with wired(town, tmp_path, config, only=CRMS) as wiring:
            run, _ = sync(wiring)
            aside = [row.key for row in wiring.store.rejects()]
            assert portal.contacts[graces].state.values["hubspot_owner_id"] != GRACE.hubspot
            undone = {each.given.delivery.lead: each for each in undo_run(wiring, run)}
        assert LeadKey("hubspot", graces) in aside
        assert len({key.source for key in aside} & {"salesforce"}) == 1
        assert {undone[key].fate for key in aside if key in undone} == {Fate.GIVEN_BACK}
        assert portal.contacts[graces].state.values["hubspot_owner_id"] == GRACE.hubspot
        assert {at: lead["OwnerId"] for at, lead in leads.items()} == before


def test_what_was_given_on_since_is_its_second_owners_until_that_is_undone(tmp_path):
    with (
        Town.open(seed=40, leads=60) as town,
        wired(town, tmp_path, only=["salesforce"]) as wiring,
    ):
        leads = town.vendors.salesforce.leads
        at_first = {at: lead["OwnerId"] for at, lead in leads.items()}
        first, _ = sync(wiring)
        _, moved = aged_by(wiring)
        (second,) = (each.id for each in wiring.store.last_runs() if each.kind == "aging")
        then = {at: lead["OwnerId"] for at, lead in leads.items()}
        done = {each.given.delivery.lead: each for each in undo_run(wiring, first)}
        given_on = {lead for lead, each in done.items() if each.fate is Fate.HANDED_ON}
        assert given_on == moved.keys() & done.keys()
        assert {each.fate for each in done.values()} >= {Fate.HANDED_ON, Fate.GIVEN_BACK}
        for lead in given_on:
            assert done[lead].given.handed_to == moved[lead].now_with
        records = {lead.source_id for lead in given_on if lead.source == "salesforce"}
        assert {at: leads[at]["OwnerId"] for at in records} == {at: then[at] for at in records}
        list(undo_run(wiring, second))
        again = {each.given.delivery.lead: each.fate for each in undo_run(wiring, first)}
        assert Fate.HANDED_ON not in again.values()
        assert {at: leads[at]["OwnerId"] for at in records} == {at: at_first[at] for at in records}


def test_of_two_at_once_each_counts_what_it_gave_back_itself(tmp_path):
    with (
        Town.open(seed=12, leads=60) as town,
        wired(town, tmp_path, only=["salesforce"]) as wiring,
    ):
        run, _ = sync(wiring)
        both_began = Barrier(2, timeout=60)

        def undo():
            found = undo_run(wiring, run)
            first = next(found)
            both_began.wait()
            return [first, *found]

        with ThreadPoolExecutor(2) as pool:
            done = [
                each for ended in [pool.submit(undo), pool.submit(undo)] for each in ended.result()
            ]
    back = Counter(e.given.delivery.lead for e in done if e.fate is Fate.GIVEN_BACK)
    assert len(back) > 10
    assert set(back.values()) == {1}
    assert [e for e in done if e.fate is Fate.BY_ANOTHER]


def test_a_run_nobody_knows_is_refused(past, store):
    ended = past.run("undo", "--run", "nothing")
    assert ended.code == 2
    assert "there is no run 'nothing': `firsttouch undo` lists them" in ended.complaint
