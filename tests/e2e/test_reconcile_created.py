"""A record we created and a person then took: theirs, and no write of ours that was lost."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from flows.reconciling.comparing import Period
from flows.reconciling.findings import Place
from flows.reconciling.reconcile import reconcile
from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.roster import ADMIN
from store.rows import DeliveryState
from tests.e2e.town_case import quick_config, sync, wired

DESTINATIONS = {"google_ads": "salesforce", "linkedin_ads": "hubspot"}


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """The wiring, and of each ad platform a delivery whose record a person took since."""
    folder = tmp_path_factory.mktemp("created")
    config = quick_config(folder / "config")
    file = config / "sources.yaml"
    document = yaml.safe_load(file.read_text())
    for source, crm in DESTINATIONS.items():
        document["sources"][source]["destination"] = crm
    file.write_text(yaml.safe_dump(document))
    with Town.open(seed=12, leads=60) as town, wired(town, folder, config) as wiring:
        sync(wiring)
        made = {source: _written(town, wiring, source) for source in DESTINATIONS}
        salesforce, hubspot = made["google_ads"].delivery, made["linkedin_ads"].delivery
        town.vendors.salesforce.person_sets_owner(salesforce.record_id, ADMIN.salesforce)
        town.vendors.hubspot.person_sets_owner(hubspot.record_id, ADMIN.hubspot)
        yield wiring, made


def _written(town, wiring, source):
    keys = (LeadKey(source, town.ids[record.key]) for record in town.world.records[source])
    stored = (each for key in keys for each in wiring.store.deliveries_of(key))
    return next(each for each in stored if each.state is DeliveryState.WRITTEN)


@pytest.mark.parametrize("source", DESTINATIONS)
def test_it_is_a_persons_choice_and_nothing_differs(taken, source):
    """Salesforce's history begins with the first change: whom we created it for is its OldValue."""
    wiring, made = taken
    until = wiring.now() + timedelta(hours=1)
    period = Period(since=datetime(2026, 1, 1, tzinfo=UTC), until=until)
    (found,) = reconcile(wiring, [source], period, fix=True).compared
    assert [each.text for each in found.differences] == []
    assert found.places[Place.A_PERSONS] == 1
    (still,) = wiring.store.deliveries_of(made[source].delivery.lead)
    assert (still.state, still.reason) == (DeliveryState.WRITTEN, made[source].reason)
