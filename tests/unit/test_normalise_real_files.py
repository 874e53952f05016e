"""The columns of real, dirty files, where they are at hand."""

import csv
import gzip
import io
import os
from collections import Counter
from pathlib import Path

import pytest

from leads.keys import LeadKey
from leads.lead import FlawKind, Lead
from leads.normalise.build import lead_from
from leads.normalise.vocabulary import Vocabulary

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("FIRSTTOUCH_DATA", BESIDE))
NO_CONTACT_NEEDED = Vocabulary(required_any=())


def rows(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not here: it may not be redistributed (set FIRSTTOUCH_DATA)")
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    return list(csv.DictReader(io.StringIO(text)))


def lead(**text: str) -> Lead:
    answers = {"created_at": "2026-11-22T00:00:00Z", **text}
    return lead_from(LeadKey("csv", "1"), answers, NO_CONTACT_NEEDED)


def test_9240_dirty_leads_lose_their_placeholders_and_nothing_else():
    leads = [
        lead(
            country=row["Country"],
            city=row["City"],
            campaign=row["How did you hear about X Education"],
            score=row["Asymmetrique Activity Score"],
            consent=row["Do Not Email"],
        )
        for row in rows("xeducation/leads_9240.csv.gz")
    ]
    found = Counter((flaw.field, flaw.kind, flaw.raw) for one in leads for flaw in one.flaws)
    assert len(leads) == 9240
    assert found == {
        ("campaign", FlawKind.PLACEHOLDER, "Select"): 5043,
        ("city", FlawKind.PLACEHOLDER, "Select"): 2249,
        ("country", FlawKind.PLACEHOLDER, "unknown"): 5,
        ("country", FlawKind.UNREADABLE, "Asia/Pacific Region"): 2,
    }
    assert not any("Select" in (one.city, one.campaign) for one in leads)
    assert sum(one.score is not None for one in leads) == 5022


def test_85_accounts_all_have_a_headcount_and_all_but_one_a_country():
    leads = [
        lead(country=row["office_location"], employees=row["employees"], deal_value=row["revenue"])
        for row in rows("maven/accounts.csv")
    ]
    assert all(one.employees and one.deal_value for one in leads)
    assert [(flaw.kind, flaw.raw) for one in leads for flaw in one.flaws] == [
        (FlawKind.ASSUMED, "Philipines"),
        (FlawKind.AMBIGUOUS, "Korea"),
    ]


def test_11_leads_of_a_salesforce_import_read_without_a_word_lost():
    for row in rows("easy_spaces/Lead_Data.csv"):
        found = lead(
            email=row["Email"],
            phone=row["MobilePhone"],
            country=row["Country"],
            region=row["State"],
        )
        assert found.email == row["Email"]
        assert found.region == f"US-{row['State']}"
        assert found.phone
