"""A lead form's webhook: whose it is, what is wrong with it, and the lead that it is."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from connectors.google_ads.mapping import row_record, to_text, webhook_record
from connectors.google_ads.webhook import verify_webhook
from connectors.inbound import Refusal
from leads.keys import LeadKey
from leads.normalise.build import lead_from
from leads.normalise.vocabulary import Vocabulary
from sandbox.google.records import Campaign, Customer, Form, Lead
from sandbox.google.webhook import TEST_ID, dummy_payload, payload

KEY = SecretStr("ключ-sesame")
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 12, 7, tzinfo=UTC)
NAMES = {"30001": "Demo request", "20001": "ent-search"}
LEAD = Lead(
    id="4100",
    customer_id="1000000001",
    form_id="30001",
    campaign_id="20001",
    submitted=AT,
    fields=(
        ("FULL_NAME", "Ana Ruiz"),
        ("WORK_EMAIL", "ana@example.com"),
        ("PHONE_NUMBER", "+34 600 000 917"),
        ("GOVERNMENT_ISSUED_ID_DNI_AR", "30.111.222"),
        ("SERVICE", "Roofing"),
    ),
    custom=(("What type of insurance are you looking for?", "Condo"),),
    ad_group_id="50001",
    ad_id="60001",
    gclid="Cj0K",
)


def row(lead: Lead, time_zone: str = "America/New_York") -> dict[str, Any]:
    """The API's result for a lead."""
    customer = Customer(id=lead.customer_id, name="Acme", time_zone=time_zone)
    return {
        "leadFormSubmissionData": lead.node(time_zone, with_offset=True),
        "campaign": Campaign(id="20001", customer_id=customer.id, name="ent-search").node(),
        "asset": Form(id="30001", customer_id=customer.id, name="Demo request").node(),
        "customer": customer.node(),
    }


def sent(**over: Any) -> dict[str, Any]:
    return payload(LEAD, key=KEY.get_secret_value(), **over)


def verified(**over: Any) -> Any:
    return verify_webhook(json.dumps(sent(**over)).encode(), KEY)


def record(*, ids_agree: bool = True, **over: Any) -> Any:
    return webhook_record(verified(**over), received_at=LATER, ids_agree=ids_agree, names=NAMES)


def test_one_lead_whichever_road_it_comes_by():
    polled = row_record(row(LEAD), ids_agree=True)
    assert record() == polled
    assert to_text(record().body, {}) == to_text(polled.body, {})


@pytest.mark.parametrize("ids_agree", [True, False])
def test_without_a_time_it_is_still_the_same_lead(ids_agree):
    untimed = record(lead_submit_time=None, ids_agree=ids_agree)
    polled = row_record(row(LEAD), ids_agree=ids_agree)
    assert untimed.source_id == polled.source_id
    assert untimed.version != polled.version
    assert to_text(untimed.body, {})["created_at"] == LATER.isoformat()


def test_the_same_webhook_a_second_time_is_no_change():
    first = verified(lead_submit_time=None)
    times = (AT, LATER)
    one, other = (webhook_record(first, received_at=at, ids_agree=True) for at in times)
    assert one.version == other.version


def test_where_ids_do_not_agree_form_click_and_contact_tell():
    polled = row_record(row(LEAD), ids_agree=False)
    assert record(lead_id="AbC-webhook", ids_agree=False).source_id == polled.source_id
    for over in ({"gcl_id": "another click"}, {"form_id": 30002}):
        assert record(lead_id="x", ids_agree=False, **over).source_id != polled.source_id
    other = [{"column_id": "WORK_EMAIL", "string_value": "ben@example.com"}]
    assert record(user_column_data=other, ids_agree=False).source_id != polled.source_id
    assert record(lead_id="x").source_id == "x"


def test_without_a_click_the_second_of_the_submission_tells():
    first = record(lead_id="a", gcl_id="", ids_agree=False)
    again = record(lead_id="b", gcl_id="", ids_agree=False)
    later = record(lead_id="c", gcl_id="", lead_submit_time="2026-11-29T09:00:00Z", ids_agree=False)
    assert first.source_id == again.source_id != later.source_id


def test_the_key_and_government_ids_are_kept_nowhere():
    kept = repr(record()) + repr(verified().keys())
    assert KEY.get_secret_value() not in kept
    assert "google_key" not in kept
    assert "30.111.222" not in kept
    assert "GOVERNMENT" not in kept


