"""The daily sweep in a town: what is nobody's any more has an owner, what is somebody's stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config.configuration import Notify, SweepSettings
from flows.commands.sweep import lines, sweep_once
from flows.steward_reminder import remind_steward
from flows.sweep import MOST_A_DAY
from leads.errors import TransientError
from leads.keys import LeadKey, RunId
from sandbox.faults import Fault, FaultKind
from sandbox.hubspot.staff import PortalStaff
from sandbox.salesforce.staff import OrgStaff
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import ADMIN, WEB_LEADS
from store.rows import DeliveryState, LeadState
from tests.e2e.town_case import sync, wired

CRMS = ("salesforce", "hubspot")


def with_sweep(wiring, **changes):
    configuration = replace(wiring.configuration, sweep=SweepSettings(**changes))
    return replace(wiring, configuration=configuration)


class Case:
    """A synced town; then one rep of each CRM left, and people did this and that."""

    def __init__(self, town, wiring):
        self.town, self.wiring = town, wiring
        sync(wiring)
        self.salesforce, self.hubspot = town.vendors.salesforce, town.vendors.hubspot
        self.theirs, self.back = self._assigned("salesforce")[:2]
        self.salesforce.person_sets_owner(self.theirs.source_id, ADMIN.salesforce)
        self.salesforce.person_sets_owner(self.back.source_id, WEB_LEADS.salesforce)
        self.left = {crm: self._leaves(crm) for crm in CRMS}
        book = self._assigned("salesforce", of=self.left["salesforce"])
        self.worked = book[0]
        self.salesforce.person_updates(self.worked.source_id, {"Status": "Working - Contacted"})
        self.orphans = {
            "salesforce": book[1:],
            "hubspot": self._assigned("hubspot", of=self.left["hubspot"]),
        }
        sync(wiring)
        self.before = {key: self.owner(key) for keys in self.orphans.values() for key in keys}
        self.rehearsed = sweep_once(wiring, list(CRMS), write=False)
        self.unchanged = all(self.owner(key) == owner for key, owner in self.before.items())
        self.first = sweep_once(with_sweep(wiring, at_most=1), ["salesforce"])
        self.swept = sweep_once(wiring, list(CRMS))
        self.after = sweep_once(wiring, list(CRMS))

    def _assigned(self, crm, of=None):
        keys = [
            LeadKey(crm, self.town.ids[record.key])
            for record in self.town.world.records[crm]
            if record.standing is Standing.WAITING
        ]
        return [key for key in keys if self._is_ours(key) and of in (None, self.owner(key))]

    def _is_ours(self, key):
        stored = self.wiring.store.stored_lead(key)
        return stored.state is LeadState.DECIDED and [e.state for e in stored.deliveries] == [
            DeliveryState.WRITTEN
        ]

    def _leaves(self, crm):
        """Whoever was given the most of a CRM's leads is deactivated there."""
        owners = [self.owner(key) for key in self._assigned(crm)]
        queues = {ADMIN.salesforce, WEB_LEADS.salesforce}
        people = {
            o.crm.get(crm)
            for o in self.wiring.configuration.policy.owners.values()
            if not o.is_queue
        }
        busiest = max(sorted((set(owners) & people) - queues), key=owners.count)
        staff = OrgStaff(self.salesforce) if crm == "salesforce" else PortalStaff(self.hubspot)
        staff.set_active(busiest, active=False)
        return busiest

    def owner(self, key):
        if key.source == "salesforce":
            return self.salesforce.leads[key.source_id]["OwnerId"]
        return self.hubspot.contacts[key.source_id].state.values.get("hubspot_owner_id")


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    with (
        Town.open(seed=21, leads=60) as town,
        wired(town, tmp_path_factory.mktemp("store")) as wiring,
    ):
        yield Case(town, wiring)


def routed(swept, crm):
    (one,) = [each for each in swept.swept if each.crm == crm]
    return {*one.taken, *one.again}


def test_a_rehearsal_lists_and_changes_nothing(case):
    assert case.rehearsed.problems == []
    assert case.unchanged
    assert {case.back, *case.orphans["salesforce"]} <= routed(case.rehearsed, "salesforce")


def test_a_run_routes_no_more_than_it_may(case):
    (one,) = case.first.swept
    assert one.routed == 1
    assert one.left == len(routed(case.rehearsed, "salesforce")) - 1


def test_the_book_of_whoever_left_goes_to_colleagues(case):
    assert case.swept.problems == []
    for crm, keys in case.orphans.items():
        assert keys
        for key in keys:
            stored = case.wiring.store.stored_lead(key)
            assert case.owner(key) not in {case.left[crm], WEB_LEADS.salesforce, None}
            assert [each.state for each in stored.deliveries] == [DeliveryState.WRITTEN] * 2
            assert len(stored.earlier) == 1


