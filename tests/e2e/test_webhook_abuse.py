"""Forged, replayed, endless and unreadable webhooks: each door, over real HTTP."""

import base64
import hashlib
import hmac
import json
import shutil
import socket
import time

import httpx
import pytest

from connectors.http import tls
from connectors.hubspot.webhook import sign as hubspot_sign
from connectors.inbound import hmac_sha256
from connectors.webhook.signature import SIGNATURE, TIMESTAMP, sign
from flows import patience
from flows.receiver import receiving
from flows.wiring import DEFAULT_CONFIG
from sandbox.meta.app import SECRET as META
from sandbox.town import Town
from tests.e2e.town_case import wired
from tests.e2e.webhook_case import JSON, SECRETS, WEBHOOK_SECRET, meta_body, post_meta

ENVIRONMENT = {
    **SECRETS,
    "FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY": "google-key",
    "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET": "linkedin-secret",
    "FIRSTTOUCH_HUBSPOT_CLIENT_SECRET": "hubspot-secret",
    "FIRSTTOUCH_PUBLIC_URL": "https://hooks.example.com",
}
LEAD = b'{"id": "abuse-1", "email": "abuse@example.com"}'
EVENTS = b'[{"subscriptionType": "contact.creation", "objectId": 1}]'
GOOGLE = b'{"lead_id": "abuse-2", "google_key": "google-key", "user_column_data": []}'
NOTED = b'{"type": "LEAD_ACTION", "leadAction": "CREATED"}'
HUBSPOT_URL = "https://hooks.example.com/webhooks/hubspot"


