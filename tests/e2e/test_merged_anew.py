"""What is left of two contacts that a person merged has an id of its own, and is nobody new."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.record import Standing
from store.rows import LeadState
from tests.e2e.town_case import sync, wired


def test_what_is_left_of_a_merge_stays_with_the_owner_it_has(tmp_path):
    with Town.open(seed=13, leads=60) as town, wired(town, tmp_path) as wiring:
        sync(wiring)
        portal = town.vendors.hubspot
        waiting = (r for r in town.world.records["hubspot"] if r.standing is Standing.WAITING)
        first, second = (town.ids[record.key] for record in list(waiting)[:2])
        owner = portal.contacts[first].state.values["hubspot_owner_id"]
        others = (each for each in portal.owners.values() if not (each.archived or each.queue))
        portal.person_sets_owner(second, next(each.id for each in others if each.id != owner))
        left = portal.merge_anew(first, second)
        for later in (timedelta(minutes=2), timedelta(minutes=10)):
            sync(replace(wiring, now=partial(after, wiring, later)))
        stored = wiring.store.stored_lead(LeadKey("hubspot", left))
        assert (stored.state, stored.decision) == (LeadState.IGNORED, None)
        assert portal.contacts[left].state.values["hubspot_owner_id"] == owner


def after(wiring, later):
    return wiring.now() + later
