"""Salesforce's and HubSpot's records in canonical words, and back."""

from typing import Any

import pytest

from connectors.hubspot import mapping as hubspot
from connectors.phones import spellings
from connectors.salesforce import mapping as salesforce
from connectors.salesforce import soql
from connectors.vendor_text import as_text, digest
from leads.errors import RecordError
from leads.keys import LeadKey
from leads.normalise.build import lead_from
from leads.normalise.vocabulary import Vocabulary

LEAD: dict[str, Any] = {
    "attributes": {"type": "Lead", "url": "/services/data/v66.0/sobjects/Lead/00Q"},
    "Id": "00QfT0000000001UAA",
    "CreatedDate": "2026-11-22T10:00:00.000+0000",
    "SystemModstamp": "2026-11-22T10:00:05.000+0000",
    "Email": "ana@example.com",
    "Phone": None,
    "MobilePhone": "+34912345678",
    "Country": "Spain",
    "State": "Madrid",
    "NumberOfEmployees": 120.0,
    "OwnerId": "005fT00000001qAQAQ",
    "IsConverted": False,
    "Budget__c": 5000.5,
    "Tags__c": "",
}
CONTACT: dict[str, Any] = {
    "id": 101,
    "properties": {
        "createdate": "2026-11-22T10:00:00.000Z",
        "lastmodifieddate": "2026-11-22T10:00:05.123Z",
        "email": "ana@example.com",
        "numemployees": "51-200",
        "hubspot_owner_id": "",
        "product_interest": "GTX Pro",
    },
}


def test_salesforce_text_is_canonical():
    text = salesforce.to_text(LEAD, {"custom.budget": "Budget__c", "custom.tags": "Tags__c"})
    assert text["mobile_phone"] == "+34912345678"
    assert text["employees"] == "120"
    assert text["custom.budget"] == "5000.5"
    assert text["phone"] is None
    assert text["custom.tags"] is None
    assert text["current_owner"] == LEAD["OwnerId"]


def test_a_picklist_orgs_codes_go_before_its_names():
    coded = {**LEAD, "CountryCode": "ES", "StateCode": "MD"}
    text = salesforce.to_text(coded, {})
    assert (text["country"], text["region"]) == ("ES", "MD")
    chosen = salesforce.to_text(coded, {"country": "Country"})
    assert chosen["country"] == "Spain"


def test_a_salesforce_lead_reads_whole():
    key = LeadKey("salesforce", LEAD["Id"])
    lead = lead_from(key, salesforce.to_text(LEAD, {}), Vocabulary())
    assert (lead.country, lead.phone) == ("ES", "+34912345678")
    assert lead.current_owner == LEAD["OwnerId"]


def test_a_record_without_a_creation_time_is_set_aside():
    body = {**LEAD, "CreatedDate": None}
    with pytest.raises(RecordError, match="created_at"):
        lead_from(LeadKey("salesforce", "1"), salesforce.to_text(body, {}), Vocabulary())


def test_the_version_follows_every_field_and_not_the_api_version():
    version = salesforce.raw_record(LEAD).version
    owned = salesforce.raw_record({**LEAD, "OwnerId": "005fT00000002qAQAQ"})
    moved = salesforce.raw_record({**LEAD, "attributes": {"url": "/services/data/v67.0"}})
    assert owned.version != version
    assert moved.version == version
    assert "attributes" not in moved.body


def test_hubspot_text_is_canonical():
    raw = hubspot.raw_record(CONTACT)
    text = hubspot.to_text(raw.body, {"product": "product_interest"})
    assert raw.source_id == "101"
    assert (text["employees"], text["product"]) == ("51-200", "GTX Pro")
    assert text["current_owner"] is None
    lead = lead_from(LeadKey("hubspot", "101"), text, Vocabulary())
    assert lead.employees is not None
    assert lead.employees.most == 200


@pytest.mark.parametrize(
    "stamp", ["2026-11-22T10:00:05.123Z", "1970-01-01T00:00:00.000Z", "2026-11-22T10:00:05.000Z"]
)
def test_hubspots_stamps_survive_the_way_through_milliseconds(stamp: str):
    assert hubspot.stamp(hubspot.milliseconds(stamp)) == stamp


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", None),
        (0, "0"),
        (0.0, "0"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (["a", "", None, "b"], "a; b"),
        ([], None),
    ],
)
def test_json_as_text(value: Any, text: str | None):
    assert as_text(value) == text


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": None}) == digest({"b": None, "a": 1}) != digest({"a": 1})


def test_soql_quotes_what_a_person_typed():
    assert soql.quoted(["O'Neil", "a\\b"]) == r"('O\'Neil','a\\b')"


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        ("005fT00000001qAQAQ", True),
        ("005fT00000001qA", True),
        ("005fT00000001qAQAZ", False),
        ("005fT00000001q", False),
        ("", False),
        ("005fT00000001q' OR", False),
    ],
)
def test_ids_are_told_by_their_checksum(text: str, is_id: bool):  # noqa: FBT001  (a literal table)
    assert soql.is_id(text) is is_id


def test_a_number_in_the_forms_people_type():
    forms = spellings("+34912345678")
    assert forms[0] == "+34912345678"
    assert {"912 34 56 78", "912345678", "34912345678", "0034912345678"} <= set(forms)
    assert spellings("12") == ("12",)
    grouped = {"+57 300 000 0008", "300 000 0008", "+57-300-000-0008", "300-000-0008"}
    assert grouped <= set(spellings("+573000000008"))  # which libphonenumber writes otherwise
    assert "0207 946 0123" in spellings("+442079460123")
