"""What Prometheus reads of a running receiver: true to the vendors, and nothing of anybody."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from flows.pace import told_quotas
from flows.receiver import receiving
from sandbox.faults import FaultKind
from sandbox.town import Town
from store.alert_rows import Cause
from tests.e2e.town_case import sync, wired


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """After a sync in which HubSpot took nothing."""
    folder = tmp_path_factory.mktemp("metrics")
    with Town.open(seed=29, leads=60) as town, wired(town, folder) as wiring:
        town.faults["hubspot"].set_share(FaultKind.SERVER_ERROR, 1.0, path="/batch/update")
        sync(wiring)
        share = Cause(kind="fallbacks", source="", text="more than usual go to the fallback")
        wiring.store.note_alerts([share], [], wiring.now())
        with receiving(wiring, port=0, environ=town.environment) as address:
            yield town, wiring, httpx.get(f"{address}/metrics", timeout=20)


def figures(page):
    """By name and labels, these in the order of their names."""
    _, _, answer = page
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in parsed(answer.text)
        for sample in family.samples
    }


def test_it_is_a_page_that_prometheus_reads(page):
    _, _, answer = page
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert len({name for name, *_ in figures(page)}) >= 5


def test_leads_are_counted_as_the_ledger_counts_them(page):
    _, wiring, _ = page
    found = figures(page)
    (run,) = [each.id for each in wiring.store.last_runs() if each.kind == "sync"]
    for source, entry in wiring.store.ledger(run).items():
        assert found.get(("firsttouch_leads", source, "decided"), 0) == entry.decided
        assert found.get(("firsttouch_leads", source, "rejected"), 0) == entry.rejected


def test_what_a_crm_did_not_take_waits(page):
    found = figures(page)
    assert found["firsttouch_owners_to_write", "hubspot"] > 10
    assert found["firsttouch_oldest_owner_to_write_seconds", "hubspot"] >= 0
    assert ("firsttouch_owners_to_write", "salesforce") not in found


def test_quantiles_are_in_order_and_only_of_what_was_written(page):
    found = figures(page)
    name = "firsttouch_seconds_to_owner"
    told = [found[name, quantile, "salesforce"] for quantile in ("0.5", "0.95", "0.99")]
    assert told == sorted(told)
    assert told[0] > 0


def test_a_vendors_limits_are_told_as_the_vendor_told_them(page):
    _, wiring, _ = page
    found = figures(page)
    metered = {name: told_quotas(wiring, name) for name in wiring.sources}
    told = {
        (source, part or "all"): quota.share_left
        for source, quotas in metered.items()
        for part, quota in quotas.items()
    }
    name = "firsttouch_calls_left_ratio"
    left = {(key[2], key[1]): value for key, value in found.items() if key[0] == name}
    assert left.keys() == told.keys()
    assert 0 < left["salesforce", "all"] < 1
    assert left["salesforce", "all"] == pytest.approx(told["salesforce", "all"], abs=0.01)


def test_every_label_has_a_value(page):
    found = figures(page)
    assert found["firsttouch_open_alerts", "fallbacks", "all"] == 1
    assert [key for key in found if "" in key] == []


def test_sources_were_read_and_nobody_is_named(page):
    town, _, answer = page
    assert {key[1] for key in figures(page) if key[0].startswith("firsttouch_last_read")} >= {
        "salesforce",
        "hubspot",
    }
    people = [contact.state.values for contact in town.vendors.hubspot.contacts.values()]
    assert [each["email"] for each in people if each.get("email", "@") in answer.text] == []
