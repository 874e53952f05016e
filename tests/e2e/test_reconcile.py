"""What the vendors have and what the store knows: accounted for, or listed and repaired."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from flows.reconciling.comparing import Period
from flows.reconciling.findings import Kind, Place
from flows.reconciling.mending import MOST_A_DAY
from flows.reconciling.reconcile import reconcile
from flows.tick import new_run, sync_all
from leads.keys import LeadKey
from leads.ownership import WriteOutcome, WriteStatus
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import ADMIN, WEB_LEADS
from store.rows import DeliveryState, LeadState
from tests.e2e.town_case import NOBODY_YET, quick_config, sync, wired
from tests.e2e.witness import created_for

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SOON = timedelta(hours=1)


class Case:
    """A town that was synced; then people did this and that, each to another lead."""

    def __init__(self, town, wiring):
        self.town, self.wiring = town, wiring
        self.lost = self._pretend_to_have_written()
        sync(wiring)
        self.before = self.reconcile()
        self._people_come_by()
        self.listed = self.reconcile()
        self.fixed = self.reconcile(fix=True)
        sync(wiring)
        self.after = self.reconcile()

    def reconcile(self, *, fix=False):
        period = Period(since=SINCE, until=self.wiring.now() + SOON)
        return reconcile(self.wiring, list(self.wiring.sources), period, fix=fix)

    def _pretend_to_have_written(self):
        """The CRM lost a write that it had confirmed, and somebody took the lead."""
        run = new_run()
        sync_all(self.wiring, list(self.wiring.sources), run, write=False)
        claimed = self.wiring.store.claim_deliveries(
            "hubspot", limit=100, worker="w", lease_seconds=1, now=self.wiring.now()
        )
        one = next(each for each in claimed if each.record_id is not None)
        again = WriteOutcome(status=WriteStatus.RETRYABLE)
        put_back = [(each, again) for each in claimed if each is not one]
        done = WriteOutcome(status=WriteStatus.WRITTEN, record_id=one.record_id)
        before = self.wiring.now() - timedelta(minutes=1)
        self.wiring.store.settle([(one, done), *put_back], run=run, now=before)
        self.town.vendors.hubspot.person_sets_owner(one.record_id, ADMIN.hubspot)
        return one.lead

    def _people_come_by(self):
        salesforce, hubspot = self.town.vendors.salesforce, self.town.vendors.hubspot
        self.never = LeadKey(
            "salesforce",
            salesforce.add_lead(
                {
                    "LastName": "Roe",
                    "Company": "Roe Ltd",
                    "Email": "roe@example.com",
                    "OwnerId": WEB_LEADS.salesforce,
                }
            ),
        )
        mine = iter(self._assigned("salesforce"))
        self.back, self.theirs, self.deleted = next(mine), next(mine), next(mine)
        salesforce.person_sets_owner(self.back.source_id, WEB_LEADS.salesforce)
        salesforce.person_sets_owner(self.theirs.source_id, ADMIN.salesforce)
        salesforce.person_deletes(self.deleted.source_id)
        contacts = iter(self._assigned("hubspot"))
        self.blank, self.archived = next(contacts), next(contacts)
        hubspot.person_sets_owner(self.blank.source_id, None)
        hubspot.archive(self.archived.source_id)
        ads = iter(self._assigned("google_ads"))
        self.contact_gone = next(ads)
        (made,) = self.wiring.store.deliveries_of(self.contact_gone)
        hubspot.archive(made.delivery.record_id)
        self.made = LeadKey("hubspot", made.delivery.record_id)

    def _assigned(self, source):
        for record in self.town.world.records[source]:
            key = LeadKey(source, self.town.ids[record.key])
            if record.standing is Standing.WAITING and key != self.lost:
                stored = self.wiring.store.stored_lead(key)
                if stored.state is LeadState.DECIDED and self._is_written(stored):
                    yield key

    def _is_written(self, stored):
        return [each.state for each in stored.deliveries] == [DeliveryState.WRITTEN]

    def owner(self, key):
        if key.source == "salesforce":
            return self.town.vendors.salesforce.leads[key.source_id]["OwnerId"]
        contact = self.town.vendors.hubspot.contacts[key.source_id]
        return contact.state.values.get("hubspot_owner_id")


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    with (
        Town.open(seed=12, leads=60) as town,
        wired(town, tmp_path_factory.mktemp("store")) as wiring,
    ):
        yield Case(town, wiring)


def kinds(found, kind):
    listed = [each for one in found.compared for each in one.differences]
    return {each.lead for each in listed if each.kind is kind}


def by_source(found):
    return {one.source: one for one in found.compared}


def test_what_the_vendors_have_adds_up_with_what_we_decided(case):
    """Counted from the vendors' own side: the world's records, and the contacts we created."""
    found = by_source(case.before)
    assert case.before.problems == ()
    for source, records in case.town.world.records.items():
        standing = Counter(record.standing for record in records)
        one = found[source]
        assert one.is_balanced
        made = len(created_for(case.town)) if source == "hubspot" else 0
        before_us = one.shown - made
        assert len(records) - standing[Standing.OUTSIDE] <= before_us <= len(records)
        waited = standing[Standing.WAITING]
        ours = one.places[Place.ASSIGNED] + one.places[Place.DUPLICATES]
        assert ours + one.places[Place.A_PERSONS] + one.places[Place.DIFFERENT] == waited
        assert one.places[Place.SET_ASIDE] == standing[Standing.UNREACHABLE]
        assert one.places[Place.PENDING] == 0


def test_each_difference_is_listed_by_its_kind(case):
    assert kinds(case.before, Kind.LOST) == {case.lost}
    assert len(case.before.remaining) == 1
    found = case.listed
    assert kinds(found, Kind.NEVER_SEEN) == {case.never}
    assert kinds(found, Kind.UNASSIGNED) == {case.back, case.blank}
    assert kinds(found, Kind.RECORD_GONE) == {case.contact_gone}
    assert kinds(found, Kind.LOST) == {case.lost}
    assert case.theirs not in {each.lead for one in found.compared for each in one.differences}
    assert by_source(found)["salesforce"].places[Place.A_PERSONS] == 1
    assert by_source(found)["salesforce"].gone == 1
    assert by_source(found)["hubspot"].gone == 1, (
        "the contact we created was never a lead of its own"
    )
    assert all(one.is_balanced for one in found.compared)


def test_looking_changes_nothing(case):
    again = [each.text for one in case.listed.compared for each in one.differences]
    fixed = [each.text for one in case.fixed.compared for each in one.differences]
    assert sorted(again) == sorted(fixed)


def test_fixing_repairs_each_and_the_next_sync_finds_an_owner(case):
    assert case.fixed.remaining == []
    for key in (case.never, case.back, case.blank):
        assert case.owner(key) not in NOBODY_YET
        stored = case.wiring.store.stored_lead(key)
        assert stored.deliveries[-1].state is DeliveryState.WRITTEN
    assert case.owner(case.theirs) == ADMIN.salesforce
    assert case.owner(case.lost) == ADMIN.hubspot
    assert case.wiring.store.stored_lead(case.lost).deliveries[-1].state is DeliveryState.CONFLICT
    assert [each.text for each in case.after.remaining] == []
    assert by_source(case.after)["google_ads"].places[Place.DELETED] == 1


def test_it_is_one_more_decision_and_the_first_counts_for_nobody(case):
    stored = case.wiring.store.stored_lead(case.back)
    assert len(stored.earlier) == 1
    assert [each.attempt for each in stored.deliveries] == [1, 2]
    assert not stored.is_void


def test_archived_contacts_are_no_longer_anybodys_work(case):
    gone = {case.archived, case.made, case.deleted}
    assert kinds(case.fixed, Kind.STALE_WORK) <= gone
    for crm in ("hubspot", "salesforce"):
        mirrored = {each.record_id for each in case.wiring.store.open_leads_of(crm)}
        assert not mirrored & {key.source_id for key in gone}


def test_a_lead_that_keeps_coming_back_is_left_to_a_person(tmp_path):
    with (
        Town.open(seed=12, leads=60) as town,
        wired(town, tmp_path, only=["salesforce"]) as wiring,
    ):
        sync(wiring)
        record = next(r for r in town.world.records["salesforce"] if r.standing is Standing.WAITING)
        lead = LeadKey("salesforce", town.ids[record.key])
        period = Period(since=SINCE, until=wiring.now() + SOON)
        for decided in range(1, MOST_A_DAY + 1):
            town.vendors.salesforce.person_sets_owner(lead.source_id, WEB_LEADS.salesforce)
            found = reconcile(wiring, ["salesforce"], period, fix=True)
            left = {each.lead for each in found.remaining}
            assert left == ({lead} if decided == MOST_A_DAY else set())
            sync(wiring)
        assert town.vendors.salesforce.leads[lead.source_id]["OwnerId"] == WEB_LEADS.salesforce
        (difference,) = found.remaining
        assert "a person should look" in difference.mended


def renamed(folder, old, new):
    """The example's configuration, with one owner under another id."""
    quick_config(folder)
    for file in folder.glob("*.yaml"):
        file.write_text(re.sub(rf"\b{old}\b(?!@)", new, file.read_text()))
    return folder


