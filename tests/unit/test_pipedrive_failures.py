"""What Pipedrive's refusals ask for: by status and header, never by a sentence."""

import pytest

from connectors.pipedrive.failures import NotThere, Refused, sort_response
from leads.errors import AuthError, ContractError, RateLimited, TransientError

SENTENCE = "Person jane@example.com was not found"


@pytest.mark.parametrize(
    ("status", "body", "headers", "error", "rest"),
    [
        # As the gateway answers a token it does not know, on 2026-09-26.
        (401, {"success": False, "error": "unauthorized access"}, {}, AuthError, None),
        (402, {"success": False, "error": "Payment required"}, {}, AuthError, None),
        (403, {"success": False, "code": "feature_capping_deals_limit"}, {}, AuthError, None),
        (404, {"success": False, "error": "Lead not found"}, {}, NotThere, None),
        (400, {"success": False, "error": SENTENCE}, {}, Refused, None),
        (422, {}, {}, Refused, None),
        (410, {}, {}, ContractError, None),
        (429, {}, {"x-ratelimit-reset": "5"}, RateLimited, 5.0),
        (429, {}, {"Retry-After": "7", "x-ratelimit-reset": "5"}, RateLimited, 7.0),
        (429, {}, {}, RateLimited, 2.0),
        (429, {}, {"x-ratelimit-reset": "soon"}, RateLimited, 2.0),
        (429, {}, {"x-daily-ratelimit-token-remaining": "0"}, RateLimited, 3600.0),
        (429, {}, {"x-daily-ratelimit-token-remaining": "29000"}, RateLimited, 2.0),
        (403, None, {}, RateLimited, 3600.0),
        (503, None, {}, TransientError, None),
    ],
)
def test_each_is_sorted_by_what_to_do(status, body, headers, error, rest):
    found = sort_response(status, body, headers, "pull leads")
    assert type(found) is error
    assert f"HTTP {status}" in str(found)
    if isinstance(found, TransientError):
        assert found.retry_after == rest


def test_sentences_are_not_repeated_and_codes_are():
    told = str(sort_response(400, {"error": SENTENCE}, {}, "write owners"))
    assert "jane" not in told
    code = "ERR_SCHEMA_VALIDATION_FAILED: jane@example.com is not a valid datetime"
    told = str(sort_response(400, {"error": code}, {}, "pull leads"))
    assert "ERR_SCHEMA_VALIDATION_FAILED (HTTP 400)" in told
    assert "jane" not in told


def test_what_to_check_is_named():
    assert "FIRSTTOUCH_PIPEDRIVE_TOKEN" in str(sort_response(401, {}, {}, "log in"))