def test_one_that_was_put_back_is_decided_again(case):
    assert case.owner(case.back) != WEB_LEADS.salesforce
    assert case.wiring.store.stored_lead(case.back).deliveries[-1].state is DeliveryState.WRITTEN


def test_a_persons_lead_stays_theirs(case):
    assert case.owner(case.theirs) == ADMIN.salesforce
    assert case.theirs not in routed(case.swept, "salesforce")


def test_what_the_intake_leaves_out_is_listed_and_stays(case):
    (one,) = [each for each in case.swept.swept if each.crm == "salesforce"]
    assert (case.worked, "status Working - Contacted") in one.outside
    assert case.owner(case.worked) == case.left["salesforce"]


def test_nothing_is_left_for_the_next_day(case):
    assert [each.routed for each in case.after.swept] == [0, 0]


class Told:
    """A notifier that keeps what it is told, or fails."""

    def __init__(self, *, fails=False):
        self.messages, self.fails = [], fails

    def tell(self, channel, message):
        if self.fails:
            raise TransientError("notify", channel, "no answer")
        self.messages.append(message)


def test_whoever_took_it_since_the_mirror_was_read_keeps_it(case):
    """The record as it is decides, not our picture of it."""
    key, other = case.orphans["hubspot"][:2]
    somebody = case.owner(other)
    case.hubspot.person_sets_owner(key.source_id, None)
    faults = case.town.faults["hubspot"]
    faults.edit = lambda: case.hubspot.person_sets_owner(key.source_id, somebody)
    faults.script(Fault(kind=FaultKind.EDITED_BEFORE, path="/contacts/batch/read"))
    swept = sweep_once(case.wiring, ["hubspot"])
    assert case.owner(key) == somebody
    assert routed(swept, "hubspot") == set()
    assert key not in {each for each, _ in swept.swept[0].outside}
    assert case.wiring.store.stored_lead(key).deliveries[-1].attempt == 2, "given by the sweep once"


def test_a_second_sweep_leaves_it_to_the_first(case):
    store, now = case.wiring.store, case.wiring.now()
    assert store.take_lease("sweep", RunId("first"), seconds=60, now=now)
    try:
        swept = sweep_once(case.wiring, list(CRMS))
    finally:
        store.release_lease("sweep", RunId("first"))
    told = "another sweep is still at it, or died within the last minute"
    assert (swept.swept, swept.skipped) == ([], told)
    assert lines(swept) == [f"Nothing was done: {told}."]


NOTIFY = Notify(
    channels={"mail": "FIRSTTOUCH_MAIL"},
    owners={},
    pools={},
    everyone=("mail",),
    alerts=(),
    reports=(),
    crm_task=False,
    younger_than=timedelta(days=1),
    record_url={},
)


@pytest.fixture
def with_channel(case):
    def make(notifier):
        configuration = replace(case.wiring.configuration, notify=NOTIFY)
        later = case.wiring.now() + timedelta(days=2)
        return replace(
            case.wiring, configuration=configuration, notifier=notifier, now=lambda: later
        )

    return make


def test_the_steward_hears_once_a_day_of_what_waits_and_of_nobody(case, with_channel):
    set_aside = case.wiring.store.rejects()
    assert set_aside
    deaf, told = with_channel(Told(fails=True)), with_channel(Told())
    sentence, problems = remind_steward(deaf)
    assert ("could not be reminded" in sentence, len(problems)) == (True, 1)
    assert "is reminded" in remind_steward(told)[0], "who was not reached is told again"
    assert "was reminded today" in remind_steward(told)[0]
    (message,) = told.notifier.messages
    assert message.title.startswith(f"Firsttouch: {len(set_aside)} records set aside")
    assert not any(each.key.source_id in message.body for each in set_aside)
    young = replace(told, now=case.wiring.now)
    assert remind_steward(young) == ("", [])


def test_what_a_sweep_had_taken_in_when_it_died_is_given_away_by_the_next(case):
    case.salesforce.person_sets_owner(case.back.source_id, WEB_LEADS.salesforce)
    wiring = case.wiring
    taken = wiring.store.reopen(
        {case.back: None}, reason="somebody must", most_a_day=9, now=wiring.now()
    )
    assert taken == [case.back]
    assert sweep_once(wiring, ["salesforce"]).problems == []
    assert case.owner(case.back) != WEB_LEADS.salesforce


def test_a_rehearsal_leaves_to_a_person_what_the_sweep_leaves_to_one(case):
    for _ in range(MOST_A_DAY):
        case.salesforce.person_sets_owner(case.back.source_id, WEB_LEADS.salesforce)
        sweep_once(case.wiring, ["salesforce"])
    (rehearsed,) = sweep_once(case.wiring, ["salesforce"], write=False).swept
    (swept,) = sweep_once(case.wiring, ["salesforce"]).swept
    assert case.back in dict(swept.outside)
    assert (rehearsed.again, rehearsed.outside) == (swept.again, swept.outside)
