"""
The receiver's HTTP API, from its documented shapes and against them: each request is answered.

Never by a fault of ours, always by a status that docs/webhook.md names, and a 200 means stored.
"""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree

import httpx
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from config.load import load
from connectors.inbound import hmac_sha256
from connectors.webhook.signature import SIGNATURE, TIMESTAMP, sign
from flows.checkout import CHECKOUT
from flows.doors import doors
from flows.outages import Outages
from flows.turned_away import TurnedAway
from flows.webhook_mailbox import Mailbox
from flows.webhooks import Receiver
from flows.wiring import DEFAULT_CONFIG, utc_now, wire
from leads.fields import COLUMNS
from store.store import Store
from tests.e2e.webhook_case import WEBHOOK_SECRET, WEBHOOK_TOKEN
from tests.unit.spoiled import EXAMPLES, anything, fuzzed, spoiled, words
from tests.unit.test_fuzz_records import ENVIRONMENT
from tests.unit.test_fuzz_webhooks import DOORS as BODIES

# What is taken costs a commit: a few where time is short, and `make soak` asks for all.
in_short = settings(fuzzed, max_examples=EXAMPLES if EXAMPLES >= 1_000 else 25)

DOCUMENT = CHECKOUT / "docs" / "webhook.openapi.yaml"
SECRET = "a-secret"
TOLD = {200, 400, 401, 403, 404, 405, 413, 415, 422, 503}
PATHS = {
    "meta_ads": "meta",
    "linkedin_ads": "linkedin_ads",
    "hubspot": "hubspot",
    "google_ads": "google_ads",
    "webhook": "webhook",
}
SECRETS = {
    **ENVIRONMENT,
    "FIRSTTOUCH_WEBHOOK_SECRET": WEBHOOK_SECRET,
    "FIRSTTOUCH_WEBHOOK_TOKEN": WEBHOOK_TOKEN,
    "FIRSTTOUCH_META_ADS_APP_SECRET": SECRET,
    "FIRSTTOUCH_META_ADS_VERIFY_TOKEN": SECRET,
    "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET": SECRET,
    "FIRSTTOUCH_HUBSPOT_CLIENT_SECRET": SECRET,
    "FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY": SECRET,
}

plain = st.none() | st.booleans() | st.integers(-9, 10**6) | words | st.lists(words, max_size=2)
fields = st.sampled_from(sorted(COLUMNS - {"id", "source", "created_at"}))
leads = st.builds(
    lambda known, more: {**more, "id": known},
    st.text("abc-019", min_size=1, max_size=9),
    st.dictionaries(fields, plain, max_size=5),
)
documented = leads | st.lists(leads, min_size=1, max_size=4)


def distinct(sent) -> int:
    """How many leads are sent: one that stands there twice is one."""
    leads = sent if isinstance(sent, list) else [sent]
    return len({json.dumps(each, sort_keys=True) for each in leads})


