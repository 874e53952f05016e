"""Each vendor's door: its own proof, its own answer; what is forged is turned away."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest

from connectors.hubspot.webhook import SIGNATURE_HEADER, TIMESTAMP_HEADER
from connectors.hubspot.webhook import sign as hubspot_sign
from connectors.inbound import hmac_sha256
from connectors.setup import Intake, SourceSetup
from connectors.webhook.connector import Webhook
from connectors.webhook.settings import WebhookSettings
from flows.checkup import examine_source
from flows.health import notes
from flows.receiver import receiving
from leads.keys import LeadKey
from leads.normalise.vocabulary import Vocabulary
from sandbox.hubspot.account import PORTAL_ID
from sandbox.town import Town
from sandbox.world.record import Standing
from store.rows import LeadState
from tests.e2e.town_case import sync, wired
from tests.e2e.webhook_case import JSON, until

PUBLIC = "https://hooks.example.com"
SECRETS = {
    "FIRSTTOUCH_GOOGLE_ADS_WEBHOOK_KEY": "google-key",
    "FIRSTTOUCH_LINKEDIN_ADS_CLIENT_SECRET": "linkedin-secret",
    "FIRSTTOUCH_HUBSPOT_CLIENT_SECRET": "hubspot-secret",
    "FIRSTTOUCH_PUBLIC_URL": PUBLIC,
}


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=13, leads=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def wiring(town, tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    with wired(town, folder, environment=SECRETS) as opened:
        sync(opened)
        yield opened


@pytest.fixture(scope="module")
def base(wiring):
    with receiving(wiring, port=0, environ=SECRETS) as address:
        yield address


def post(base, door, body, **headers):
    sent = {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.post(f"{base}/webhooks/{door}", content=body, headers=sent, timeout=10)


def google_body(lead_id, key="google-key", **more):
    columns = [{"column_id": "EMAIL", "string_value": f"{lead_id}@example.com"}]
    lead = {"lead_id": lead_id, "user_column_data": columns, "google_key": key, "form_id": 40}
    submitted = {"lead_submit_time": datetime.now(UTC).isoformat(), "api_version": "1.0"}
    return json.dumps({**lead, **submitted, "campaign_id": 30, **more}).encode()


def created(town):
    return {
        contact.state.values.get("firsttouch_id")
        for contact in town.vendors.hubspot.contacts.values()
        if contact.state.values.get("hubspot_owner_id")
    }


def test_a_google_lead_is_owned_and_its_key_is_not_kept(town, wiring, base):
    answer = post(base, "google_ads", google_body("g-hook-1"))
    assert (answer.status_code, answer.json()) == (200, {})
    with wiring.store._db.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT payload FROM inbox").scalars().all()
    assert "google-key" not in str(kept)
    until(lambda: "google_ads:g-hook-1" in created(town), seconds=40)


def test_a_google_test_is_answered_and_given_to_nobody(town, wiring, base):
    assert post(base, "google_ads", google_body("g-test", is_test=True)).status_code == 200
    until(lambda: wiring.store.inbox_counts()["google_ads"].waiting == 0, seconds=40)
    assert "google_ads:g-test" not in created(town)


def test_googles_refusals(wiring, base):
    assert post(base, "google_ads", google_body("x", key="wrong")).status_code == 401
    wrong = post(base, "google_ads", google_body("x", user_column_data=None))
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "user_column_data"
    # Google sends it once: what was refused and proven is there to be looked at, the forged is not.
    (kept,) = [row for row in wiring.store.unused_requests() if row.source == "google_ads"]
    assert "a lead that was refused" in kept.reason
    assert "(lead_id x, form_id 40, campaign_id 30)" in kept.reason


def test_linkedins_challenge_answers_uuids_only(base):
    code = str(uuid4())
    address = f"{base}/webhooks/linkedin_ads"
    answer = httpx.get(address, params={"challengeCode": code})
    assert answer.headers["content-type"] == "application/json"
    response = hmac_sha256("linkedin-secret", code.encode())
    assert answer.json() == {"challengeCode": code, "challengeResponse": response}
    oracle = httpx.get(address, params={"challengeCode": 'hmacsha256={"type":"LEAD_ACTION"}'})
    assert oracle.status_code == 400
    assert httpx.get(address).status_code == 400


def deleted_at_linkedin(base, response):
    event = {
        "type": "LEAD_ACTION",
        "leadAction": "DELETED",
        "leadGenFormResponse": f"urn:li:leadGenFormResponse:{response}",
    }
    body = json.dumps(event).encode()
    assert post(base, "linkedin_ads", body, X_LI_Signature="forged").status_code == 401
    signature = hmac_sha256("linkedin-secret", b"hmacsha256=" + body)
    assert post(base, "linkedin_ads", body, X_LI_Signature=signature).status_code == 200


def a_lead_of(town, source):
    records = town.world.records[source]
    return next(r for r in records if r.standing is Standing.WAITING)


def test_a_lead_deleted_at_linkedin_is_erased_here(town, wiring, base):
    response = town.ids[a_lead_of(town, "linkedin_ads").key]
    known = wiring.store.stored_lead(LeadKey("linkedin_ads", response))
    in_crm = known.deliveries[0].delivery
    deleted_at_linkedin(base, response)
    until(lambda: is_erased(wiring, known.key))
    until(lambda: wiring.store.inbox_counts()["linkedin_ads"].waiting == 0)
    told = f"for you to delete: {in_crm.crm}:{in_crm.record_id}"
    until(lambda: any(told in run.error for run in runs(wiring)))
    assert known.lead.email not in str(runs(wiring))


def is_erased(wiring, key):
    """Its tomb has another key, and may come between two questions."""
    tomb = tomb_of(wiring, key)
    return tomb != key and wiring.store.stored_lead(tomb).state is LeadState.ERASED


def tomb_of(wiring, key):
    (found,) = wiring.store.find_lead(str(key))
    return found


def test_a_lead_deleted_at_linkedin_before_we_saw_it(wiring, base):
    deleted_at_linkedin(base, "gone-1")
    until(lambda: wiring.store.find_lead("linkedin_ads:gone-1") != [])
    assert not any("gone-1" in run.error for run in runs(wiring))


def test_who_is_forgotten_at_hubspot_is_forgotten_here_and_stays_so(town, wiring, base):
    contact = town.ids[a_lead_of(town, "hubspot").key]
    known = wiring.store.stored_lead(LeadKey("hubspot", contact))
    assert known.lead is not None
    events = [{"subscriptionType": "contact.privacyDeletion", "objectId": int(contact)}]
    body = json.dumps(events).encode()
    assert post(base, "hubspot", body, **hubspot_headers(body)).status_code == 200
    until(lambda: is_erased(wiring, known.key))
    # The contact is there still, and is written: whoever asked HubSpot may have been hasty.
    town.vendors.hubspot.person_updates(contact, {"city": "Elsewhere"})
    later = replace(wiring, now=lambda: wiring.now() + timedelta(minutes=2))
    run, ticks = sync(later)
    assert [p for tick in ticks for p in tick.problems] == []
    ledger = wiring.store.ledger(run)["hubspot"]
    assert ledger.ignored["erased"] == 1
    assert ledger.balanced
    assert wiring.store.stored_lead(tomb_of(wiring, known.key)).lead is None


def ordered(base, contact, portal):
    told = {"subscriptionType": "contact.privacyDeletion", "portalId": portal}
    body = json.dumps([{**told, "objectId": int(contact)}]).encode()
    answer = post(base, "hubspot", body, **hubspot_headers(body))
    return answer.status_code, answer.json()


def test_only_our_portals_order_erases_and_the_lead_that_became_its_contact_too(
    town, wiring, base, caplog
):
    lead = LeadKey("google_ads", "g-hook-2")
    assert post(base, "google_ads", google_body("g-hook-2")).status_code == 200
    until(lambda: str(lead) in created(town), seconds=40)
    until(lambda: _record(wiring, lead) is not None)
    contact = _record(wiring, lead)
    assert ordered(base, contact, PORTAL_ID + 1) == (200, {"accepted": 0})
    assert "an event of another portal, which is not obeyed" in caplog.text
    (kept,) = [row for row in wiring.store.unused_requests() if row.source == "hubspot"]
    assert (kept.is_owed, kept.reason.endswith(f"(portalId {PORTAL_ID + 1})")) == (False, True)
    assert wiring.store.stored_lead(lead).lead is not None
    assert ordered(base, contact, PORTAL_ID) == (200, {"accepted": 1})
    until(lambda: is_erased(wiring, lead))
    known = wiring.store.find_lead("g-hook-2@example.com")
    assert [key for key in known if not key.source_id.startswith("erased-")] == []


def _record(wiring, lead):
    return wiring.store.stored_lead(lead).deliveries[0].delivery.record_id


def runs(wiring):
    return wiring.store.last_runs(50)


def hubspot_headers(body, *, address=f"{PUBLIC}/webhooks/hubspot", secret="hubspot-secret"):
    stamp = str(int(datetime.now(UTC).timestamp() * 1000))
    signature = hubspot_sign("POST", address, body, stamp, secret)
    return {SIGNATURE_HEADER: signature, TIMESTAMP_HEADER: stamp}


def test_a_contact_of_hubspot_is_routed_by_the_address_hubspot_calls(town, wiring, base):
    contact = town.vendors.hubspot.add_contact(
        {"email": "hs-hook@example.com", "lifecyclestage": "lead"}
    )
    events = [{"subscriptionType": "contact.creation", "objectId": int(contact), "eventId": 1}]
    body = json.dumps(events).encode()
    forged = hubspot_headers(body, address=f"{base}/webhooks/hubspot")
    assert post(base, "hubspot", body, **forged).status_code == 401
    assert post(base, "hubspot", body, **hubspot_headers(body, secret="x")).status_code == 401
    assert post(base, "hubspot", body, **hubspot_headers(body)).status_code == 200
    held = town.vendors.hubspot.contacts[contact]
    until(lambda: bool(held.state.values.get("hubspot_owner_id")), seconds=40)


def test_other_events_are_answered_and_kept_nowhere(wiring, base):
    body = json.dumps([{"subscriptionType": "company.creation", "objectId": 5}]).encode()
    before = wiring.store.inbox_counts().get("hubspot", SimpleNamespace(waiting=0)).waiting
    assert post(base, "hubspot", body, **hubspot_headers(body)).json() == {"accepted": 0}
    assert wiring.store.inbox_counts()["hubspot"].waiting == before


def test_doctor_tells_which_doors_are_open(wiring):
    lines = notes(wiring, SECRETS)["webhooks"]
    assert "/webhooks/google_ads is open" in lines
    assert "/webhooks/webhook answers 503: FIRSTTOUCH_WEBHOOK_SECRET is not set" in lines
    meta = next(line for line in lines if line.startswith("/webhooks/meta"))
    assert "APP_SECRET and FIRSTTOUCH_META_ADS_VERIFY_TOKEN is not set" in meta


TOKEN_ONLY = {**SECRETS, "FIRSTTOUCH_WEBHOOK_TOKEN": "token"}


def test_without_a_secret_a_signed_lead_is_no_forgery_and_doctor_says_so(wiring):
    (told,) = [line for line in notes(wiring, TOKEN_ONLY)["webhooks"] if "/webhook " in line]
    assert told == (
        "/webhooks/webhook is open, but answers 503 to leads sent whole: "
        "FIRSTTOUCH_WEBHOOK_SECRET is not set"
    )
    body, stamp = b'{"id": "f-1"}', str(int(datetime.now(UTC).timestamp()))
    proof = f"sha256={hmac_sha256('mine', stamp.encode() + b'.' + body)}"
    with receiving(wiring, port=0, environ=TOKEN_ONLY) as base:
        signed = {"X_Firsttouch_Signature": proof, "X_Firsttouch_Timestamp": stamp}
        answer = post(base, "webhook", body, **signed)
        assert (answer.status_code, "its secret is not set" in answer.text) == (503, True)
        assert post(base, "webhook", body).status_code == 401
        assert post(base, "webhook", body, Authorization="Bearer other").status_code == 401


@pytest.mark.parametrize(
    ("variable", "severity", "says"),
    [
        ("FIRSTTOUCH_WEBHOOK_TOKEN", "error", "nothing else brings its leads"),
        ("FIRSTTOUCH_WEBHOOK_SECRET", "ok", "/webhooks/webhook is open"),
    ],
)
def test_what_the_generic_door_is_open_to(wiring, variable, severity, says):
    setup = SourceSetup(name="webhook", intake=Intake(object="lead"), vocabulary=Vocabulary())
    sources = {"webhook": Webhook(WebhookSettings(), setup)}
    of = examine_source(replace(wiring, sources=sources), "webhook", {variable: "set"})
    found = [each for each in of if each.about == "webhook"]
    assert [each.severity.value for each in found] == [severity]
    assert says in found[0].text


def test_doctor_says_why_what_came_still_waits(wiring, base):
    events = [{"subscriptionType": "contact.creation", "objectId": 987654321098, "eventId": 2}]
    body = json.dumps(events).encode()
    assert post(base, "hubspot", body, **hubspot_headers(body)).status_code == 200
    why = "UTC: its source shows no record of this id"

    def told():
        return [line for lines in notes(wiring, {}, only="hubspot").values() for line in lines]

    until(lambda: any("to be routed" in line and line.endswith(why) for line in told()))


def test_an_order_for_what_is_left_of_a_merge_erases_the_other_too(town, wiring, base):
    waiting = (r for r in town.world.records["hubspot"] if r.standing is Standing.WAITING)
    left, other = [town.ids[r.key] for r in waiting][-2:]
    town.vendors.hubspot.merge(left, other)
    sync(replace(wiring, now=lambda: wiring.now() + timedelta(minutes=2)))
    both = [LeadKey("hubspot", each) for each in (left, other)]
    assert ordered(base, left, PORTAL_ID) == (200, {"accepted": 1})
    until(lambda: all(wiring.store.find_lead(str(key)) != [key] for key in both))
    states = {wiring.store.stored_lead(tomb_of(wiring, key)).state for key in both}
    assert states == {LeadState.ERASED}
    assert not any(f"hubspot:{other}" in run.error for run in runs(wiring))
