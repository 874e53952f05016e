"""Rule, method and the reason's sentence stand in the CRM fields that the configuration names."""

from collections import defaultdict

import pytest

from flows.tick import first_workloads
from leads.delivery import DeliveryKind
from leads.shorten import shortened
from sandbox.town import Town
from sandbox.world.roster import REPS
from store.rows import DeliveryState
from tests.e2e.town_case import sync, wired

FIELDS = {
    "salesforce": ("Routing_Reason__c", "Routing_Rule__c", "Routing_Method__c"),
    "hubspot": ("routing_reason", "routing_rule", "routing_method"),
}
LONGEST = 255


def noted(town, crm, record):
    if crm == "salesforce":
        row = town.vendors.salesforce.leads[record]
    else:
        row = town.vendors.hubspot.contacts[record].state.values
    return tuple((row.get(name) or "").rstrip() for name in FIELDS[crm])


def written(wiring):
    """Each lead whose last owner was written, with where."""
    rows = wiring.store.recent_assignments(0, 10_000)
    for key in sorted({row.lead for row in rows}):
        lead = wiring.store.stored_lead(key)
        last = lead.deliveries[-1]
        if lead.decision and last.state is DeliveryState.WRITTEN:
            yield lead, last.delivery


def check(town, wiring):
    """
    Two leads of one person may be one record, which the second finds with its owner already.

    What stands there is then the reason of the first, by which the owner got it.
    """
    said = defaultdict(set)
    for lead, delivery in written(wiring):
        made = lead.decision
        reason = (shortened(made.reason, LONGEST), made.rule or "", made.method.value)
        said[delivery.crm, delivery.record_id].add((reason, delivery.kind))
    for (crm, record), reasons in said.items():
        assert noted(town, crm, record) in {reason for reason, _ in reasons}
    return {(crm, kind) for (crm, _), reasons in said.items() for _, kind in reasons}


def _deactivate(town):
    for seat in REPS:
        org, portal = town.vendors.salesforce, town.vendors.hubspot
        org.add_user(seat.salesforce, seat.name, seat.email, active=False)
        portal.add_owner(seat.hubspot, seat.name, seat.email, archived=True)


@pytest.mark.parametrize("are_reps_gone", [False, True], ids=["as decided", "redirected"])
def test_what_was_decided_is_noted_where_the_configuration_says(tmp_path, are_reps_gone):
    with Town.open(seed=41, leads=60) as town, wired(town, tmp_path) as wiring:
        if are_reps_gone:
            first_workloads(wiring)  # the CRMs' owners are read: nobody knows that they go
            _deactivate(town)
        sync(wiring)
        destinations = set(wiring.configuration.policy.crm_of.values())
        seen = check(town, wiring)
        earlier = [lead for lead, _ in written(wiring) if lead.earlier]
    assert {(crm, DeliveryKind.OWNER) for crm in FIELDS} <= seen
    assert {crm for crm, kind in seen if kind is DeliveryKind.CREATE} <= destinations
    assert any(kind is DeliveryKind.CREATE for _, kind in seen)
    assert bool(earlier) is are_reps_gone
