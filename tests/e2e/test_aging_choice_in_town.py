"""A person's choice in a CRM of a moment before stands, and its clock ends."""

from datetime import timedelta

from sandbox.town import Town
from store.activity_rows import ClockState
from tests.e2e.test_aging_in_town import aged_by, given
from tests.e2e.town_case import quick_config, sync, wired


def gives_away(town, wiring, crm, stored):
    delivery = stored.deliveries[-1].delivery
    owners = wiring.configuration.policy.owners.values()
    ids = {each.crm.get(crm) for each in owners} - {None, delivery.crm_owner}
    if crm == "salesforce":
        town.vendors.salesforce.person_sets_owner(delivery.record_id, min(ids))
    else:
        changed = {"hubspot_owner_id": min(ids)}
        town.vendors.hubspot.person_updates(delivery.record_id, changed)


def test_a_person_who_gave_it_away_a_moment_before_keeps_their_choice(tmp_path):
    """Given away after the last mirror: it is asked for before anything is decided."""
    config = quick_config(tmp_path / "config")
    with Town.open(seed=40, leads=60) as town, wired(town, tmp_path, config) as wiring:
        sync(wiring)
        town.clock.skip(timedelta(minutes=1))
        theirs = {crm: given(town, wiring, crm)[0] for crm in ("salesforce", "hubspot")}
        for crm, stored in theirs.items():
            gives_away(town, wiring, crm, stored)
        _, moved = aged_by(wiring)
        for stored in theirs.values():
            assert stored.key not in moved
            assert wiring.store.clocks_of(stored.key)[-1].state is ClockState.ENDED
