"""Failures sorted by what the caller must do, and repeated only when that can help."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
import requests.exceptions as rq
import urllib3.exceptions as u3

from connectors.google_ads.failures import sort_response as sort_google
from connectors.http import Caller, Patience, retry_after, sort_status
from connectors.hubspot.failures import Taken
from connectors.hubspot.failures import sort_response as sort_hubspot
from connectors.meta_ads.failures import NotThere
from connectors.meta_ads.failures import sort_response as sort_meta
from flows.exits import distinct
from leads.errors import AuthError, ConnectorError, ContractError, RateLimited, TransientError

CALLER = Caller("vendor", Patience(attempts=3, first_pause=0.001))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ContractError),
        (401, AuthError),
        (403, AuthError),
        (404, ContractError),
        (408, TransientError),
        (418, ContractError),
        (423, TransientError),
        (425, TransientError),
        (429, RateLimited),
        (500, TransientError),
        (502, TransientError),
        (526, TransientError),
    ],
)
def test_each_status_says_what_to_do(status: int, kind: type[ConnectorError]):
    assert type(sort_status(status, connector="vendor", operation="read")) is kind


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (rq.ConnectTimeout(), TransientError),
        (rq.ConnectionError(), TransientError),
        (rq.ChunkedEncodingError(), TransientError),
        (rq.SSLError(), ContractError),
        (rq.InvalidURL(), ContractError),
        (u3.ProtocolError("broken"), TransientError),
        (u3.IncompleteRead(1, 2), TransientError),
        (httpx.ReadTimeout("slow"), TransientError),
        (httpx.ConnectError("refused"), TransientError),
        (httpx.UnsupportedProtocol("ftp"), ContractError),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), TransientError),
        (ConnectionResetError(), TransientError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_what_breaks_on_the_way_is_sorted(failure: Exception, kind: type[ConnectorError]):
    def broken() -> None:
        raise failure

    with pytest.raises(ConnectorError) as caught:
        CALLER.once("read", broken)
    assert type(caught.value) is kind


def test_our_own_mistakes_are_not_dressed_up():
    def mistaken() -> None:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        CALLER.repeat("read", mistaken)


def _counted(failure: ConnectorError) -> int:
    tries: list[int] = []

    def attempt() -> None:
        tries.append(1)
        raise failure

    with pytest.raises(type(failure)):
        CALLER.repeat("read", attempt)
    return len(tries)


def test_only_what_may_pass_is_repeated():
    assert _counted(AuthError("vendor", "read", "no")) == 1
    assert _counted(ContractError("vendor", "read", "no")) == 1
    assert _counted(TransientError("vendor", "read", "later")) == 3


def test_a_named_wait_is_obeyed_up_to_a_minute():
    short, long = RateLimited("vendor", "read", "429"), RateLimited("vendor", "read", "429")
    short.retry_after, long.retry_after = 0.05, 61.0
    began = time.monotonic()
    assert _counted(short) == 3
    assert time.monotonic() - began >= 0.1
    assert _counted(long) == 1


def test_retry_after_in_every_form():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert retry_after({"retry-after": "7"}) == 7.0
    assert 20 < (retry_after({"Retry-After": soon}) or 0) <= 30
    assert 20 < (retry_after({"Retry-After": soon.removesuffix(" GMT")}) or 0) <= 30
    assert retry_after({"Retry-After": "soon"}) is None
    assert retry_after({"Retry-After": "-5"}) == 0.0
    assert retry_after({}) is None


def test_hubspots_refusals():
    conflict = '{"category": "CONFLICT", "message": "Contact already exists. a@example.com"}'
    taken = sort_hubspot(409, conflict, {}, "create")
    assert isinstance(taken, Taken)
    assert taken.existing is None
    named = '{"category": "CONFLICT", "message": "Contact already exists. Existing ID: 101"}'
    met = sort_hubspot(409, named, {}, "create")
    assert isinstance(met, Taken)
    assert met.existing == "101"
    assert "@" not in str(sort_hubspot(409, conflict, {}, "create"))
    assert type(sort_hubspot(400, None, None, "read")) is ContractError
    assert type(sort_hubspot(502, "<html>", {}, "read")) is TransientError
    assert type(sort_hubspot(401, "[]", {}, "read")) is AuthError
    misspelt = sort_hubspot(530, "<html>", {}, "read")
    assert type(misspelt) is AuthError
    assert "FIRSTTOUCH_HUBSPOT_TOKEN" in str(misspelt)
    assert type(sort_hubspot(0, None, None, "read")) is ContractError
    windows = '{"policyName": "TEN_SECONDLY_ROLLING"}'
    limited = sort_hubspot(429, windows, {"Retry-After": "20000"}, "read")
    assert isinstance(limited, RateLimited)
    assert limited.retry_after == 10.0


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 190, "error_subcode": 463}, AuthError),
        ({"code": 10}, AuthError),
        ({"code": 200}, AuthError),
        ({"code": 299}, AuthError),
        ({"code": 300}, ContractError),
        ({"code": 80005}, RateLimited),
        ({"code": 368}, RateLimited),
        ({"code": 2}, TransientError),
        ({"code": 9999, "is_transient": True}, TransientError),
        ({"code": 100, "error_subcode": 33}, NotThere),
        ({"code": 100}, ContractError),
        ({}, ContractError),
    ],
)
def test_metas_400s_are_told_apart_by_code(error: dict[str, object], kind: type[ConnectorError]):
    assert type(sort_meta(400, {"error": error}, {}, "read")) is kind


def test_metas_usage_header_is_in_minutes():
    usage = '{"1001": [{"type": "leadgen", "estimated_time_to_regain_access": 7}]}'
    headers = {"x-business-use-case-usage": usage}
    limited = sort_meta(400, {"error": {"code": 80005}}, headers, "read")
    assert isinstance(limited, RateLimited)
    assert limited.retry_after == 420.0
    broken = sort_meta(400, {"error": {"code": 4}}, {"x-business-use-case-usage": "[1]"}, "read")
    assert isinstance(broken, RateLimited)
    assert broken.retry_after is None


def test_a_limit_says_what_was_asked_for_and_what_is_done_instead():
    window = '{"policyName": "SECONDLY"}'
    odd = sort_hubspot(429, window, {"Retry-After": "20000"}, "read")
    assert str(odd) == (
        "hubspot: read: rate limit SECONDLY (HTTP 429); it says Retry-After: 20000, which HubSpot "
        "does not document for a 429; we rest for 1 s, the window of that limit"
    )
    assert str(sort_hubspot(429, window, {"Retry-After": "7"}, "read")).endswith(
        "; a rest of 7 s was asked for"
    )
    assert str(sort_hubspot(429, window, {}, "read")).endswith(
        "; we rest for 1 s, the window of that limit"
    )
    assert str(sort_hubspot(429, "{}", {}, "read")).endswith("(HTTP 429)")
    plain = sort_status(429, connector="x", operation="read", headers={"Retry-After": "7200"})
    assert str(plain) == "x: read: HTTP 429; a rest of 7,200 s was asked for"


def test_a_limit_that_every_step_met_is_told_once():
    windows = ('{"policyName": "SECONDLY"}', '{"policyName": "TEN_SECONDLY_ROLLING"}')
    met = [sort_hubspot(429, window, {}, "read") for window in windows]
    other = sort_status(429, connector="meta_ads", operation="read")
    refused = sort_status(403, connector="hubspot", operation="list")
    assert distinct([*met, other, refused]) == [met[0], other, refused]


def test_a_rest_asked_for_beside_a_code_for_an_outage():
    asked = {"Retry-After": "7"}
    code = {"errorCode": {"internalError": "TRANSIENT_ERROR"}}
    of_google = sort_google(503, {"error": {"details": [{"errors": [code]}]}}, asked, "read")
    of_meta = sort_meta(503, {"error": {"code": 2}}, asked, "read")
    for failure in (of_google, of_meta):
        assert type(failure) is TransientError
        assert failure.retry_after == 7.0
