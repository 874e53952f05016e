"""What is known of a lead, said again as a message: it reads as the same lead."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.setup import Intake, SourceSetup
from connectors.webhook.connector import Webhook
from connectors.webhook.settings import WebhookSettings
from leads.fields import COLUMNS
from leads.normalise.vocabulary import Vocabulary
from leads.record import RawRecord

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = {"product": {"gtx": "GTX Pro"}, "industry": {"technolgy": "technology"}}
WHOLE = {
    "email": "Jo@Example.com",
    "phone": "+34 600 111 222",
    "full_name": "Jo van der Doe",
    "company": "Acme",
    "website": "acme.example",
    "job_title": "Buyer",
    "country": "Spain",
    "region": "Madrid",
    "city": "Madrid",
    "postal_code": "28001",
    "industry": "Technolgy",
    "employees": "51-200",
    "product": "gtx",
    "deal_type": "new",
    "deal_value": "12,500.50",
    "currency": "EUR",
    "score": "71.5",
    "language": "Spanish",
    "lead_source": "Fair",
    "channel": "fair",
    "campaign": "autumn",
    "form": "Stand 7",
    "click_id": "gclid:abc",
    "current_owner": "77",
    "status": "open",
    "consent": "yes",
    "custom.team": "B",
}


@pytest.fixture(scope="module")
def source():
    setup = SourceSetup(
        name="webhook", intake=Intake(object="lead"), vocabulary=Vocabulary(values=WORDS)
    )
    return Webhook(WebhookSettings(), setup)


def read(source, fields):
    body = {"received_at": NOON.isoformat(), "lead": {"id": "f-1", **fields}}
    return source.normalise(RawRecord(source_id="f-1", version="1", body=body))


def again(source, lead):
    return source.normalise(source.message_of(lead))


def test_every_field_comes_back(source):
    lead = read(source, WHOLE)
    assert lead.flaws == ()
    assert again(source, lead) == lead
    made_of = {"id", "source", "created_at", "is_test", "full_name", "work_email", "mobile_phone"}
    made_of |= {"work_phone", "whatsapp", "employees_min", "employees_max"}
    blank = {name for name in COLUMNS - made_of if getattr(lead, name) is None}
    assert blank == set(), "a field that this test says nothing of"


@pytest.mark.parametrize(
    "fields",
    [
        {"employees": "500+"},
        {"employees": "12"},
        {"employees_min": "5", "employees_max": "9"},
        {"consent": False},
        {"phone": "not a number", "product": "something else"},
        {"created_at": "2026-11-01T10:00:00Z"},
    ],
)
def test_so_do_the_others(source, fields):
    lead = read(source, {"email": "jo@example.com", **fields})
    assert replace(again(source, lead), flaws=()) == replace(lead, flaws=())