@pytest.fixture(scope="module")
def wiring(tmp_path_factory):
    folder = tmp_path_factory.mktemp("abuse")
    config = folder / "config"
    shutil.copytree(DEFAULT_CONFIG, config)
    sources = config / "sources.yaml"
    sources.write_text(sources.read_text() + "\n  webhook: {destination: hubspot}\n")
    with (
        Town.open(seed=17, leads=60) as town,
        wired(town, folder, config, environment=ENVIRONMENT) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def base(wiring):
    with receiving(wiring, port=0, environ=ENVIRONMENT) as address:
        yield address


def generic(body, secret=WEBHOOK_SECRET, age=0):
    stamp = str(int(time.time()) - age)
    return {SIGNATURE: sign(secret, stamp, body), TIMESTAMP: stamp}


def hubspot(body, secret="hubspot-secret", age=0, algorithm=hashlib.sha256, url=HUBSPOT_URL):
    stamp = str(int((time.time() - age) * 1000))
    message = b"POST" + url.encode() + body + stamp.encode()
    digest = hmac.new(secret.encode(), message, algorithm).digest()
    signature = base64.b64encode(digest).decode()
    return {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}


def meta(body, secret=META, algorithm="sha256", name="X-Hub-Signature-256"):
    digest = hmac.new(secret.encode(), body, algorithm).hexdigest()
    return {name: f"{algorithm}={digest}"}


def linkedin(body, secret="linkedin-secret", prefix=b"hmacsha256="):
    return {"X-LI-Signature": hmac_sha256(secret, prefix + body)}


def post(base, door, body, headers, **more):
    sent = {**JSON, **headers}
    return httpx.post(
        f"{base}/webhooks/{door}", content=body, headers=sent, timeout=20, verify=tls(), **more
    )


META_BODY = meta_body("1")


@pytest.mark.parametrize(
    ("door", "body", "proof"),
    [
        ("webhook", LEAD, generic),
        ("meta", META_BODY, meta),
        ("linkedin_ads", NOTED, linkedin),
        ("google_ads", GOOGLE, lambda _: {}),
    ],
)
def test_what_is_true_is_taken_and_one_byte_changed_is_not(base, door, body, proof):
    headers = proof(body)
    assert post(base, door, body, headers).status_code == 200
    changed = body.replace(b"google-key", b"google-kez") if door == "google_ads" else body + b" "
    assert post(base, door, changed, headers).status_code == 401


def test_hubspots_signature_covers_body_address_and_time(base):
    headers = hubspot(EVENTS)
    assert post(base, "hubspot", EVENTS, headers).status_code == 200
    assert post(base, "hubspot", EVENTS + b" ", headers).status_code == 401
    later = {**headers, "X-HubSpot-Request-Timestamp": str(int(time.time() * 1000) + 1)}
    assert post(base, "hubspot", EVENTS, later).status_code == 401
    other = hubspot(EVENTS, url="https://hooks.example.com/webhooks/other")
    assert post(base, "hubspot", EVENTS, other).status_code == 401


FORGED = {
    "webhook": (
        LEAD,
        [
            lambda: generic(LEAD, secret=""),
            lambda: generic(LEAD, secret="wrong"),
            lambda: generic(LEAD, age=310),
            lambda: generic(LEAD, age=-330),
            lambda: {**generic(LEAD), TIMESTAMP: "9" * 5000},
            lambda: {**generic(LEAD), TIMESTAMP: b"\xb2"},
            lambda: {**generic(LEAD), SIGNATURE: b"sha256=\xff\xfe"},
            lambda: {"Authorization": b"Bearer \xff"},
            lambda: {"Authorization": "Bearer"},
            dict,
        ],
    ),
    "meta": (
        META_BODY,
        [
            lambda: meta(META_BODY, algorithm="sha1"),
            lambda: meta(META_BODY, algorithm="sha1", name="X-Hub-Signature"),
            lambda: meta(META_BODY, secret=""),
            lambda: {"X-Hub-Signature-256": ""},
            lambda: {"X-Hub-Signature-256": b"sha256=\xe9"},
        ],
    ),
    "linkedin_ads": (
        NOTED,
        [
            lambda: linkedin(NOTED, secret=""),
            lambda: linkedin(NOTED, prefix=b""),
            dict,
        ],
    ),
    "hubspot": (
        EVENTS,
        [
            lambda: hubspot(EVENTS, algorithm=hashlib.sha1),
            lambda: hubspot(EVENTS, secret=""),
            lambda: hubspot(EVENTS, age=310),
            lambda: hubspot(EVENTS, age=-330),
            dict,
        ],
    ),
}


@pytest.mark.parametrize(
    ("door", "number"), [(d, n) for d, (_, forged) in FORGED.items() for n in range(len(forged))]
)
def test_what_is_not_proven_is_refused(base, door, number):
    body, forged = FORGED[door]
    assert post(base, door, body, forged[number]()).status_code == 401


@pytest.mark.parametrize("key", ['""', "null", '["google-key"]', '"GOOGLE-KEY"', "true"])
def test_google_s_key_is_the_key(base, key):
    body = GOOGLE.replace(b'"google-key"', key.encode())
    assert post(base, "google_ads", body, {}).status_code == 401


def test_a_replay_within_the_window_changes_nothing(base, wiring):
    """The same request again is the same lead; its signature ends with the window."""
    headers = generic(LEAD)
    answers = {post(base, "webhook", LEAD, headers).status_code for _ in range(5)}
    assert answers == {200}
    with wiring.store._db.engine.connect() as connection:
        kept = "SELECT count(*) FROM inbox WHERE source = 'webhook'"
        assert connection.exec_driver_sql(kept).scalar() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000,
        b'{"id":' * 100_000,
        b'{"id": "a", "id": "b"}',
        '{"id": "x"}'.encode("utf-16"),
        b'{"id": "\xff"}',
        b'{"id": NaN}',
        b'{"id": 1e999}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b"\x1f\x8b\x08\x00",
    ],
)
@pytest.mark.parametrize("door", ["webhook", "meta", "linkedin_ads", "hubspot", "google_ads"])
def test_json_that_nobody_honest_sends(base, door, body):
    proofs = {"webhook": generic, "meta": meta, "linkedin_ads": linkedin, "hubspot": hubspot}
    proven = proofs[door](body) if door in proofs else {}
    answer = post(base, door, body, proven)
    assert answer.status_code == 400
    assert answer.json()["problem"].startswith("the body")


