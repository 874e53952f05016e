"""A person who was handed back comes once more, in another record: our own write is no person's."""

import json

import pytest
import yaml

from sandbox.town import Town
from tests.e2e.town_case import quick_config
from tests.e2e.witness import CRMS

HEADER = "id,email,first_name,last_name,company,country\n"
ROW = "{},jo.tester@example.com,Jo,Tester,Example Ltd,Germany\n"


def config_with_file(folder, file, crm):
    config = quick_config(folder)
    sources = config / "sources.yaml"
    document = yaml.safe_load(sources.read_text())
    document["sources"]["csv_file"] = {"destination": crm, "connection": {"path": str(file)}}
    sources.write_text(yaml.safe_dump(document))
    return str(config)


def owner_of(town, crm, record):
    if crm == "salesforce":
        return town.vendors.salesforce.leads[record]["OwnerId"]
    return town.vendors.hubspot.contacts[record].state.values.get("hubspot_owner_id")


@pytest.mark.parametrize("crm", CRMS)
def test_spam_that_comes_again_stays_with_the_desk(in_town, tmp_path, crm):
    file = tmp_path / "leads.csv"
    file.write_text(HEADER + ROW.format("L8"))
    told = {"FIRSTTOUCH_CONFIG": config_with_file(tmp_path / "with_file", file, crm)}
    with Town.open(seed=31, leads=60) as town:

        def run(*words):
            ended = in_town(town, *words, environment=told)
            assert ended.code == 0, ended.err
            return ended.out

        def delivery(lead):
            return json.loads(run("explain", lead, "--json"))["deliveries"][-1]

        run("sync", "--source", "csv_file")
        had = owner_of(town, crm, delivery("csv_file:L8")["record"])
        run("return", "csv_file:L8", "--reason", "spam")
        record = delivery("csv_file:L8")["record"]
        desk = owner_of(town, crm, record)
        assert desk != had
        file.write_text(HEADER + ROW.format("L8") + ROW.format("L15"))
        synced = run("sync", "--source", "csv_file")
        assert owner_of(town, crm, record) == desk, synced
        again = delivery("csv_file:L15")
        assert (again["record"], again["state"], again["reason"]) == (record, "unchanged", "")
        assert "in the moment before" not in synced
