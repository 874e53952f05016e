"""Backfills against vendors: a plan is seen first, and then exactly that is done."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.backfilling.backfill import apply_plan, make_plan
from flows.backfilling.rules_of_plan import strangers
from flows.workload import refresh_workload
from leads.erasure import Subject
from leads.errors import BackfillPaused
from leads.keys import LeadKey
from sandbox.hubspot.limits import RateLimits
from sandbox.world.roster import REPS
from store.backfill_rows import EntryState
from tests.e2e.backfill_case import SPAN, asked_of, record_of, seat_of
from tests.e2e.town_case import wired
from tests.e2e.witness import owners_written

ANA = REPS[0]


@pytest.mark.parametrize("source", ["salesforce", "hubspot"])
def test_a_plan_writes_nothing_and_is_done_exactly_as_it_was_seen(past, store, source):
    past.run("sync", "--source", source)
    live = store.cursor(source)
    plan = past.plan(source)
    assert owners_written(past.town) == {}
    waiting = past.ownerless(source)
    assert len(plan["assignments"]) == len(waiting) > 10
    assert plan["passed_over"]["outside intake: owned by a person"] > 0
    said = past.apply(plan)
    assert (said.code, said.err) == (0, "")
    assert f"{len(waiting)} leads given as planned, 0 left alone." in said.out
    written = owners_written(past.town)
    assert written.keys() == {record_of(a) for a in plan["assignments"]}
    for each in plan["assignments"]:
        seat, owners = seat_of(each["owner"]), written[record_of(each)]
        assert len(owners) == 1
        assert seat is None or owners == [getattr(seat, source)]
    assert store.cursor(source) == live
    ledger = store.ledger(plan["plan"])[source]
    assert (ledger.balanced, ledger.pulled) == (True, len(waiting))
    past.apply(plan)
    past.run("sync", "--source", source)
    assert past.plan(source)["assignments"] == []
    assert owners_written(past.town) == written


def test_what_changed_since_the_plan_is_left_alone_and_named(past, store):
    plan = past.plan()
    taken, gone, erased = (a["lead"] for a in plan["assignments"][:3])
    salesforce = past.town.vendors.salesforce
    salesforce.person_sets_owner(LeadKey.parse(taken).source_id, ANA.salesforce)
    salesforce.records.change("Lead", LeadKey.parse(gone).source_id, {"IsDeleted": True})
    store.erase(Subject(lead=LeadKey.parse(erased)), asked_by="desk", now=datetime.now(UTC))
    said = past.apply(plan)
    assert said.code == 0
    assert f"{taken}: left alone, its owner there is {ANA.salesforce} now." in said.out
    assert f"{gone}: left alone, it is gone at its source." in said.out
    given = len(plan["assignments"]) - 3
    assert f"{given} leads given as planned, 2 left alone." in said.out
    left = {LeadKey.parse(lead).source_id for lead in (taken, gone, erased)}
    assert not left & owners_written(past.town).keys()
    states = {entry.state for entry in store.backfill_entries(plan["plan"])}
    assert states == {EntryState.APPLIED, EntryState.CONFLICT}


def test_the_caps_of_the_moment_hold(past):
    """They had room when the plan was made, and none when it is done."""
    with wired(past.town, past.folder, past.config) as wiring:
        row = make_plan(wiring, asked_of("salesforce"))
        planned = wiring.store.backfill_entries(row.id)
        full = {e.decision.owner for e in planned if e.decision and e.decision.pool}
        for number, lead in enumerate(list(past.town.vendors.salesforce.leads.values())):
            if lead["Id"] not in {e.lead.key.source_id for e in planned}:
                seat = seat_of(sorted(full)[number % len(full)])
                assert seat is not None
                past.town.vendors.salesforce.person_sets_owner(lead["Id"], seat.salesforce)
        refresh_workload(wiring, "salesforce")
        load = {}
        with wiring.store.desk(wiring.now()) as desk:
            load = desk.open_leads(wiring.crm_ids())
        owners = wiring.configuration.policy.owners
        apply_plan(wiring, row.id, notify=False)
        with wiring.store.desk(wiring.now()) as desk:
            now = desk.open_leads(wiring.crm_ids())
        for who, owner in owners.items():
            if owner.max_open is not None and who != wiring.configuration.policy.fallback:
                assert now.get(who, 0) <= max(owner.max_open, load.get(who, 0))


@pytest.mark.parametrize("past", [110], indirect=True, ids=["some owned"])
def test_at_most_so_many_and_what_people_own_only_when_asked(past):
    assert len(past.plan("salesforce", "--max", "4")["assignments"]) == 4
    unowned = {a["lead"] for a in past.plan()["assignments"]}
    everything = past.plan("salesforce", "--also-owned")
    owned = [a for a in everything["assignments"] if a["lead"] not in unowned]
    assert len(owned) > 3
    assert past.apply(everything).code == 0
    written = owners_written(past.town)
    for each in owned:
        seat = seat_of(each["owner"])
        if seat is not None and each["owner_seen"] != seat.salesforce:
            assert written[record_of(each)] == [seat.salesforce]


def test_a_plan_by_an_earlier_versions_rules_is_that_versions(past, store):
    past.run("sync", "--source", "salesforce")
    before = past.plan()
    rules = past.config / "rules.yaml"
    text = rules.read_text()
    first_of_all = "rules:\n  - {name: Everything, assign: [weekend-cover], sla: standard}\n"
    rules.write_text(text.replace("rules:\n", first_of_all, 1))
    past.run("sync", "--source", "salesforce")
    now, again = past.plan(), past.plan("salesforce", "--policy-version", "1")
    assert {each["rule"] for each in now["assignments"]} == {"Everything"}
    told = [(each["lead"], each["rule"], each["owner"]) for each in before["assignments"]]
    assert [(each["lead"], each["rule"], each["owner"]) for each in again["assignments"]] == told
    assert len({rule for _, rule, _ in told}) > 2
    assert (now["policy_version"], again["policy_version"]) == (None, 1)
    first, second = store.versions()
    assert first.hash != second.hash
    said = past.apply(again)
    assert f"{len(told)} leads given as planned, 0 left alone." in said.out
    lead, rule, _ = told[0]
    assert store.stored_lead(LeadKey.parse(lead)).decision.policy == first.hash
    explained = past.run("explain", lead)
    assert (explained.code, rule in explained.out) == (0, True)
    with wired(past.town, past.folder, past.config) as wiring:
        policy = wiring.configuration.policy
        moved = replace(policy, crm_of={**policy.crm_of, "meta_ads": "salesforce"})
        elsewhere = replace(wiring, configuration=replace(wiring.configuration, policy=moved))
        (problem,) = strangers(elsewhere, 1, ["hubspot", "meta_ads"])
        assert "version 1 of the policy has no meta_ads, or another CRM" in problem


def test_leads_of_ads_are_created_owned(past):
    plan = past.plan("meta_ads")
    assert len(plan["assignments"]) > 3
    assert past.apply(plan).code == 0
    assert past.ownerless("meta_ads") == []


def test_nobody_is_told_unless_asked_for(past, store):
    (past.config / "notify.yaml").write_text(
        "notify: {channels: {all: FIRSTTOUCH_ALL_URL}, everyone: [all], younger_than: 366d}\n"
    )
    past.apply(past.plan("salesforce", "--max", "3"))
    assert store.notice_counts() == {}
    past.apply(past.plan("salesforce", "--max", "3"), "--notify")
    assert sum(count.waiting for count in store.notice_counts().values()) == 3


def test_half_of_the_days_calls_are_the_syncs(past):
    past.town.vendors.hubspot.limits = RateLimits()
    daily = past.town.vendors.hubspot.limits.daily
    with wired(past.town, past.folder, past.config) as wiring:
        list(wiring.crms["hubspot"].owners())  # the portal's day begins
        daily.used, daily.limit = 5_100, 10_000
        with pytest.raises(BackfillPaused, match="of the calls it allows in a day are used"):
            make_plan(wiring, asked_of("hubspot"))
        daily.used = 100
        assert wiring.store.backfill_entries(make_plan(wiring, asked_of("hubspot")).id)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--source", "salesforc", *SPAN), "source 'salesforc' is not configured"),
        (("--source", "hubspot"), "--since and --until must be said too"),
        (("--source", "hubspot", "--since", "x", "--until", "2026-02-01"), "--since: 'x' is not"),
        (
            ("--source", "hubspot", "--since", "2026-03-01", "--until", "2026-02-01"),
            "since 2026-03-01 00:00 is not before until",
        ),
        (("--source", "meta_ads", *SPAN, "--also-owned"), "meta_ads has no owners"),
        (("--apply", "nothing"), "there is no backfill 'nothing'"),
        (("--apply", "x", "--source", "hubspot"), "say one of them"),
        (("--source", "hubspot", *SPAN, "--policy-version", "7"), "there is no version 7 of the"),
        (("--apply", "x", "--policy-version", "1"), "--policy-version is of a plan"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(past, words, complaint):
    ended = past.run("backfill", *words)
    assert ended.code == 2
    assert complaint in ended.complaint
