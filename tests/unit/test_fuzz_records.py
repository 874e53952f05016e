"""Records as vendors never send them: each becomes a lead, or is set aside with a reason."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.google_ads import mapping as google
from connectors.hubspot import mapping as hubspot
from connectors.linkedin_ads import mapping as linkedin
from connectors.malformed import is_malformed
from connectors.meta_ads import mapping as meta
from connectors.registry import build
from connectors.salesforce import mapping as salesforce
from connectors.setup import Intake, SourceSetup
from leads.errors import RecordError
from leads.normalise.vocabulary import Vocabulary
from leads.record import RawRecord
from store import codec
from tests.unit import test_mapping_crms as crms
from tests.unit import test_mapping_linkedin as of_linkedin
from tests.unit import test_mapping_meta as of_meta
from tests.unit.spoiled import fuzzed, spoiled

CONNECTION: dict[str, dict[str, Any]] = {
    "salesforce": {"domain": "acme.my"},
    "google_ads": {"customer_ids": ["1234567890"]},
    "linkedin_ads": {"accounts": ["1"]},
}
ENVIRONMENT = {
    f"FIRSTTOUCH_{name}": "x"
    for name in (
        "SALESFORCE_CLIENT_ID",
        "SALESFORCE_CLIENT_SECRET",
        "HUBSPOT_TOKEN",
        "META_ADS_TOKEN",
        "META_ADS_APP_SECRET",
        "GOOGLE_ADS_DEVELOPER_TOKEN",
        "GOOGLE_ADS_CLIENT_ID",
        "GOOGLE_ADS_CLIENT_SECRET",
        "GOOGLE_ADS_REFRESH_TOKEN",
        "LINKEDIN_ADS_TOKEN",
    )
}
GOOGLE_ROW = {
    "leadFormSubmissionData": {
        "id": "abc",
        "resourceName": "customers/1/leadFormSubmissionData/abc",
        "submissionDateTime": "2026-11-22 10:00:00+00:00",
        "gclid": "g",
        "leadFormSubmissionFields": [
            {"fieldType": "EMAIL", "fieldValue": "ana@example.com"},
            {"fieldType": "PHONE_NUMBER", "fieldValue": "+34600111222"},
        ],
        "customLeadFormSubmissionFields": [{"questionText": "Team?", "fieldValue": "50"}],
    },
    "asset": {"name": "Form"},
    "campaign": {"name": "Autumn"},
    "customer": {"timeZone": "Europe/Madrid"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A genuine record, with its form where there is one; and how a page's record is read."""

    genuine: Any
    read: Callable[[Any], RawRecord]


def of_hubspot(record: Any) -> RawRecord:
    problem = hubspot.problem_of(record)
    return hubspot.misshapen(record, problem) if problem else hubspot.raw_record(record)


META = {
    "lead": of_meta.lead(("email", "ana@example.com"), ("FULL_NAME", "Ana Ruiz"), ("seats", "50")),
    "form": of_meta.form(("email", "EMAIL"), ("FULL_NAME", "FULL_NAME"), ("seats", "CUSTOM")),
}
LINKEDIN = {
    "lead": of_linkedin.lead(of_linkedin.answer(1, "ana@example.com"), of_linkedin.answer(2, [1])),
    "form": of_linkedin.form(
        of_linkedin.question(1, "Correo", "EMAIL"), of_linkedin.choice(2, "Team?", "1-10", "11-50")
    ),
}


def parted(read: Callable[[Any, Any], RawRecord]) -> Callable[[Any], RawRecord]:
    """A lead and its form, each spoiled for itself; a form is asked for and always an object."""

    def both(told: Any) -> RawRecord:
        whole = told if isinstance(told, dict) else {"lead": told}
        form = whole.get("form")
        return read(whole.get("lead"), form if isinstance(form, dict) else {})

    return both


CASES = {
    "salesforce": Case(genuine=crms.LEAD, read=salesforce.raw_record),
    "hubspot": Case(genuine=crms.CONTACT, read=of_hubspot),
    "meta_ads": Case(genuine=META, read=parted(meta.raw_record)),
    "google_ads": Case(genuine=GOOGLE_ROW, read=lambda row: google.row_record(row, ids_agree=True)),
    "linkedin_ads": Case(genuine=LINKEDIN, read=parted(linkedin.raw_record)),
}


def connector(name):
    intake = Intake(object="contacts" if name == "hubspot" else "Lead")
    setup = SourceSetup(name=name, intake=intake, vocabulary=Vocabulary())
    return build(name, setup, CONNECTION.get(name, {}), ENVIRONMENT)


@pytest.mark.parametrize("zone", ["9" * 400, "../../etc/passwd", "\0", "a/" * 200, ".", 7, {}])
def test_a_zone_that_is_none_costs_no_page(zone):
    """Found by 10,000 spoiled rows: Python looks for a zone's name as a file."""
    row = {**GOOGLE_ROW, "customer": {"timeZone": zone}}
    assert google.row_record(row, ids_agree=True).source_id


def lead_of(source, raw):
    """None for a record that is set aside: with a reason, or whoever mends it looks in vain."""
    try:
        return source.normalise(raw)
    except RecordError as error:
        told = error
    assert told.reason
    return None


@pytest.mark.parametrize("name", CASES)
def test_the_genuine_record_is_a_lead(name):
    """Else all that follows would be about nothing."""
    source, case = connector(name), CASES[name]
    lead = source.normalise(case.read(case.genuine))
    assert lead.email == "ana@example.com"
    source.close()


@pytest.mark.parametrize("name", CASES)
def test_whatever_comes_is_a_lead_or_has_a_reason(name):
    source, case = connector(name), CASES[name]

    @fuzzed
    @given(st.just(case.genuine).flatmap(spoiled))
    def nothing_else(told):
        raw = case.read(told)
        assert isinstance(raw.source_id, str)
        assert isinstance(json.dumps(raw.body, default=str), str)
        lead = lead_of(source, raw)
        if lead is None:
            return
        assert not is_malformed(raw)
        source.owner_of(raw)
        assert codec.loads(codec.dumps(lead), type(lead)) == lead
        shown = [lead.first_name, lead.last_name, lead.company, lead.job_title, lead.city]
        assert all(text.isprintable() for text in shown if text)

    nothing_else()
    source.close()