@pytest.fixture
def to_jill(tmp_path):
    """Decided while jack was called jill, and not written yet: the lead of such a delivery."""
    with Town.open(seed=12, leads=60) as town:
        config = renamed(tmp_path / "before", "jack", "jill")
        with wired(town, tmp_path, config, only=["salesforce"]) as wiring:
            run = new_run()
            wiring.store.start_run(run, "sync", wiring.now())
            sync_all(wiring, list(wiring.sources), run, write=False)
            keys = [LeadKey("salesforce", town.ids[r.key]) for r in _waiting(town)]
            (lead, *_) = (key for key in keys if _owner_of(wiring, key) == "jill")
        yield town, lead


def _owner_of(wiring, key):
    (delivery,) = wiring.store.deliveries_of(key)
    return delivery.delivery.owner


def _waiting(town):
    return [r for r in town.world.records["salesforce"] if r.standing is Standing.WAITING]


def test_what_is_on_its_way_to_somebody_no_longer_configured_is_listed(to_jill, tmp_path):
    town, lead = to_jill
    with wired(town, tmp_path, only=["salesforce"]) as wiring:
        period = Period(since=SINCE, until=wiring.now() + SOON)
        found = reconcile(wiring, ["salesforce"], period, fix=True)
        assert lead in kinds(found, Kind.OWNER_REMOVED)
        assert found.remaining == []
        assert wiring.store.stored_lead(lead).state is LeadState.WAITING


def test_a_delivery_to_somebody_no_longer_configured_is_decided_again(to_jill, tmp_path):
    town, lead = to_jill
    with wired(town, tmp_path, only=["salesforce"]) as wiring:
        _, ticks = sync(wiring)
        assert [tick.problems for tick in ticks] == [()] * len(ticks)
        first, second = wiring.store.deliveries_of(lead)
        assert (first.delivery.owner, first.state) == ("jill", DeliveryState.WITHDRAWN)
        assert second.state is DeliveryState.WRITTEN
        assert second.delivery.owner in wiring.configuration.policy.owners
        period = Period(since=SINCE, until=wiring.now() + SOON)
        assert reconcile(wiring, ["salesforce"], period).remaining == []
