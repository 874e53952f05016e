"""A person who chooses an owner between our decision and our write keeps what they chose."""

from datetime import timedelta

import pytest

from flows.deliver import deliver_pending
from flows.tick import new_run, sync_all
from flows.who_was_first import BY_PERSON
from leads.keys import LeadKey
from leads.ownership import WriteStatus
from sandbox.town import Town
from sandbox.world.record import Standing
from sandbox.world.roster import ADMIN
from store.rows import DeliveryState
from tests.e2e.town_case import sync, wired
from tests.e2e.witness import CRMS, created_for, owners_written

FOR_EACH_CRM = 3


class Case:
    """Decided and not delivered; then a person took some leads, and we delivered the rest."""

    def __init__(self, town, wiring):
        self.town, self.wiring, self.run = town, wiring, new_run()
        wiring.store.start_run(self.run, "sync", wiring.now())
        sync_all(wiring, list(wiring.sources), self.run, write=False)
        self.taken = {crm: self._taken_in(crm) for crm in CRMS}
        self.agreed = self._agreed()
        self.met = self._met_in_person()
        self.rotation, self.in_hand = self._standing()
        self.decisions = [
            wiring.store.stored_lead(LeadKey(crm, record)).decision
            for crm, records in self.taken.items()
            for record in records
        ] + [wiring.store.stored_lead(self.met).decision]
        self.results = {crm: deliver_pending(wiring, crm, self.run) for crm in CRMS}
        self.rotation_after, self.in_hand_after = self._standing()

    def owner(self, crm, record_id):
        if crm == "salesforce":
            return self.town.vendors.salesforce.leads[record_id]["OwnerId"]
        return self.town.vendors.hubspot.contacts[record_id].state.values.get("hubspot_owner_id")

    def owners_of_one_record(self):
        """Whose new lead turned out to be a record that they had: it had counted beside that."""
        for results in self.results.values():
            for delivery, outcome in results:
                if outcome.status is WriteStatus.UNCHANGED and delivery.lead != self.agreed:
                    yield self.wiring.store.stored_lead(delivery.lead).decision.owner

    def _taken_in(self, crm):
        decided = [d for d in self._decided(crm) if d.accruals][:FOR_EACH_CRM]
        for decision in decided:
            self._person_takes(crm, decision.lead.source_id, getattr(ADMIN, crm))
        return [decision.lead.source_id for decision in decided]

    def _agreed(self):
        """Somebody gave one lead to the very owner we had decided on."""
        decision = [d for d in self._decided("salesforce") if d.accruals][FOR_EACH_CRM]
        owner = self.wiring.configuration.policy.owners[decision.owner]
        self._person_takes("salesforce", decision.lead.source_id, owner.crm["salesforce"])
        return decision.lead

    def _met_in_person(self):
        """Somebody entered a person into the CRM who had just filled in a form of Meta's."""
        met = next(d.lead for d in self._decided("meta_ads") if d.accruals and self._email(d.lead))
        self.contact = self.town.vendors.hubspot.add_contact(
            {"email": self._email(met), "hubspot_owner_id": ADMIN.hubspot}
        )
        return met

    def _decided(self, source):
        for record in self.town.world.records[source]:
            if record.standing is Standing.WAITING:
                key = LeadKey(source, self.town.ids[record.key])
                yield self.wiring.store.stored_lead(key).decision

    def _email(self, lead):
        return self.wiring.store.stored_lead(lead).lead.email

    def _person_takes(self, crm, record_id, owner):
        getattr(self.town.vendors, crm).person_sets_owner(record_id, owner)

    def _standing(self):
        with self.wiring.store.desk(self.wiring.now()) as desk:
            return desk.rotation(), desk.open_leads(self.wiring.crm_ids())


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    with (
        Town.open(seed=12, leads=60) as town,
        wired(town, tmp_path_factory.mktemp("store")) as wiring,
    ):
        yield Case(town, wiring)


def test_theirs_stands_and_was_never_touched(case):
    written = owners_written(case.town)
    for crm, records in case.taken.items():
        assert len(records) == FOR_EACH_CRM
        assert [case.owner(crm, record) for record in records] == [
            getattr(ADMIN, crm)
        ] * FOR_EACH_CRM
        assert [written[record] for record in records] == [[]] * FOR_EACH_CRM
    assert case.owner("hubspot", case.contact) == ADMIN.hubspot
    assert written[case.contact] == []
    assert str(case.met) not in created_for(case.town)


def test_it_is_recorded_as_a_conflict_and_the_others_are_delivered(case):
    found = {d.lead for results in case.results.values() for d, o in results if o.reason}
    for crm, records in case.taken.items():
        for record in records:
            (delivery,) = case.wiring.store.deliveries_of(LeadKey(crm, record))
            assert delivery.state is DeliveryState.CONFLICT
            assert delivery.owner_found == getattr(ADMIN, crm)
            assert delivery.reason == BY_PERSON
            assert delivery.delivery.lead in found
    ledger = case.wiring.store.ledger(case.run)
    assert {source: entry.conflicts for source, entry in ledger.items()} == {
        "salesforce": FOR_EACH_CRM,
        "hubspot": FOR_EACH_CRM,
        "meta_ads": 1,
        "google_ads": 0,
        "linkedin_ads": 0,
    }
    for entry in ledger.values():
        assert entry.balanced
        assert entry.pending == entry.refused == 0
        assert entry.delivered > 0


def test_who_was_given_it_by_a_person_is_not_in_conflict_with_us(case):
    (delivery,) = case.wiring.store.deliveries_of(case.agreed)
    assert delivery.state is DeliveryState.UNCHANGED
    assert owners_written(case.town)[case.agreed.source_id] == []


def test_the_rotation_forgets_what_came_to_nothing(case):
    """Charge and accrual both: for everyone who was due a share of those leads."""
    expected = {
        (pool, owner): [tally.entitled, tally.assigned]
        for pool, members in case.rotation.items()
        for owner, tally in members.items()
    }
    accruals = [accrual for decision in case.decisions for accrual in decision.accruals]
    assert len(accruals) == 2 * FOR_EACH_CRM + 1
    for accrual in accruals:
        for owner, share in accrual.shares.items():
            expected[accrual.pool, owner][0] -= share
        expected[accrual.pool, accrual.charged][1] -= 1
    found = {
        (pool, owner): [tally.entitled, tally.assigned]
        for pool, members in case.rotation_after.items()
        for owner, tally in members.items()
    }
    assert found.keys() == expected.keys()
    for seat, tally in expected.items():
        assert found[seat] == pytest.approx(tally), seat


def test_nobody_has_a_lead_in_hand_that_is_not_theirs(case):
    losers = [decision.owner for decision in case.decisions]
    fewer = [*losers, *case.owners_of_one_record()]
    for owner in set(losers):
        assert case.in_hand_after[owner] == case.in_hand[owner] - fewer.count(owner), owner


def test_the_next_sync_leaves_it_so(case):
    before = owners_written(case.town)
    run, ticks = sync(case.wiring)
    assert [tick.problems for tick in ticks] == [()] * len(ticks)
    assert owners_written(case.town) == before
    assert not any(entry.decided for entry in case.wiring.store.ledger(run).values())
    for crm, records in case.taken.items():
        assert {case.owner(crm, record) for record in records} == {getattr(ADMIN, crm)}
    later = case.wiring.now() + timedelta(days=1)
    for crm in CRMS:
        assert case.wiring.store.claim_deliveries(
            crm, limit=1, worker="w", lease_seconds=1, now=later
        ) == []  # fmt: skip
