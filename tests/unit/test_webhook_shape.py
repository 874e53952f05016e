"""The generic webhook: who may send, what may be sent, and what the sender is told."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.inbound import Notice, Refusal, Sent
from connectors.setup import Intake, SourceSetup
from connectors.webhook.connector import Webhook, verify_webhook
from connectors.webhook.settings import WebhookSettings
from connectors.webhook.shape import Leads, References, read_shape
from connectors.webhook.signature import SIGNATURE, TIMESTAMP, sign
from leads.normalise.vocabulary import Vocabulary

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET, TOKEN = "sesame", "open-please"
LEAD = {"id": "f-1", "email": "a@example.com", "custom.budget": 10}


def signed(body: bytes, *, at: datetime = NOW, secret: str = SECRET) -> Sent:
    stamp = str(int(at.timestamp()))
    return Sent(body=body, headers={SIGNATURE: sign(secret, stamp, body), TIMESTAMP: stamp})


def received(sent: Sent, **keys: str) -> Any:
    secrets = {"secret": SECRET, "token": TOKEN, **keys}
    return verify_webhook(sent, now=NOW, **secrets)


def refused(sent: Sent, **keys: str) -> tuple[int, str]:
    answer = received(sent, **keys)
    assert isinstance(answer, Refusal)
    return answer.status, answer.problem


def errors(content: Any) -> dict[str, str]:
    answer = read_shape(json.dumps(content).encode())
    assert isinstance(answer, Refusal)
    assert answer.status == 422
    return {error.field: error.problem for error in answer.errors}


def test_a_signed_lead_is_taken_whole():
    (notice,) = received(signed(json.dumps(LEAD).encode()))
    (record,) = notice.records
    assert (notice.source, record.source_id, record.body["lead"]) == ("webhook", "f-1", LEAD)


def test_a_lead_reads_like_a_row_of_a_csv_file():
    setup = SourceSetup(name="webhook", intake=Intake(object="leads"), vocabulary=Vocabulary())
    source = Webhook(WebhookSettings(), setup)
    (notice,) = received(signed(json.dumps({**LEAD, "is_test": True, "employees": 50}).encode()))
    lead = source.normalise(notice.records[0])
    assert (str(lead.key), lead.email, lead.created_at) == ("webhook:f-1", "a@example.com", NOW)
    assert (lead.custom, lead.is_test) == ({"budget": "10"}, True)
    assert [*source.pull(None), *source.fetch(["f-1"])] == []


def test_the_same_lead_sent_twice_has_one_version_whenever_it_comes():
    body = json.dumps(LEAD).encode()
    (first,) = received(signed(body))
    later = NOW + timedelta(hours=1)
    second = verify_webhook(signed(body, at=later), secret=SECRET, token=TOKEN, now=later)
    assert not isinstance(second, Refusal)
    assert first.records[0].version == second[0].records[0].version


@pytest.mark.parametrize("seconds", [-301, 301, 100_000_000])
def test_an_old_request_is_a_replay(seconds: int):
    at = NOW + timedelta(seconds=seconds)
    status, problem = refused(signed(b"{}", at=at))
    assert status == 401
    assert "within 5 minutes" in problem


def test_an_old_body_with_a_new_time_is_refused():
    old = signed(json.dumps(LEAD).encode(), at=NOW - timedelta(days=1))
    stamp = str(int(NOW.timestamp()))
    assert refused(Sent(body=old.body, headers={**old.headers, TIMESTAMP: stamp}))[0] == 401


@pytest.mark.parametrize("stamp", ["", "now", "1e9", "-1", "٣", "9" * 400])
def test_a_time_that_is_none_is_refused(stamp: str):
    sent = Sent(body=b"{}", headers={SIGNATURE: sign(SECRET, stamp, b"{}"), TIMESTAMP: stamp})
    assert refused(sent)[0] == 401


@given(at=st.integers(0, 40), flip=st.integers(1, 255))
def test_one_changed_byte_breaks_the_signature(at: int, flip: int):
    body = bytearray(json.dumps(LEAD).encode())
    sent = signed(bytes(body))
    body[at] ^= flip
    assert refused(Sent(body=bytes(body), headers=sent.headers))[0] == 401


def test_an_empty_secret_opens_nothing():
    assert refused(signed(b"{}", secret=""), secret="")[0] == 503
    bearer = Sent(body=b"{}", headers={"authorization": "Bearer "})
    assert refused(bearer, token="")[0] == 503


def test_proof_that_nobody_here_can_look_at_is_answered_as_a_closed_door():
    status, problem = refused(signed(json.dumps(LEAD).encode()), secret="")
    assert (status, problem) == (
        503,
        "this webhook is not open to signed requests: its secret is not set",
    )
    bearer = Sent(body=b"{}", headers={"authorization": f"Bearer {TOKEN}"})
    assert refused(bearer, token="")[0] == 503
    assert refused(Sent(body=b"{}", headers={}), secret="")[0] == 401


def test_a_request_without_any_proof_is_told_what_to_send():
    status, problem = refused(Sent(body=b"{}", headers={}))
    assert (status, "X-Firsttouch-Signature" in problem) == (401, True)


def test_a_token_names_records_and_brings_none():
    bearer = {"authorization": f"Bearer {TOKEN}"}
    flow = {"source": "salesforce", "ids": ["00Q000000000001AAA", "00Q000000000001AAA"]}
    (notice,) = received(Sent(body=json.dumps(flow).encode(), headers=bearer))
    assert notice == Notice(source="salesforce", ids=("00Q000000000001AAA",))
    assert refused(Sent(body=json.dumps(LEAD).encode(), headers=bearer))[0] == 403
    assert refused(Sent(body=b"{}", headers={"authorization": "Bearer wrong"}))[0] == 401


def test_of_full_fields_of_another_source_only_the_ids_count():
    full = {"source": "salesforce", "leads": [{"Id": "00Q1", "Email": "x@example.com"}, {"id": 7}]}
    assert read_shape(json.dumps(full).encode()) == References("salesforce", ("00Q1", "7"))


def test_every_wrong_field_is_named_with_what_would_be_right():
    lead = {"emial": "a@example.com", "created_at": "yesterday", "phone": {"home": "1"}, "id": True}
    found = errors([{"id": 1}, lead])
    assert found == {
        "[1].id": "required: your own id of this lead, text of 1 to 200 characters",
        "[1].emial": "not a field of a lead; did you mean email?",
        "[1].created_at": "must be an instant with its time zone, such as 2026-11-22T10:00:00Z",
        "[1].phone": "must be text, a number, true, false, null, or a list of texts",
    }
    assert "yesterday" not in str(found)


@pytest.mark.parametrize(
    ("wrong", "field", "problem"),
    [
        ({"is_test": "perhaps"}, "is_test", "must be true or false"),
        ({"is_test": 7}, "is_test", "must be true or false"),
        ({"employees": 300, "employees_min": 5000}, "employees_min", "contradicts employees"),
        ({"employees": "201-500", "employees_max": "50"}, "employees_max", "contradicts employees"),
        ({"employees_min": 50, "employees_max": 10}, "employees_max", "must not be less than"),
    ],
)
def test_what_a_program_should_not_send_is_told(wrong: dict[str, Any], field: str, problem: str):
    found = errors({**LEAD, **wrong})
    assert list(found) == [field]
    assert found[field].startswith(problem)


def test_half_a_character_is_left_out_and_loses_no_lead():
    setup = SourceSetup(name="webhook", intake=Intake(object="leads"), vocabulary=Vocabulary())
    told = {**LEAD, "first_name": "Ana\ud83d", "custom.note": "thanks \ud83d"}
    (notice,) = received(signed(json.dumps(told).encode()))
    lead = Webhook(WebhookSettings(), setup).normalise(notice.records[0])
    assert (lead.first_name, lead.custom["note"]) == ("Ana", "thanks")


def test_what_a_person_may_have_typed_is_taken_and_told_as_flaws():
    typed = {"employees": "many", "consent": "maybe", "deal_value": "1.234,56", "score": "x"}
    assert list(errors({**LEAD, **typed, "created_at": "yesterday"})) == ["created_at"]
    setup = SourceSetup(name="webhook", intake=Intake(object="leads"), vocabulary=Vocabulary())
    (notice,) = received(signed(json.dumps({**LEAD, **typed}).encode()))
    lead = Webhook(WebhookSettings(), setup).normalise(notice.records[0])
    assert {flaw.field for flaw in lead.flaws} == {"employees", "consent", "score"}
    assert str(lead.deal_value) == "1234.56"
    assert (lead.employees, lead.consent, lead.score) == (None, None, None)


@pytest.mark.parametrize(
    "right",
    [
        {"employees": 300, "employees_min": 201, "employees_max": 500},
        {"employees": "many", "employees_min": 5000},
        {"employees": "51+", "employees_min": "100"},
        {"is_test": ""},
        {"is_test": None},
        {"is_test": "no"},
        {"first_name": "\U0001f600"},
        {"employees_min": "some", "employees_max": 10},
    ],
)
def test_values_that_agree_or_cannot_be_compared_are_taken(right: dict[str, Any]):
    assert isinstance(read_shape(json.dumps({**LEAD, **right}).encode()), Leads)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ([], "(body)"),
        ([{"id": n} for n in range(101)], "(body)"),
        ("lead", "(body)"),
        ([{"id": 1}, None], "[1]"),
        ({"id": ""}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"id": 1, "custom.": "x"}, "custom."),
        ({"id": 1, "source": "fair"}, "source"),
        ({"source": "salesforce", "ids": "00Q1"}, "ids"),
        ({"source": "salesforce", "ids": [["00Q1"]]}, "ids[0]"),
        ({"source": "salesforce", "leads": [{}]}, "leads[0].id"),
        ({"ids": ["00Q1"]}, "source"),
        ({"source": "salesforce"}, "ids"),
        ({"source": "salesforce", "idz": ["00Q1"]}, "ids"),
        ({"source": "salesforce", "idz": ["00Q1"]}, "idz"),
        ({"source": "salesforce", "ids": ["1"], "id": 3}, "id"),
    ],
)
def test_what_is_wrong_is_named(content: Any, field: str):
    assert field in errors(content)


def test_who_names_a_source_alone_hears_which_there_are_and_what_is_missing():
    body = b'{"source": "sap"}'
    answer = read_shape(body, {"hubspot", "salesforce"})
    assert isinstance(answer, Refusal)
    source, ids = answer.errors
    assert (source.field, ids.field) == ("source", "ids")
    assert source.problem == (
        "no source of this name is configured whose records can be read; there are: hubspot, "
        "salesforce"
    )
    assert ids.problem.startswith("required: the ids of new records there")
    known = read_shape(b'{"source": "salesforce"}', {"salesforce"})
    assert isinstance(known, Refusal)
    assert [error.field for error in known.errors] == ["ids"]
    none = read_shape(body, set())
    assert isinstance(none, Refusal)
    assert none.errors[0].problem.endswith("there are: none")


def test_a_hundred_leads_at_once_are_fine():
    answer = read_shape(json.dumps([{"id": n} for n in range(100)]).encode())
    assert isinstance(answer, Leads)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_json_are_no_crash(body: bytes):
    read_shape(body)


def test_a_nest_is_no_crash():
    assert isinstance(read_shape(b"[" * 100_000), Refusal)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_is_read_or_refused(content: Any):
    answer = read_shape(json.dumps(content).encode())
    if isinstance(answer, Refusal):
        assert answer.errors


def test_a_whole_number_is_an_id_however_it_is_written():
    """Who keeps numbers with a point sends 7788.0, which JSON Schema calls an integer too."""
    (notice,) = received(signed(b'{"id": 7788.0}'))
    assert [record.source_id for record in notice.records] == ["7788"]
    assert errors([{"id": 7788.0}, {"id": 7788, "email": "b@example.com"}]).keys() == {"[1].id"}
    for number in ("7788.5", "1e300", "9007199254740994.0"):
        assert refused(signed(f'{{"id": {number}}}'.encode()))[0] == 422
    named = read_shape(b'{"source": "hubspot", "ids": [7788.0, 7788]}')
    assert named == References("hubspot", ("7788",))


def test_two_leads_under_one_id_are_refused_as_one_would_be_lost():
    other = {**LEAD, "email": "b@example.com"}
    assert isinstance(read_shape(json.dumps([LEAD, LEAD]).encode()), Leads)
    assert errors([LEAD, other]) == {"[1].id": "another lead of this list has it"}
    alike = [{**LEAD, "company": company} for company in (False, 0)]
    assert errors(alike) == {"[1].id": "another lead of this list has it"}
    assert isinstance(read_shape(b'[{"id": 7788.0}, {"id": 7788}]'), Leads)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"id": "1", "emial": "x"}, "emial: not a field of a lead; did you mean email?"),
        ([{"id": "1", "emails": "x"}], "emails: not a field of a lead; did you mean email?"),
        ({"id": "1", "emile": "x"}, "a field: not a field of a lead; did you mean email?"),
        ({"id": "1", "Emial": "x"}, "a field: not a field of a lead; did you mean email?"),
        ([{"id": "1"}, 7], "[]: must be a JSON object with a lead's fields"),
        (
            {"source": "hubspot", "leads": [{"id": None}]},
            "leads[].id: must be the record's id, as text or a whole number",
        ),
    ],
)
def test_others_than_the_sender_are_told_which_field_where_it_is_plainly_one_of_ours(body, told):
    refusal = read_shape(json.dumps(body).encode(), {"hubspot"})
    assert isinstance(refusal, Refusal)
    assert refusal.told() == told
