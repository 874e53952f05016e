"""What goes wrong at a vendor ends as a readable message and the right exit code."""

import json
import os
import socket

import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.town import SERVED, Town
from sandbox.world.contacts import contact_texts
from tests.e2e.forks import command_line, run_forked
from tests.e2e.town_case import quick_config
from tests.e2e.witness import ownerless

WRONG = {
    "salesforce": {"FIRSTTOUCH_SALESFORCE_CLIENT_SECRET": "wrong-secret"},
    "hubspot": {"FIRSTTOUCH_HUBSPOT_TOKEN": "wrong-token"},
    "meta_ads": {"FIRSTTOUCH_META_ADS_TOKEN": "wrong-token"},
    "google_ads": {"FIRSTTOUCH_GOOGLE_ADS_DEVELOPER_TOKEN": "wrong-token"},
    "linkedin_ads": {"FIRSTTOUCH_LINKEDIN_ADS_TOKEN": "wrong-token"},
}
CHECK = {
    "salesforce": "Check FIRSTTOUCH_SALESFORCE_CLIENT_ID and FIRSTTOUCH_SALESFORCE_CLIENT_SECRET",
    "hubspot": "Check FIRSTTOUCH_HUBSPOT_TOKEN and the scopes of its app",
    "meta_ads": "Check FIRSTTOUCH_META_ADS_TOKEN and FIRSTTOUCH_META_ADS_APP_SECRET",
    "google_ads": "Check FIRSTTOUCH_GOOGLE_ADS_DEVELOPER_TOKEN",
    "linkedin_ads": "Check FIRSTTOUCH_LINKEDIN_ADS_TOKEN",
}


@pytest.fixture
def town():
    with Town.open(seed=16, leads=60) as opened:
        yield opened


@pytest.fixture
def personal(town):
    """Every address and number of the world: no message may hold one."""
    records = [record for records in town.world.records.values() for record in records]
    return {text for record in records for _, text in contact_texts(record.values)}


@pytest.mark.parametrize("vendor", SERVED)
def test_wrong_credentials_of_one_source(in_town, town, personal, vendor):
    ended = in_town(town, "sync", environment=WRONG[vendor])
    assert ended.code == 1
    assert CHECK[vendor] in ended.complaint
    assert ended.err.count(CHECK[vendor]) == 1
    assert "wrong-" not in ended.err + ended.out
    assert not {text for text in personal if text in ended.err}
    others = {"salesforce", "hubspot"} - {vendor}
    assert [key for source in others for key in ownerless(town, source)] == []


def test_wrong_credentials_of_all(in_town, town):
    wrong = {name: value for each in WRONG.values() for name, value in each.items()}
    ended = in_town(town, "sync", environment=wrong)
    assert ended.code == 3
    assert all(check in ended.complaint for check in CHECK.values())
    alone = in_town(town, "sync", "--source", "hubspot", environment=wrong)
    assert (alone.code, alone.complaint.count("\n")) == (3, 1)


def test_credentials_that_are_not_set(firsttouch):
    ended = firsttouch("sync")
    assert ended.code == 2
    for name in ("SALESFORCE_CLIENT_ID", "HUBSPOT_TOKEN", "META_ADS_APP_SECRET"):
        assert f"FIRSTTOUCH_{name} is not set in the environment" in ended.complaint


def test_a_vendor_that_is_down(in_town, town):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        gone = {"FIRSTTOUCH_SALESFORCE_BASE_URL": f"http://127.0.0.1:{probe.getsockname()[1]}"}
    ended = in_town(town, "sync", environment=gone)
    assert ended.code == 1
    assert "salesforce: log in: the vendor cannot be reached" in ended.complaint
    assert "Check the address and the network" in ended.err
    assert in_town(town, "sync", "--source", "salesforce", environment=gone).code == 3
    ended = in_town(town, "doctor", environment=gone)
    assert ended.code == 3
    assert "salesforce: 1 error\n" in ended.out


def test_repeating_says_nothing_on_stderr(town, tmp_path):
    """In a process of its own, where nothing but the command itself says where its logs go."""
    town.faults["meta_ads"].set_share(FaultKind.HTML_ERROR, 1.0)
    config = {"FIRSTTOUCH_CONFIG": str(quick_config(tmp_path / "config"))}
    store = {"FIRSTTOUCH_STORE": f"sqlite:///{tmp_path}/firsttouch.db"}
    environ = {**os.environ, **town.environment, **config, **store}
    words = ("sync", "--source", "meta_ads")
    ended = run_forked(command_line, *words, environ=environ, folder=tmp_path)
    assert ended.code == 3
    assert len(town.journal.entries("meta_ads", "fault")) > 1
    assert ended.err.startswith("firsttouch: meta_ads: list pages: ")
    assert ended.err.count("\n") == 1


def test_answers_that_are_not_json(in_town, town):
    town.faults["meta_ads"].set_share(FaultKind.MALFORMED, 1.0)
    ended = in_town(town, "sync", "--json")
    assert ended.code == 1
    assert "meta_ads: list pages: the answer is not JSON" in ended.complaint
    ledger = json.loads(ended.out)
    assert ledger["balanced"] is True
    assert ledger["sources"]["salesforce"]["delivered"] > 0
    assert ledger["sources"]["meta_ads"]["pulled"] == 0
    assert in_town(town, "audit", "meta_ads").code == 3


@pytest.mark.parametrize(
    "place", ["salesforce.fields.product", "salesforce.write.rule", "hubspot.fields.product"]
)
def test_a_field_the_org_does_not_have(in_town, town, tmp_path, place):
    source, section, name = place.split(".")
    config = quick_config(tmp_path / "config", **{source: {section: {name: "Prodct__c"}}})
    ended = in_town(town, "sync", "--config", config)
    assert ended.code == 1
    assert f"sources.{place} names Prodct__c, which this " in ended.complaint
    assert "Correct the name" in ended.err
    other = {"salesforce": "hubspot", "hubspot": "salesforce"}[source]
    assert ownerless(town, other) == []
    ended = in_town(town, "doctor", "--config", config, "--json")
    assert ended.code == 1
    told = [each for each in json.loads(ended.out)[source] if "Prodct__c" in each["finding"]]
    assert [each["severity"] for each in told] == ["error"]
    assert f"sources.{place}: 'Prodct__c' is not a" in told[0]["finding"]


def test_a_write_that_no_owner_satisfies_is_told_by_record(in_town, town):
    code = "FIELD_CUSTOM_VALIDATION_EXCEPTION"
    refusal = Fault(kind=FaultKind.ROW_REFUSED, detail=code)
    town.faults["salesforce"].script(*[refusal] * 500)
    ended = in_town(town, "sync")
    assert ended.code == 1
    assert f"which went to the fallback: {code}" in ended.err
    assert "writes wait for the next sync: salesforce:00Q" in ended.err
    assert f"cannot be given even to inbound-desk: {code}; " in ended.err
    assert ended.err.count("\n") == 2
    assert ownerless(town, "hubspot") == []
    listed = in_town(town, "rejects")
    assert listed.code == 0
    for key in ownerless(town, "salesforce"):
        assert f"salesforce:{town.ids[key]}: salesforce has not taken inbound-desk" in listed.out