@dataclass(slots=True)
class Api:
    """The receiver in this process, on a store, without a network in between."""

    store: Store
    client: httpx.AsyncClient
    loop: asyncio.Runner
    woken: list[set[str]] = field(default_factory=list)

    def send(self, method: str, path: str, **request: object) -> httpx.Response:
        return self.loop.run(self.client.request(method, path, **request))  # type: ignore[arg-type]

    def post(self, door: str, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        told = {"content-type": "application/json", **(headers or {})}
        return self.send("POST", f"/webhooks/{door}", content=body, headers=told)

    def kept(self) -> int:
        counts = self.store.inbox_counts().values()
        return sum(each.waiting for each in counts)


@pytest.fixture(scope="module")
def api(tmp_path_factory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("receiver")
    copytree(DEFAULT_CONFIG, folder / "config")
    with (folder / "config" / "sources.yaml").open("a") as sources:
        sources.write("\n  webhook: {destination: hubspot}\n")
    opened = closing(Store.open(f"sqlite:///{folder}/store.db"))
    with opened as store, asyncio.Runner() as loop:
        wiring = wire(load(Path(folder / "config")), store, SECRETS)
        woken: list[set[str]] = []
        outages = Outages(store, utc_now)
        receiver = Receiver(
            doors(wiring, SECRETS),
            store,
            Mailbox(store, utc_now, woken.append),
            utc_now,
            TurnedAway(store, utc_now, outages),
            outages=outages,
        )
        app = httpx.ASGITransport(receiver.app())
        client = httpx.AsyncClient(transport=app, base_url="http://hooks.example.com")
        yield Api(store, client, loop, woken)
        loop.run(client.aclose())
        for source in wiring.sources.values():
            source.close()


def signed(door: str, body: bytes) -> dict[str, str]:
    """What its sender would prove it by, where it has a header for it."""
    now = str(int(utc_now().timestamp()))
    match door:
        case "webhook":
            return {SIGNATURE: sign(WEBHOOK_SECRET, now, body), TIMESTAMP: now}
        case "meta_ads":
            return {"X-Hub-Signature-256": f"sha256={hmac_sha256(SECRET, body)}"}
        case "linkedin_ads":
            return {"X-LI-Signature": hmac_sha256(SECRET, b"hmacsha256=" + body)}
        case _:
            return {}


def check(api: Api, answer: httpx.Response) -> None:
    assert answer.status_code in TOLD, answer.text
    if answer.status_code >= 400 and answer.status_code not in {404, 405}:
        assert answer.json()["problem"]


@in_short
@given(sent=documented)
def test_what_is_documented_is_stored_or_each_wrong_field_is_named(api, sent):
    body = json.dumps(sent).encode()
    before = api.kept()
    answer = api.post("webhook", body, signed("webhook", body))
    check(api, answer)
    if answer.status_code == 422:
        assert answer.json()["errors"]
        assert api.kept() == before
    else:
        assert answer.json() == {"accepted": distinct(sent)}


@pytest.fixture(scope="module")
def described():
    """What docs/webhook.openapi.yaml says of sending leads."""
    import schemathesis  # noqa: PLC0415  (almost a second, for each worker of the suite)

    document = schemathesis.openapi.from_path(DOCUMENT)
    document.validate()
    return document["/webhooks/webhook"]["POST"]


def test_the_document_knows_every_field(described):
    lead = yaml.safe_load(DOCUMENT.read_text())["components"]["schemas"]["Lead"]
    assert set(lead["properties"]) == COLUMNS - {"source"}


def test_the_documents_examples_are_taken(api):
    media = yaml.safe_load(DOCUMENT.read_text())["paths"]["/webhooks/webhook"]["post"]
    examples = media["requestBody"]["content"]["application/json"]["examples"]
    for name, example in examples.items():
        asked = {"source": "hubspot", "ids": ["101"]} if name == "references" else example["value"]
        body = json.dumps(asked).encode()
        answer = api.post("webhook", body, signed("webhook", body))
        assert answer.status_code == 200, answer.text


def test_what_the_document_allows_is_taken(api, described):
    """
    What no schema can say may still be refused.

    Which sources are configured, which years there are, each id once, one headcount within another.
    """
    unsaid = {"created_at", "id", "source", "employees_min", "employees_max"}

    @in_short
    @given(sent=described.as_strategy())
    def nothing_else(sent):
        body = json.dumps(sent.body).encode()
        answer = api.post("webhook", body, signed("webhook", body))
        described.validate_response(answer)
        assert answer.status_code in {200, 422}, answer.text
        if answer.status_code == 422:
            places = [each["field"] for each in answer.json().get("errors", ())]
            fields = {place.partition(".")[2] or place for place in places} or {"source"}
            assert fields <= unsaid, answer.text

    nothing_else()


def test_what_the_document_forbids_is_answered_as_it_says(api, described):
    from schemathesis import GenerationMode  # noqa: PLC0415  (as above)

    @in_short
    @given(sent=described.as_strategy(GenerationMode.NEGATIVE), is_signed=st.booleans())
    def nothing_else(sent, is_signed):
        body = as_sent(sent.body)
        before = api.kept()
        answer = api.post("webhook", body, signed("webhook", body) if is_signed else {})
        described.validate_response(answer)
        if answer.status_code != 200:
            assert api.kept() == before
        assert is_signed or answer.status_code == 401

    nothing_else()


def as_sent(body: object) -> bytes:
    """Schemathesis leaves out a body that is to be missing."""
    try:
        return json.dumps(body).encode()
    except TypeError:
        return b""


@pytest.mark.parametrize("name", PATHS)
def test_whatever_is_sent_is_answered(api, name):
    genuine = BODIES[name][1]

    @in_short
    @given(told=st.just(genuine).flatmap(spoiled), is_signed=st.booleans())
    def nothing_else(told, is_signed):
        body = json.dumps(told).encode()
        before = api.kept()
        answer = api.post(PATHS[name], body, signed(name, body) if is_signed else {})
        check(api, answer)
        if answer.status_code != 200:
            assert api.kept() == before

    nothing_else()


requests = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]),
        "door": st.sampled_from([*PATHS.values(), "nobody", "..%2Fhealthz", "a/b", ""]),
        "query": st.dictionaries(
            st.sampled_from(["hub.mode", "hub.challenge", "hub.verify_token", "challengeCode"]),
            words.map(lambda text: text.encode("utf-8", "replace").decode()),
            max_size=3,
        ),
        "header": st.sampled_from([b"authorization", b"content-type", b"content-length", b"x-odd"])
        | st.sampled_from([TIMESTAMP.encode(), SIGNATURE.encode()]),
        "value": st.binary(max_size=40),
        "body": st.binary(max_size=200) | anything.map(lambda told: json.dumps(told).encode()),
    }
)


@in_short
@given(sent=requests)
def test_no_method_query_or_header_is_a_fault(api, sent):
    answer = api.send(
        sent["method"],
        f"/webhooks/{sent['door']}",
        params=sent["query"],
        headers=[(b"content-type", b"application/json"), (sent["header"], sent["value"])],
        content=sent["body"],
    )
    assert answer.status_code in TOLD, answer.text


def test_a_fault_of_ours_would_be_noticed(api, monkeypatch):
    monkeypatch.setattr("flows.webhooks.entries_of", lambda *_: 1 / 0)
    body = b'{"id": "w-1", "email": "ana@example.com"}'
    answer = api.post("webhook", body, signed("webhook", body))
    assert answer.status_code == 500
    with pytest.raises(AssertionError):
        check(api, answer)