def test_questions_without_a_column_name():
    text = to_text(record().body, {"custom.policy": "What type of insurance are you looking for?*"})
    assert text["custom.policy"] == "Condo"
    assert text["custom.service"] == "Roofing"
    assert "custom.what_type_of_insurance_are_you_looking_for" in to_text(record().body, {})


def test_the_order_of_answers_tells_nothing():
    answers = [
        {"column_id": "company_name", "string_value": "typed"},
        {"column_id": "COMPANY_NAME", "string_value": "Acme"},
    ]
    one, other = record(user_column_data=answers), record(user_column_data=answers[::-1])
    assert one.version == other.version
    assert to_text(one.body, {})["company"] == to_text(other.body, {})["company"] == "Acme"


@pytest.mark.parametrize("form_id", ["18698608977", "52083961646"])
def test_google_s_own_test_is_a_test_and_a_lead(form_id):
    dummy = dummy_payload(form_id, ["FULL_NAME", "EMAIL", "SERVICE"], key=KEY.get_secret_value())
    taken = verify_webhook(json.dumps(dummy).encode(), KEY)
    assert not isinstance(taken, Refusal)
    raw = webhook_record(taken, received_at=LATER, ids_agree=True)
    assert raw.source_id == TEST_ID
    text = to_text(raw.body, {})
    assert (text["campaign"], text["form"]) == ("10000000000", form_id)
    assert lead_from(LeadKey("google_ads", TEST_ID), text, Vocabulary()).is_test


def test_a_test_that_the_api_shows_is_known_by_its_click():
    node = {**LEAD.node("UTC", with_offset=True), "gclid": TEST_ID}
    assert row_record({"leadFormSubmissionData": node}, ids_agree=True).body["is_test"]


@pytest.mark.parametrize("key", ["wrong", "", None, 7, ["ключ-sesame"], "\ud800"])
def test_whoever_does_not_know_the_key_is_refused(key):
    refusal = verified(google_key=key) if key is not None else verified_without_key()
    assert isinstance(refusal, Refusal)
    assert refusal.status == 401
    assert "sesame" not in refusal.problem


def verified_without_key() -> Any:
    body = {name: value for name, value in sent().items() if name != "google_key"}
    return verify_webhook(json.dumps(body).encode(), KEY)


def test_no_key_of_ours_is_matched_by_no_key_of_theirs():
    body = json.dumps({**sent(), "google_key": ""}).encode()
    refusal = verify_webhook(body, SecretStr(""))
    assert isinstance(refusal, Refusal)
    assert refusal.status == 401


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"lead_id": None}, "lead_id"),
        ({"lead_id": " "}, "lead_id"),
        ({"lead_id": 12}, "lead_id"),
        ({"form_id": "secret@example.com"}, "form_id"),
        ({"form_id": "\u0663\u0664"}, "form_id"),
        ({"campaign_id": True}, "campaign_id"),
        ({"creative_id": 1.5}, "creative_id"),
        ({"is_test": "false"}, "is_test"),
        ({"lead_submit_time": 5}, "lead_submit_time"),
        ({"user_column_data": None}, "user_column_data"),
        ({"user_column_data": {}}, "user_column_data"),
        ({"user_column_data": ["x"]}, "user_column_data.0"),
        ({"user_column_data": [{"column_id": ""}]}, "user_column_data.0.column_id"),
        (
            {"user_column_data": [{"column_id": "EMAIL", "string_value": 5}]},
            "user_column_data.0.string_value",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_field(over, field):
    refusal = verified(**over)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 422
    assert [error.field for error in refusal.errors] == [field]
    assert "@" not in refusal.problem


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object(body):
    refusal = verify_webhook(body, KEY)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 400


def test_fields_of_tomorrow_are_no_error():
    assert record(lead_stage="QUALIFIED", asset_group_id=5, mood="sunny") == record()


@pytest.mark.parametrize("adgroup_id", [0, None])
def test_performance_max_has_no_ad_group(adgroup_id):
    raw = record(adgroup_id=adgroup_id, creative_id=adgroup_id)
    assert (raw.body["ad_group_id"], raw.body["ad_id"]) == (None, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(sent())), JSON))
def test_whatever_comes_with_the_key_is_a_lead_or_a_refusal(over):
    body = {**sent(), **over, "google_key": KEY.get_secret_value()}
    taken = verify_webhook(json.dumps(body).encode(), KEY)
    if not isinstance(taken, Refusal):
        raw = webhook_record(taken, received_at=LATER, ids_agree=True)
        assert raw.source_id
        assert to_text(raw.body, {})["created_at"]
