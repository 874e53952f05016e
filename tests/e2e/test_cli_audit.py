"""`firsttouch audit` of every kind of source."""

import json

import pytest

from sandbox.town import SERVED, Town
from sandbox.world.contacts import contact_texts
from tests.e2e.town_case import quick_config


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=29, leads=60) as opened:
        yield opened


@pytest.mark.parametrize("vendor", SERVED)
def test_a_vendors_fields_are_told_and_nobodys_contact_data(in_town, town, vendor):
    ended = in_town(town, "audit", vendor, "--json")
    assert ended.code == 0
    told = json.loads(ended.out)
    assert told["records"] > 0
    assert {field["field"] for field in told["fields"]} >= {"email", "channel"} - (
        {"channel"} if vendor in {"salesforce", "hubspot"} else set()
    )
    texts = [text for each in town.world.records[vendor] for _, text in contact_texts(each.values)]
    assert not [text for text in texts if len(text) > 5 and text in ended.out]


def test_values_that_cannot_be_read_are_shown(in_town, town):
    told = json.loads(in_town(town, "audit", "salesforce", "--json").out)
    assert any(field["unreadable"] for field in told["fields"])


def test_a_file_and_what_is_odd_about_it(in_town, town, tmp_path):
    file = tmp_path / "leads.csv"
    file.write_text("id,email,compnay,employees\n1,a@example.com,Acme,lots\n")
    ended = in_town(town, "audit", file)
    assert ended.code == 0
    assert "compnay (did you mean company?)" in ended.err
    assert "not clean lots (1)" in ended.out
    file.write_text("id,email\n")
    assert "no rows" in in_town(town, "audit", file).err


def test_the_webhook_has_nothing_to_read_and_says_so(in_town, town, tmp_path):
    config = quick_config(tmp_path / "config")
    sources = config / "sources.yaml"
    sources.write_text(sources.read_text() + "  webhook: {destination: hubspot}\n")
    ended = in_town(town, "audit", "webhook", "--config", config)
    assert ended.code == 0
    assert "whoever sends keeps its records" in ended.err