def exchange(base, request, *, pause=0.0):
    """Say something that no client library would, and answer the first line that comes back."""
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        try:
            for part in request if isinstance(request, list) else [request]:
                line.sendall(part)
                time.sleep(pause)
            return line.recv(4096).split(b"\r\n")[0]
        except (BrokenPipeError, ConnectionResetError):
            return b"HTTP/1.1 closed"


HEAD = b"POST /webhooks/meta HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (HEAD + b"Content-Length: 1048577\r\n\r\n", b"413"),
        (HEAD + b"Content-Length: 99999999999999\r\n\r\n", b"413"),
        (HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: -1\r\n\r\n", b"400"),
        (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b"400"),
        (HEAD + b"Content-Length: 2\r\n\r\n{}and more than was said", b"401"),
        (b"\x16\x03\x01 not HTTP at all\r\n\r\n", b"400"),
    ],
)
def test_lengths_that_lie_and_heads_that_do_not_end(base, request_, status):
    assert exchange(base, request_).split(b" ")[1] == status


def test_a_head_without_end_is_cut_off(base):
    endless = [HEAD + b"X-Long: ", *[b"x" * 10_000] * 10]
    assert exchange(base, endless, pause=0.02).split(b" ")[1] in (b"400", b"closed")


def test_a_body_without_end_is_cut_off(base):
    piece = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    endless = [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[piece] * 17]
    assert exchange(base, endless).split(b" ")[1] == b"413"


def test_who_is_slow_is_not_waited_for(wiring, monkeypatch):
    monkeypatch.setattr("flows.patience.HEAD_SECONDS", 0.5)
    monkeypatch.setattr("flows.webhooks.BODY_SECONDS", 0.5)
    with receiving(wiring, port=0, environ=ENVIRONMENT) as base:
        assert exchange(base, b"POST /webhooks/meta HT") == b""  # closed: there is nobody to answer
        assert exchange(base, b"") == b""
        half = HEAD + b"Content-Length: 100\r\n\r\n{"
        assert exchange(base, half).split(b" ")[1] == b"408"
        second = [b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /heal"]
        host, port = base.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(second[0])
            answered = b""
            while not answered.endswith(b"}"):
                answered += line.recv(4096)
            line.sendall(second[1])
            began = time.monotonic()
            assert line.recv(4096) == b""
            assert time.monotonic() - began < 15


def test_a_thousand_who_only_connect_do_not_keep_others_out(wiring, monkeypatch):
    monkeypatch.setattr("flows.receiver.MOST_CONNECTIONS", 20)
    monkeypatch.setattr("flows.patience.HEAD_SECONDS", 0.5)
    with receiving(wiring, port=0, environ=ENVIRONMENT) as base:
        host, port = base.removeprefix("http://").split(":")
        lines = [socket.create_connection((host, int(port)), timeout=30) for _ in range(30)]
        assert post_meta(base, META_BODY).status_code == 503
        assert all(line.recv(1) == b"" for line in lines)
        assert post_meta(base, META_BODY).status_code == 200
        for line in lines:
            line.close()


def test_what_is_borne_is_more_than_anybody_needs():
    """A vendor's burst must not be refused by what keeps strangers out."""
    assert patience.MOST_CONNECTIONS >= 500
    assert json.loads(EVENTS)  # the case itself is JSON
    assert hubspot_sign("POST", HUBSPOT_URL, EVENTS, "1", "s")


def test_a_fault_of_ours_is_answered_and_logged_without_its_words(
    wiring, base, caplog, monkeypatch
):
    def broken(*_):
        raise KeyError("abuse@example.com")

    monkeypatch.setattr("flows.webhooks.entries_of", broken)
    answer = post(base, "webhook", LEAD, generic(LEAD))
    assert answer.status_code == 500
    assert "a fault of Firsttouch itself: KeyError in " in caplog.text
    assert "abuse@example.com" not in caplog.text + answer.text
