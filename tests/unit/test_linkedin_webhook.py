"""LinkedIn's challenge and notifications: one secret for both, so only UUIDs are answered."""

import hashlib
import hmac
import json
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.inbound import Notice, Refusal
from connectors.linkedin_ads.webhook import answer_challenge, verify_notification

SECRET = "a-client-secret"
LEAD = "249592fc-d272-44ba-a7db-c2bdce579507-6"


def event(action: str = "CREATED", lead: str = LEAD, **more: Any) -> dict[str, Any]:
    return {
        "type": "LEAD_ACTION",
        "leadGenFormResponse": f"urn:li:leadGenFormResponse:{lead}",
        "leadGenForm": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:7234246,1)",
        "owner": {"sponsoredAccount": "urn:li:sponsoredAccount:1234567"},
        "leadType": "SPONSORED",
        "leadAction": action,
        "occurredAt": 1689894599288,
        **more,
    }


def signed(told: Any, secret: str = SECRET) -> tuple[bytes, str]:
    body = json.dumps(told).encode()
    return body, hmac.new(secret.encode(), b"hmacsha256=" + body, hashlib.sha256).hexdigest()


def test_a_challenge_is_answered_with_its_digest():
    code = str(uuid.uuid4())
    wanted = hmac.new(SECRET.encode(), code.encode(), hashlib.sha256).hexdigest()
    assert answer_challenge(code, SECRET) == {"challengeCode": code, "challengeResponse": wanted}


def test_a_challenge_that_is_a_body_would_be_answered_with_its_signature():
    """Why nothing but a UUID is answered: the digest of this "code" signs a forged notification."""
    body, signature = signed(event("DELETED"))
    code = "hmacsha256=" + body.decode()
    assert hmac.new(SECRET.encode(), code.encode(), hashlib.sha256).hexdigest() == signature
    refused = answer_challenge(code, SECRET)
    assert isinstance(refused, Refusal)
    assert signature not in repr(refused)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "hmacsha256=",
        "{1b4e28ba-2fa1-11d2-883f-0016d3cca427}",
        "urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        "1b4e28ba2fa111d2883f0016d3cca427",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427\n",
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427 hmacsha256={}",
        "１b4e28ba-2fa1-11d2-883f-0016d3cca427",  # noqa: RUF001  (a wide digit)
    ],
)
def test_only_a_plain_uuid_is_a_challenge(code: str):
    assert isinstance(answer_challenge(code, SECRET), Refusal)


@given(st.text(max_size=60))
def test_no_text_that_is_not_a_uuid_is_answered(code: str):
    assert isinstance(answer_challenge(code, SECRET), Refusal)


def test_a_lead_to_fetch_and_a_lead_to_erase():
    assert verify_notification(*signed(event()), SECRET) == (
        Notice(source="linkedin_ads", ids=(LEAD,)),
    )
    assert verify_notification(*signed(event("DELETED")), SECRET) == (
        Notice(source="linkedin_ads", erased=(LEAD,)),
    )


def test_several_in_one_body_and_each_once():
    told = [event(), event(), event("DELETED", "b-2"), event("UPDATED", "c-3")]
    assert verify_notification(*signed(told), SECRET) == (
        Notice(source="linkedin_ads", ids=(LEAD,), erased=("b-2",)),
    )


@pytest.mark.parametrize(
    "told",
    [
        [],
        event(type="OTHER"),
        event("UPDATED"),
    ],
)
def test_other_events_are_nothing_and_no_error(told: Any):
    assert verify_notification(*signed(told), SECRET) == ()


@pytest.mark.parametrize("signature", ["", "é", "0" * 64, "sha256=x"])
def test_a_signature_that_is_not_of_the_body_is_refused(signature: str):
    body, _ = signed(event("DELETED"))
    found = verify_notification(body, signature, SECRET)
    assert isinstance(found, Refusal)
    assert found.status == 401


def test_every_byte_counts_and_so_does_the_prefix():
    body, signature = signed(event())
    bare = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    for changed, proof in ((body + b" ", signature), (body, bare)):
        assert isinstance(verify_notification(changed, proof, SECRET), Refusal)
    assert isinstance(verify_notification(body, signed(event(), "other")[1], SECRET), Refusal)


def test_a_signed_body_that_is_not_json_is_refused():
    body = b"[" * 100_000
    proof = hmac.new(SECRET.encode(), b"hmacsha256=" + body, hashlib.sha256).hexdigest()
    found = verify_notification(body, proof, SECRET)
    assert isinstance(found, Refusal)
    assert found.status == 400
