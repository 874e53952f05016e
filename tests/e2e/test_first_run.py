"""What somebody meets who runs it for the first time: wrong words, a dry run, the totals."""

import json
import re
from datetime import UTC, datetime

import pytest

from flows.ledger import writes_line
from flows.live import assignment_line
from flows.plurals import count_of
from leads.keys import LeadKey, OwnerId
from sandbox.town import Town
from store.rows import AssignmentRow
from store.running_rows import SourceLedger
from tests.builders import owner, policy
from tests.e2e.town_case import quick_config

KINDS = ("delivered", "unchanged", "conflicts", "refused", "gone", "undone", "pending")


@pytest.fixture
def town():
    with Town.open(seed=23, leads=60) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_store(in_town, tmp_path):
    """Other tests are given an empty one; whoever runs it for the first time has none."""
    (tmp_path / "firsttouch.db").unlink()


def test_an_intake_in_words_the_crm_does_not_use_is_told_loudly(in_town, town, tmp_path):
    config = quick_config(tmp_path / "config", salesforce={"intake": {"statuses": ["Open"]}})
    ended = in_town(town, "sync", "--config", config)
    warned = [line for line in ended.complaint.splitlines() if "WARNING" in line]
    assert len(warned) == 1
    assert re.search(r"salesforce: not one of \d+ records is a new lead", warned[0])
    assert "status Open - Not Contacted (" in ended.err
    assert "sources.salesforce.intake has: owners Integration User, queue:Web leads" in ended.err
    assert "statuses Open; created_after 2026-01-01" in ended.err
    assert "`firsttouch doctor --source salesforce`" in ended.err


def test_it_is_told_no_more_once_some_record_was_a_new_lead(in_town, town, tmp_path):
    assert in_town(town, "sync").code == 0
    config = quick_config(tmp_path / "config", salesforce={"intake": {"statuses": ["Open"]}})
    assert "WARNING" not in in_town(town, "sync", "--config", config).err


def test_a_dry_run_ends_with_its_totals(in_town, town):
    ended = in_town(town, "sync", "--observe")
    assert ended.code == 0
    listed = [line for line in ended.out.splitlines() if " → " in line]
    last = ended.out.rstrip().splitlines()[-1]
    assert last.startswith(f"In all {len(listed)} leads to ")
    assert sum(map(int, re.findall(r" (\d+)(?=[,.])", last.partition(": ")[2]))) == len(listed)


def test_the_ledger_tells_the_half_that_is_written(in_town, town):
    first = json.loads(in_town(town, "sync", "--json").out)["sources"]
    for source in first.values():
        assert set(source["writes"]) == set(KINDS)
        assert source["writes"]["delivered"] == source["delivered"]
    written = sum(source["delivered"] for source in first.values())
    again = in_town(town, "sync").out
    assert written > 0
    assert "owners to be written: 0" not in again


def test_every_kind_of_write_is_in_the_sentence():
    entry = SourceLedger(
        delivered=1, unchanged=2, conflicts=3, refused=4, gone=5, undone=6, pending=7, decided=8
    )
    line = writes_line({"hubspot": entry})
    assert line.startswith("28 owners to be written: 1 written, 2 there already, nothing to write")
    assert all(f"{number} " in line for number in range(1, 8))
    assert writes_line({"hubspot": SourceLedger()}) == ""


def test_one_of_a_thing_is_one_thing():
    assert [count_of(1, "error"), count_of(2, "error"), count_of(1204, "lead")] == [
        "1 error",
        "2 errors",
        "1,204 leads",
    ]


def test_a_long_id_does_not_push_the_owner_off_the_line():
    linkedin = LeadKey("linkedin_ads", "0f8fad5b-d9cb-469f-a165-70867728950e-6")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    row = AssignmentRow(
        id=1,
        lead=linkedin,
        crm="hubspot",
        owner=OwnerId("ana"),
        rule="Iberia",
        method="round_robin",
        reason="",
        created_at=at,
        written_at=at,
    )
    text = assignment_line(row, policy(owners=[owner("ana")])).plain
    assert "0f8fad5b-…28950e-6 → " in text
    assert text.index("→") < 45
