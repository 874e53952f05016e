"""How long the store keeps what: read in days or weeks, and nothing shorter than what needs it."""

from datetime import timedelta
from pathlib import Path

import pytest

from config.load import from_document
from leads.retention import Retention
from tests.unit.config_files import complaints, loaded, put, with_sections

DAY = timedelta(days=1)


def test_unless_stated_decisions_are_kept_and_the_rest_is_not(tmp_path: Path):
    made = loaded(tmp_path)
    assert made.retention == Retention()
    assert made.retention.decisions is None


def test_it_is_read_in_days_or_weeks_and_routes_nothing(tmp_path: Path):
    made = loaded(tmp_path, retention="{runs: 4w, decisions: 730d, webhooks: 1d}")
    assert made.retention == Retention(runs=28 * DAY, decisions=730 * DAY, webhooks=DAY)
    assert from_document(made.document).retention == made.retention
    (tmp_path / "other").mkdir()
    assert made.policy.hash == loaded(tmp_path / "other").policy.hash


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("{runs: 12h}", "retention.runs: not an age; write it in days or weeks, as in 90d or 26w"),
        ("{runs: 90}", "retention.runs: not an age; write it in days or weeks"),
        ("{rejects: 0d}", "retention.rejects: an age is at least 1d and at most 3660d"),
        ("{rejects: 9999w}", "retention.rejects: an age is at least 1d and at most 3660d"),
        ("{decisions: 30d}", "retention.decisions: shorter than runs (90d), whose ledgers count"),
        ("{runs: 200d}", "retention.ignored: shorter than runs (200d)"),
        ("{decision: 90d}", "retention.decision: unknown field; did you mean decisions?"),
    ],
)
def test_what_is_wrong_is_told(stated: str, told: str, tmp_path: Path):
    found = complaints(put(tmp_path, base=with_sections(retention=stated)))
    assert [told in each for each in found] == [True], found
