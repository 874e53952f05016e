"""Salesforce's ids in 15 characters and in 18: one record, whichever a person copies."""

from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.csv_file.connector import CsvFile
from connectors.salesforce_ids import lead_id, no_lead_id, whole_id, whole_owner_id
from connectors.setup import Intake, SourceSetup
from connectors.webhook.connector import Webhook
from connectors.webhook.settings import WebhookSettings
from leads.keys import LeadKey
from leads.normalise.vocabulary import Vocabulary
from leads.record import RawRecord

SHORT = st.text(alphabet=ascii_letters + digits, min_size=15, max_size=15)
OWNER, OWNER_SHORT = "005fT00000001qAQAQ", "005fT00000001qA"
LEAD, LEAD_SHORT = "00QfT000000ZZZZUA4", "00QfT000000ZZZZ"


@given(SHORT)
def test_the_long_form_only_adds_to_the_short_one_and_is_its_own(short: str):
    whole = whole_id(short)
    assert whole is not None
    assert (len(whole), whole[:15]) == (18, short)
    assert whole_id(whole) == whole


@given(SHORT, st.integers(0, 14))
def test_ids_that_differ_in_case_alone_are_told_apart_and_never_mixed_up(short: str, at: int):
    other = short[:at] + short[at].swapcase() + short[at + 1 :]
    if other == short:
        return
    one, two = whole_id(short), whole_id(other)
    assert one is not None
    assert two is not None
    assert one.lower() != two.lower()  # what the last three characters are for
    assert whole_id(other + one[15:]) is None


@pytest.mark.parametrize(("short", "whole"), [(OWNER_SHORT, OWNER), (LEAD_SHORT, LEAD)])
def test_ids_as_the_vendor_writes_them(short: str, whole: str):
    assert whole_id(short) == whole


@pytest.mark.parametrize(
    "text", ["", "00Q", LEAD.lower(), LEAD[:-1], "00QfT000000ZZZ-", f"{LEAD}0"]
)
def test_what_is_no_id_is_none(text: str):
    assert whole_id(text) is None


def test_an_id_of_another_object_is_no_lead():
    assert (lead_id(LEAD_SHORT), lead_id(OWNER_SHORT)) == (LEAD, None)


@pytest.mark.parametrize("misspelled", ["00QfT000000ZZZZAAA", f" {LEAD[:-1]}5", LEAD_SHORT + "ZZZ"])
def test_an_id_whose_checksum_is_wrong_is_told_so_and_not_to_have_18_letters(misspelled: str):
    assert lead_id(misspelled) is None
    assert "the last three characters of this Salesforce id do not fit" in no_lead_id(misspelled)


@pytest.mark.parametrize("other", ["17", LEAD[:-1], OWNER, f"{OWNER_SHORT}ZZZ", ""])
def test_what_does_not_look_like_a_leads_id_is_told_what_one_looks_like(other: str):
    assert lead_id(other) is None
    assert "has 15 or 18 letters and digits and begins with 00Q" in no_lead_id(other)


def test_an_owner_of_another_crm_stays_as_written():
    assert [whole_owner_id(each) for each in (OWNER_SHORT, "4471", LEAD_SHORT)] == [
        *(OWNER, "4471", LEAD_SHORT)
    ]


def setup_of(name: str) -> SourceSetup:
    return SourceSetup(name=name, intake=Intake(object="leads"), vocabulary=Vocabulary())


def test_a_row_of_a_report_is_the_record_it_was_taken_from(tmp_path):
    file = tmp_path / "report.csv"
    row = f"{LEAD_SHORT},salesforce,2026-11-22T10:00Z,a@example.com,{OWNER_SHORT}"
    file.write_text(f"id,source,created_at,email,current_owner\n{row}\n")
    source = CsvFile(file, setup_of("csv_file"))
    (raw,) = source.rows()
    lead = source.normalise(raw)
    assert (lead.key, lead.current_owner) == (LeadKey("salesforce", LEAD), OWNER)
    assert source.owner_of(raw) == OWNER


def test_a_webhooks_lead_names_its_owner_as_the_crm_does():
    sent = {"id": "f-1", "email": "a@example.com", "current_owner": OWNER_SHORT}
    raw = RawRecord(
        source_id="f-1", version="1", body={"received_at": "2026-11-22T10:00Z", "lead": sent}
    )
    source = Webhook(WebhookSettings(), setup_of("webhook"))
    assert source.normalise(raw).current_owner == source.owner_of(raw) == OWNER
