"""What came of leads: whose answer it was, what was won, and the model against its control."""

from datetime import timedelta

import pytest

from reports.conversion import conversion_section
from reports.intervals import difference
from reports.model_trial import model_section
from reports.response import response_section
from reports.section import Tone
from reports.tables import as_rows
from tests.unit.report_rows import NOW, facts, row


def test_the_answer_is_of_whoever_had_the_lead_when_it_was_touched():
    """Ana called and handed it on; Ben has it now, and did not answer anybody."""
    came = NOW - timedelta(days=2)
    moved = came + timedelta(hours=4)
    told = {"attempts": 2, "created_at": came, "touched_at": came + timedelta(minutes=20)}
    ana = row(1, **told, ended_at=moved)
    ben = {**ana, "attempt": 2, "assigned_at": moved, "ended_at": None, "owner": "ben"}
    section = response_section(facts([ana, ben, row(2, owner="ben", created_at=came)]))
    (by_owner,) = [each for each in section.tables if each.name == "response_by_owner"]
    assert {
        each["owner"]: (each["touched"], each["since_given"]) for each in as_rows(by_owner)
    } == {
        "ana": (1, 20.0),
        "ben": (0, None),
    }
    assert section.figures["leads"] == 2


def test_what_was_won_is_told_by_method_and_owner():
    old = NOW - timedelta(days=40)
    won = {"created_at": old, "converted_at": old, "won_at": old + timedelta(days=3)}
    rows = [
        row(1, **won, won_amount=1_000.0),
        row(2, **won, owner="ben", method="owner", won_amount=500.0),
        row(3, **won, owner="ben", method="owner"),
        row(4, created_at=old, won_amount=9_000.0),  # won after it was judged
    ]
    section = conversion_section(facts(rows))
    tables = {each.name: as_rows(each) for each in section.tables}
    by_method = {each["method"]: each for each in tables["conversion_by_method"]}
    assert by_method["round robin"]["won_value"] == 1_000
    assert by_method["round robin"]["value_per_lead"] == 500
    by_owner = {
        each["owner"]: (each["won"], each["won_value"]) for each in tables["conversion_by_owner"]
    }
    assert by_owner == {"ana": (1, 1_000), "ben": (2, 500)}
    assert section.figures["won_value"] == 1_500
    assert "3 leads were won, worth 1,500 EUR; 1 of them without a known amount." in section.said


def test_what_nobody_knows_the_amount_of_is_not_worth_nothing():
    old = NOW - timedelta(days=40)
    won = {"created_at": old, "converted_at": old, "won_at": old + timedelta(days=3)}
    rows = [row(1, **won), row(2, owner="ben", method="owner", created_at=old)]
    section = conversion_section(facts(rows))
    tables = {each.name: as_rows(each) for each in section.tables}
    for name, key, sure, lost in (
        ("conversion_by_method", "method", "round robin", "named owner"),
        ("conversion_by_owner", "owner", "ana", "ben"),
    ):
        found = {each[key]: (each["won_value"], each["value_per_lead"]) for each in tables[name]}
        assert found == {sure: (None, None), lost: (0.0, 0.0)}
    assert section.figures["won_value"] is None


def tried(arm: str, leads: int, hits: int, first: int) -> list[dict[str, object]]:
    old = NOW - timedelta(days=40)
    won = old + timedelta(days=2)
    return [
        row(
            first + n,
            created_at=old,
            arm=arm,
            converted_at=won if n < hits else None,
            won_at=won if n < hits else None,
            won_amount=100.0 if n < hits else None,
        )
        for n in range(leads)
    ]


def test_the_model_is_compared_with_the_leads_that_a_lot_put_to_turns():
    found = facts([*tried("model", 400, 100, 0), *tried("control", 100, 10, 1_000)])
    (section,) = model_section(found)
    assert section.figures["difference"] == pytest.approx(0.15)
    low, high = section.figures["low"], section.figures["high"]
    plain = difference((100, 400), (10, 100))
    assert (low, high) == pytest.approx((plain.low, plain.high), abs=0.025)
    assert (section.tone, section.figure) == (Tone.GOOD, "+15.0 pp")
    by_arm = {each["arm"]: each for each in as_rows(section.tables[0])}
    assert by_arm["by the model"]["value_per_lead"] == 25
    (worse,) = model_section(facts([*tried("model", 100, 10, 0), *tried("control", 400, 100, 900)]))
    assert worse.tone is Tone.BAD
    assert "rollback" in worse.said[-1]


def test_a_lead_stays_in_its_arm_whoever_has_it_later():
    (one,) = tried("model", 1, 1, 1)
    again = {**one, "attempt": 2, "attempts": 2, "arm": None, "method": "escalated"}
    rows = [{**one, "attempts": 2}, again, *tried("control", 1, 0, 7)]
    (section,) = model_section(facts(rows))
    assert (section.figures["model_leads"], section.figures["control_leads"]) == (1, 1)
    assert section.figures["difference"] is None
    assert section.headline.startswith("Too early to compare: 1 lead by the model and 1 lead by")


def test_without_a_model_there_is_no_such_section():
    assert list(model_section(facts([row(1)]))) == []
