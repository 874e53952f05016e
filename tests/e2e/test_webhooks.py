"""From a webhook to an owner in the CRM, told by the vendors themselves."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from connectors.inbound import Refusal, hmac_sha256
from connectors.meta_ads.webhook import verify_webhook
from flows.inbox import entries_of, open_inbox, sweep_inbox
from flows.receiver import receiving
from flows.stored import find_one
from flows.wiring import DEFAULT_CONFIG, utc_now
from leads.errors import ConfigError, StoreError
from leads.keys import LeadKey
from leads.lead import FlawKind
from sandbox.faults import Fault, FaultKind
from sandbox.meta.app import SECRET
from sandbox.town import Town
from store.rows import LeadState
from tests.e2e.town_case import sync, wired
from tests.e2e.webhook_case import (
    JSON,
    SECRETS,
    VERIFY_TOKEN,
    meta_body,
    post_ids,
    post_lead,
    post_meta,
    until,
)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """The example, with the generic webhook as a source too."""
    folder = tmp_path_factory.mktemp("config") / "example"
    shutil.copytree(DEFAULT_CONFIG, folder)
    sources = folder / "sources.yaml"
    sources.write_text(sources.read_text() + "\n  webhook: {destination: hubspot}\n")
    return folder


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=11, leads=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def wiring(town, config, tmp_path_factory):
    with wired(town, tmp_path_factory.mktemp("store"), config) as opened:
        sync(opened)
        yield opened


@pytest.fixture(scope="module")
def base(wiring):
    with receiving(wiring, port=0, environ=SECRETS) as address:
        yield address


def new_meta_lead(town, number, **fields):
    form = next(iter(town.vendors.meta.forms))
    answers = {"email": f"hook{number}@example.com", "full_name": "Jo Doe", **fields}
    return town.vendors.meta.add_lead(
        form, [{"name": name, "values": [value]} for name, value in answers.items()]
    )


def contact_of(town, key):
    wanted = [
        contact.state.values
        for contact in town.vendors.hubspot.contacts.values()
        if contact.state.values.get("firsttouch_id") == key
    ]
    assert len(wanted) <= 1, "created twice"
    return wanted[0] if wanted else None


def is_decided(wiring, key):
    try:
        return wiring.store.stored_lead(LeadKey.parse(key)).state is LeadState.DECIDED
    except StoreError:
        return False


def test_a_meta_lead_is_owned_without_waiting_for_a_poll(town, base):
    lead_id = new_meta_lead(town, 1)
    answer = post_meta(base, meta_body(int(lead_id)))
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1})
    until(lambda: contact_of(town, f"meta_ads:{lead_id}") is not None)
    assert contact_of(town, f"meta_ads:{lead_id}")["hubspot_owner_id"]


def test_several_changes_ids_as_numbers_and_text(town, base):
    ids = [new_meta_lead(town, n) for n in range(10, 14)]
    assert post_meta(base, meta_body(int(ids[0]), ids[1], int(ids[2]), ids[3])).status_code == 200
    until(lambda: all(contact_of(town, f"meta_ads:{each}") for each in ids))


def test_a_webhook_beside_a_poll_is_one_lead(town, wiring, base):
    ids = [new_meta_lead(town, n) for n in range(20, 40)]
    with ThreadPoolExecutor(4) as threads:
        posts = [threads.submit(post_meta, base, meta_body(each)) for each in ids]
        again = [threads.submit(post_meta, base, meta_body(each)) for each in ids]
        sync(wiring)
    assert {each.result().status_code for each in (*posts, *again)} == {200}
    until(lambda: all(contact_of(town, f"meta_ads:{each}") for each in ids))
    sync(wiring)
    until(lambda: wiring.store.inbox_counts()["meta_ads"].waiting == 0)
    for each in ids:
        assert len(wiring.store.deliveries_of(LeadKey("meta_ads", each))) == 1


def test_a_test_lead_is_answered_and_given_to_nobody(town, wiring, base):
    form = next(iter(town.vendors.meta.forms))
    lead_id = town.vendors.meta.add_test_lead(form)
    assert post_meta(base, meta_body(lead_id)).status_code == 200
    until(lambda: wiring.store.inbox_counts()["meta_ads"].waiting == 0)
    assert wiring.store.stored_lead(LeadKey("meta_ads", lead_id)).state is LeadState.IGNORED


def test_a_lead_of_a_form_of_ones_own(town, wiring, base):
    lead = {"id": "f-1", "email": "own-form@example.com", "company": "Acme", "country": "ES"}
    assert post_lead(base, lead).json() == {"accepted": 1}
    until(lambda: contact_of(town, "webhook:f-1") is not None)
    assert post_lead(base, {**lead, "company": "Acme Ltd"}).status_code == 200
    until(lambda: wiring.store.inbox_counts()["webhook"].waiting == 0)
    assert len(wiring.store.deliveries_of(LeadKey("webhook", "f-1"))) == 1
    with wiring.store._db.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT payload FROM inbox").scalars().all()
    assert "own-form" not in str(kept)  # what is done is not kept twice


def test_a_lead_of_the_year_2099_is_owned_within_the_sla_of_the_day_it_came(wiring, base):
    lead = {"id": "f-9", "email": "later@example.com", "created_at": "2099-01-01T00:00:00Z"}
    before = utc_now()
    assert post_lead(base, lead).json() == {"accepted": 1}
    until(lambda: is_decided(wiring, "webhook:f-9"))
    stored = wiring.store.stored_lead(LeadKey("webhook", "f-9"))
    assert before <= stored.lead.created_at <= utc_now()
    assert stored.decision.sla_due < utc_now() + timedelta(days=30)
    assert [(f.field, f.kind) for f in stored.lead.flaws] == [("created_at", FlawKind.FUTURE)]


def test_a_list_is_taken_or_refused_as_a_whole(town, wiring, base):
    good = {"id": "f-2", "email": "two@example.com"}
    answer = post_lead(base, [good, {"id": "f-3", "emial": "x"}])
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "[1].emial", "problem": "not a field of a lead; did you mean email?"}
    ]
    assert not is_decided(wiring, "webhook:f-2")


def test_a_flow_of_salesforce_names_ids(town, wiring, base):
    """Everything of the town is owned; of what the Flow names, the CRM is asked again."""
    ids = list(town.vendors.salesforce.leads)[:3]
    before = len(town.journal.entries("salesforce", "owner_written"))
    assert post_ids(base, "salesforce", ids).json() == {"accepted": 3}
    until(lambda: wiring.store.inbox_counts()["salesforce"].waiting == 0)
    assert len(town.journal.entries("salesforce", "owner_written")) == before
    for unknown in ("sugar", "webhook"):
        answer = post_ids(base, unknown, ids)
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["field"]) == (422, "source")
        assert "there are: google_ads, hubspot, linkedin_ads, meta_ads, sales" in error["problem"]


def test_a_record_is_recognised_by_the_id_that_a_report_shows(town, wiring, base):
    ids = list(town.vendors.salesforce.leads)[:2]
    assert post_ids(base, "salesforce", [ids[0][:15], *ids]).json() == {"accepted": 2}
    until(lambda: wiring.store.inbox_counts()["salesforce"].waiting == 0)
    assert wiring.store.inbox_counts()["salesforce"].failed == 0
    assert find_one(wiring.store, f"salesforce:{ids[0][:15]}").key == LeadKey("salesforce", ids[0])


@pytest.mark.parametrize("wrong", ["00QfT000000ZZZ", "005fT00000001qA", "17"])
def test_what_cannot_be_a_record_of_the_source_is_refused_with_a_sentence(town, base, wrong):
    good = next(iter(town.vendors.salesforce.leads))
    answer = post_ids(base, "salesforce", [good, wrong])
    form = "not an id here; a Salesforce Lead's id has 15 or 18 letters and digits and begins"
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "ids[1]")
    assert error["problem"] == f"{form} with 00Q"


@pytest.mark.parametrize(
    ("source", "wrong", "right"),
    [
        ("hubspot", "abc", "a HubSpot record's id is a number"),
        ("hubspot", "9" * 30, "a HubSpot record's id is a number"),
        ("meta_ads", "l:12", "a Meta lead's id (leadgen_id) is a number"),
        ("google_ads", "lead 7", "a Google lead's id has letters, digits, _ and - alone"),
        ("hubspot", "0", "a HubSpot record's id is a number, not beginning with 0"),
        ("meta_ads", "0", "a Meta lead's id (leadgen_id) is a number, not beginning with 0"),
        ("linkedin_ads", "nope", "a LinkedIn lead's id has letters, digits and hyphens and ends"),
        ("linkedin_ads", "urn:li:x", "a LinkedIn lead's id has letters, digits and hyphens"),
    ],
)
def test_so_is_what_no_vendor_would_call_a_record(wiring, base, source, wrong, right):
    def told():
        return [row.names for row in wiring.store.unused_requests()]

    before = told()
    good = "b-12" if source == "linkedin_ads" else "12"
    for content, place in (
        ({"ids": [good, good, wrong]}, "ids[2]"),
        ({"leads": [{"id": good}, {"Id": wrong}]}, "leads[1].id"),
    ):
        answer = post_lead(base, {"source": source, **content})
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["field"]) == (422, place)
        assert error["problem"].startswith(f"not an id here; {right}")
    assert told() == before


def test_a_vendor_that_fails_is_asked_again(town, wiring, base):
    lead_id = new_meta_lead(town, 50)
    down = Fault(kind=FaultKind.SERVER_ERROR)
    town.faults["meta_ads"].script(*[down] * 3)
    assert post_meta(base, meta_body(lead_id)).status_code == 200
    until(lambda: wiring.store.inbox_counts()["meta_ads"].waiting == 1)
    until(lambda: len(town.journal.entries("meta_ads", "fault")) >= 3)
    later = replace(wiring, now=lambda: wiring.now() + timedelta(seconds=10))
    sync(later)
    until(lambda: contact_of(town, f"meta_ads:{lead_id}") is not None)


def test_an_id_that_never_shows_is_given_up_for_a_person_to_see(wiring, base):
    assert post_meta(base, meta_body("999999999")).status_code == 200
    before = wiring.store.inbox_counts()["meta_ads"].failed
    for hours in range(1, 20):
        at = utc_now() + timedelta(hours=hours)
        sweep_inbox(replace(wiring, now=lambda at=at: at), "meta_ads")
    counts = wiring.store.inbox_counts()["meta_ads"]
    assert (counts.waiting, counts.failed) == (0, before + 1)


def test_a_body_that_was_not_signed_is_not_even_read(town, wiring, base):
    body = meta_body("1")
    assert post_meta(base, body, signature="sha256=0").status_code == 401
    assert post_meta(base, body + b" ", signature=f"sha256={SECRET}").status_code == 401
    unsigned = httpx.post(f"{base}/webhooks/meta", content=body, headers=JSON)
    assert unsigned.status_code == 401
    nothing = httpx.post(f"{base}/webhooks/webhook", content=b"{", headers=JSON)
    assert nothing.status_code == 401


def test_size_and_type(base):
    assert post_meta(base, b"x" * (1024 * 1024 + 1)).status_code == 413
    assert (
        post_meta(base, meta_body("x"), headers={"content-type": "text/plain"}).status_code == 415
    )

    def pieces():
        for _ in range(17):
            yield b"x" * 65536

    chunked = httpx.post(f"{base}/webhooks/meta", content=pieces(), headers=JSON)
    assert chunked.status_code == 413


def test_metas_verification(base):
    def ask(**query):
        return httpx.get(f"{base}/webhooks/meta", params={f"hub.{k}": v for k, v in query.items()})

    right = ask(mode="subscribe", verify_token=VERIFY_TOKEN, challenge="<b>7</b>")
    assert (right.status_code, right.text) == (200, "<b>7</b>")
    assert right.headers["content-type"].startswith("text/plain")
    assert ask(mode="subscribe", verify_token="wrong", challenge="7").status_code == 403
    assert ask(mode="subscribe", verify_token=VERIFY_TOKEN).status_code == 400
    assert ask(verify_token=VERIFY_TOKEN, challenge="7").status_code == 400


def test_other_doors(base):
    assert httpx.post(f"{base}/webhooks/tiktok", json={}).status_code == 404
    assert httpx.get(f"{base}/webhooks/webhook").status_code == 404
    assert httpx.get(f"{base}/healthz").json() == {"alive": True}
    assert httpx.get(f"{base}/readyz").json() == {"ready": True}


def test_a_door_without_its_secret_is_closed_and_says_so_once(wiring, caplog):
    with receiving(wiring, port=0, environ={}) as address:
        for _ in range(3):
            assert post_meta(address, meta_body("1")).status_code == 503
            assert post_lead(address, {"id": 1}).status_code == 503
            assert httpx.get(f"{address}/webhooks/meta?hub.mode=subscribe").status_code == 503
    told = [record.getMessage() for record in caplog.records if "closed" in record.getMessage()]
    assert sorted(told) == [
        "webhook meta is closed: FIRSTTOUCH_META_ADS_APP_SECRET is not set",
        "webhook meta is closed: FIRSTTOUCH_META_ADS_VERIFY_TOKEN is not set",
        "webhook webhook is closed: FIRSTTOUCH_WEBHOOK_SECRET is not set",
    ]


def test_a_port_that_is_taken_is_named(wiring, base):
    port = int(base.rpartition(":")[2])
    with (
        pytest.raises(ConfigError, match=f"127.0.0.1:{port}: Address already in use"),
        receiving(wiring, port=port, environ={}),
    ):
        pass


@pytest.mark.long
def test_a_burst_of_five_hundred_is_kept(town, wiring, base):
    ids = [new_meta_lead(town, n) for n in range(1000, 1500)]
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda each: post_meta(base, meta_body(each)), ids))
    assert {answer.status_code for answer in answers} == {200}
    until(lambda: wiring.store.inbox_counts()["meta_ads"].waiting == 0, seconds=60)
    until(lambda: all(is_decided(wiring, f"meta_ads:{each}") for each in ids), seconds=60)


def test_nothing_personal_is_logged(town, base, caplog):
    lead_id = new_meta_lead(town, 60)
    with caplog.at_level("DEBUG", logger="firsttouch"):
        post_meta(base, meta_body(lead_id))
        post_lead(base, {"id": "private", "emial": "private@example.com"})
        until(lambda: contact_of(town, f"meta_ads:{lead_id}") is not None)
    assert "@" not in caplog.text
    assert VERIFY_TOKEN not in caplog.text


def test_a_lead_of_a_page_that_is_not_listed_is_counted_and_not_asked_for(wiring):
    changes = [{"field": "leadgen", "value": {"leadgen_id": 777001, "page_id": 9009}}]
    body = json.dumps({"entry": [{"id": 9009, "changes": changes}]}).encode()
    proof = f"sha256={hmac_sha256(SECRET, body)}"
    received = verify_webhook(body, proof, SECRET, pages=("1001",))
    assert not isinstance(received, Refusal)
    wiring.sources["meta_ads"].take_calls()
    wiring.store.put_inbox(entries_of(received, body), wiring.now())
    opened = open_inbox(wiring, "meta_ads", age=timedelta(0))
    assert opened.run is not None
    assert wiring.store.ledger(opened.run)["meta_ads"].ignored["outside intake"] == 1
    assert wiring.sources["meta_ads"].take_calls() == 0
    assert wiring.store.inbox_counts()["meta_ads"].waiting == 0
    assert not is_decided(wiring, "meta_ads:777001")
