"""A lead of Pipedrive in canonical words: its own, its person's and its organization's."""

import pytest

from connectors.pipedrive.mapping import (
    moment,
    problem_of,
    raw_record,
    since_text,
    to_text,
)

# The shapes that Pipedrive's own descriptions of v1 (leads) and v2 (the rest) give as examples.
LEAD = {
    "id": "adf21080-0e10-11eb-879b-05d71fb426ec",
    "title": "A lead",
    "owner_id": 1,
    "label_ids": ["f08b42a0-4e75-11ea-9643-03698ef1cfd6"],
    "person_id": 1092,
    "organization_id": None,
    "source_name": "API",
    "channel_id": "Jun23 Billboards",
    "is_archived": False,
    "value": {"amount": 999, "currency": "USD"},
    "add_time": "2020-10-14T11:30:36.551Z",
    "update_time": "2020-10-14T11:30:36.551Z",
    "a" * 40: 31,
}
PERSON = {
    "id": 1092,
    "name": "Jane Roe",
    "first_name": "Jane",
    "last_name": "Roe",
    "owner_id": 7,
    "update_time": "2021-01-01T00:00:00Z",
    "emails": [
        {"value": "home@example.com", "primary": False, "label": "home"},
        {"value": "work@example.com", "primary": True, "label": "work"},
    ],
    "phones": [
        {"value": "+34 600 000 001", "primary": False, "label": "mobile"},
        {"value": "+34 910 000 002", "primary": True, "label": "work"},
    ],
    "custom_fields": {"b" * 40: {"id": 4, "label": "Platform"}},
}
COMPANY = {
    "id": 3,
    "name": "Example Ltd",
    "website": "https://www.example.com",
    "employee_count": 10,
    "industry": {"id": 2, "label": "Manufacturing"},
    "address": {"value": "Main St", "country": "Spain", "locality": "Madrid"},
}


def text(lead=LEAD, person=PERSON, company=COMPANY, **fields):
    return to_text(raw_record(lead, person, company, ["Hot"]).body, fields)


def test_canonical_words():
    found = text(product="a" * 40, **{"custom.interest": f"person.{'b' * 40}"})
    assert {name: found[name] for name in ("email", "phone", "mobile_phone", "last_name")} == {
        "email": "work@example.com",
        "phone": "+34 910 000 002",
        "mobile_phone": "+34 600 000 001",
        "last_name": "Roe",
    }
    assert (found["company"], found["country"], found["city"]) == ("Example Ltd", "Spain", "Madrid")
    assert (found["employees"], found["industry"]) == ("10", "Manufacturing")
    assert (found["product"], found["custom.interest"]) == ("31", "Platform")
    assert (found["status"], found["lead_source"], found["current_owner"]) == ("Hot", "API", "1")


def test_a_lead_without_person_or_company_is_blank_there():
    found = text(person=None, company=None)
    assert (found["email"], found["company"], found["status"]) == (None, None, "Hot")


@pytest.mark.parametrize(
    "person",
    [
        {"emails": None, "phones": None},
        {"emails": [{"value": "", "primary": True}], "phones": [None, "?"]},
        {},
    ],
)
def test_emptied_contacts_are_blank(person):
    found = text(person=person)
    assert (found["email"], found["phone"], found["mobile_phone"]) == (None, None, None)


def test_the_version_is_what_is_said_and_not_who_owns_the_person():
    first = raw_record(LEAD, PERSON, COMPANY, []).version
    moved = {**PERSON, "owner_id": 9, "update_time": "2026-01-01T00:00:00Z"}
    assert raw_record(LEAD, moved, COMPANY, []).version == first
    assert raw_record(LEAD, {**PERSON, "name": "J."}, COMPANY, []).version != first
    assert raw_record(LEAD, PERSON, COMPANY, ["Hot"]).version != first


@pytest.mark.parametrize("part", ["id", "update_time"])
@pytest.mark.parametrize("value", [None, "", "yesterday", 7, "2026-11-23 10:00:00"])
def test_a_lead_without_its_place_among_the_others(part, value):
    is_an_id = part == "id" and value
    assert (problem_of({**LEAD, part: value}) is None) is bool(is_an_id)
    assert problem_of("no lead") == "the record has no id"


def test_instants_are_asked_for_in_whole_seconds():
    assert since_text(moment("2026-11-23T10:00:00.999Z")) == "2026-11-23T10:00:00Z"
    assert since_text(moment("2026-11-23T11:30:00+01:00")) == "2026-11-23T10:30:00Z"
