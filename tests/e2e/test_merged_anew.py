"""What is left of two contacts that a person merged has an id of its own, and is nobody new."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.record import Standing
from store.activity_rows import ClockState
from store.rows import LeadState
from tests.e2e.test_aging_in_town import aged_by, given
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


@pytest.mark.parametrize("is_called", [True, False])
def test_who_was_in_touch_with_what_is_left_was_in_touch_with_the_lead(tmp_path, is_called):
    """Nobody can be given what is no more: without a touch its time just ends."""
    with Town.open(seed=40, leads=60) as town, wired(town, tmp_path) as wiring:
        sync(wiring)
        town.clock.skip(timedelta(minutes=1))
        portal = town.vendors.hubspot
        both = [each.key for each in given(town, wiring, "hubspot")[:2]]
        left = portal.merge_anew(*(key.source_id for key in both))
        if is_called:
            portal.person_updates(left, {"hs_lead_status": "IN_PROGRESS"})
        aged, moved = aged_by(wiring)
        assert not aged.problems
        assert not moved.keys() & set(both)
        for key in both:
            (clock,) = wiring.store.clocks_of(key)
            assert clock.state is (ClockState.TOUCHED if is_called else ClockState.ENDED)
            assert bool(clock.first_touch) == is_called


def after(wiring, later):
    return wiring.now() + later
