"""A report's figures on real timings, read from CSV files: where they are at hand."""

import csv
import gzip
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from connectors.csv_file.connector import CsvFile
from connectors.setup import Intake, SourceSetup
from leads.lead import Lead
from leads.normalise.vocabulary import Vocabulary
from reports.conversion import conversion_section
from reports.facts import COLUMNS, Facts, Targets, facts_of
from reports.response import response_figures
from reports.tables import Cell, as_rows
from tests.unit.report_rows import row

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("FIRSTTOUCH_DATA", BESIDE))
_DAY = timedelta(days=1)


def _rows(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not here: it may not be redistributed (set FIRSTTOUCH_DATA)")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _through_the_csv_source(path: Path, rows: list[dict[str, str]]) -> list[Lead]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    setup = SourceSetup(
        name="csv_file", intake=Intake(object="rows"), vocabulary=Vocabulary(required_any=())
    )
    source = CsvFile(path, setup)
    return [source.normalise(raw) for page in source.pull(None) for raw in page.records]


def _report_on(leads: list[Lead], now: datetime, **targets) -> Facts:
    """As if each had been given the moment it came, and touched and won as the file says."""
    rows = [
        row(
            lead=lead.key.source_id,
            source=lead.key.source,
            channel=lead.custom.get("origin"),
            created_at=lead.created_at,
            touched_at=_instant(lead.custom.get("touched_at")),
            converted_at=_instant(lead.custom.get("won_at")),
            won_at=_instant(lead.custom.get("won_at")),
            sla_due=lead.created_at + _DAY,
        )
        for lead in leads
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    since = min(lead.created_at for lead in leads)
    return facts_of(frame, since=since, now=now, targets=Targets(**targets))


def _number(cell: Cell) -> float:
    assert isinstance(cell, float)
    return cell


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def test_13087_applications_wait_96_minutes_and_12_percent_five_at_most(tmp_path):
    """van Dongen, BPI Challenge 2012; a touch: a person (not 112, the system) begins to work."""
    came: dict[str, str] = {}
    touched: dict[str, str] = {}
    for event in _rows("bpi2012/BPI_Challenge_2012.csv.gz"):
        case, at = event["case:concept:name"], event["time:timestamp"]
        if event["concept:name"] == "A_SUBMITTED":
            came[case] = at
        is_work = event["concept:name"].startswith("W_")
        is_begun = event["lifecycle:transition"] == "START"
        if is_work and is_begun and event["org:resource"] not in {"", "112"}:
            touched.setdefault(case, at)
    rows = [
        {"id": case, "created_at": at, "custom.touched_at": touched.get(case, "")}
        for case, at in came.items()
    ]
    leads = _through_the_csv_source(tmp_path / "bpi2012.csv", rows)
    found = response_figures(_report_on(leads, datetime(2012, 4, 1, tzinfo=UTC)).recent)
    assert (found["leads"], found["touched"]) == (13_087, 9_270)
    assert found["median"] == pytest.approx(96, abs=0.5)
    assert found["within_5"] == pytest.approx(0.12, abs=0.005)


def test_8000_sellers_to_be_convert_at_3_to_16_percent_in_a_median_of_a_fortnight(tmp_path):
    won = {
        row["mql_id"]: row["won_date"] for row in _rows("olist/olist_closed_deals_dataset.csv.gz")
    }
    rows = [
        {
            "id": each["mql_id"],
            "created_at": each["first_contact_date"],
            "custom.origin": each["origin"],
            "custom.won_at": f"{won[each['mql_id']]}+00:00" if each["mql_id"] in won else "",
        }
        for each in _rows("olist/olist_marketing_qualified_leads_dataset.csv.gz")
    ]
    leads = _through_the_csv_source(tmp_path / "olist.csv", rows)
    made = conversion_section(_report_on(leads, datetime(2018, 12, 1, tzinfo=UTC), mature=None))
    # One of the 842 was won before its first contact, and is no conversion of a lead.
    assert (made.figures["leads"], made.figures["converted"]) == (8_000, 841)
    tables = {each.name: as_rows(each) for each in made.tables}
    rates = {each["channel"]: _number(each["rate"]) for each in tables["conversion_by_channel"]}
    # "unknown" (179 of 1,099: the published 16 %) and no origin at all (14 of 60) are both blank.
    assert rates.pop("(blank)") == pytest.approx(193 / 1_159, abs=1e-6)
    assert min(rates.values()) == pytest.approx(0.03, abs=0.005)
    assert max(rates.values()) < 0.16
    assert _number(tables["conversion_by_method"][0]["days"]) == pytest.approx(14.7, abs=0.05)
