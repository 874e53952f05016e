"""`firsttouch review` against vendors: nobody owns what waits, answers are written at once."""

import json
import time

import pytest

from sandbox.faults import Fault, FaultKind
from sandbox.town import Town
from sandbox.world.roster import REPS
from tests.e2e.town_case import empty_store, quick_config
from tests.e2e.witness import ownerless, owners_written


@pytest.fixture
def town():
    with Town.open(seed=31, leads=60) as opened:
        yield opened


@pytest.fixture
def review(town, tmp_path, firsttouch):
    """Run `firsttouch WORDS` with the first 12 assignments under review."""
    config = quick_config(tmp_path / "config")
    (config / "review.yaml").write_text("review: {first: 12}\n")
    empty_store(tmp_path / "firsttouch.db")

    def run(*words):
        told = {"FIRSTTOUCH_CONFIG": str(config), **town.environment}
        return firsttouch(*words, environment=told)

    return run


def _waiting(review):
    return json.loads(review("review", "--json").out)["waiting"]


def _record(lead):
    return lead.partition(":")[2]


@pytest.fixture
def waiting(review):
    """What waits after the first sync of Salesforce."""
    said = review("sync", "--source", "salesforce")
    assert "12 of them wait for a person's review (`firsttouch review`)" in said.out
    asked = _waiting(review)
    assert len(asked) == 12
    deadlines = [each["deadline"] for each in asked]
    assert deadlines == sorted(deadlines)
    return asked


def _other(lead):
    return next(seat for seat in REPS if seat.name.split()[0].lower() != lead["owner"])


def _change(review, lead):
    """Give it to another owner; answer which."""
    other = _other(lead)
    to = ("--to", other.name.split()[0].lower(), "--reason", "knows the company")
    changed = review("review", "change", lead["lead"], *to, "--by", "rosa")
    assert (changed.code, changed.err) == (0, "")
    return other


def test_what_waits_is_nobodys_and_everybody_is_told_so(review, waiting, town):
    assert not {_record(each["lead"]) for each in waiting} & owners_written(town).keys()
    told = review("explain", waiting[0]["lead"]).out
    assert "Among the first of this policy: a person could look at it until" in told
    assert "12 assignments wait for `firsttouch review`" in review("doctor").out
    listed = review("review").out
    assert waiting[0]["lead"] in listed
    assert "12 assignments to look at; from " in listed
    observed = review("sync", "--source", "hubspot", "--observe").out
    assert "(waits for a review until " in observed


def test_answers_are_written_at_once(review, waiting, town):
    first, second, third = waiting[:3]
    approved = review("review", "approve", first["lead"], "--by", "rosa")
    assert f"{first['lead']}: approved" in approved.out
    assert len(owners_written(town)[_record(first["lead"])]) == 1

    other = _change(review, second)
    assert owners_written(town)[_record(second["lead"])] == [other.salesforce]
    story = review("explain", second["lead"]).out
    assert "Changed by rosa on " in story
    assert f"rosa chose {other.name} in place of " in story
    assert review("replay", second["lead"]).out.count("the same decision") == 2

    held = review("review", "hold", third["lead"], "--reason", "asking", "--by", "rosa")
    assert "held back; at its deadline it goes to" in held.out
    assert review("review", "approve", "--all").code == 0
    assert [each["lead"] for each in _waiting(review)] == [third["lead"]]
    assert _record(third["lead"]) not in owners_written(town)
    assert review("review", "approve", third["lead"]).code == 0
    assert ownerless(town, "salesforce") == []
    (counted,) = json.loads(review("review", "--json").out)["policies"]
    assert (counted["approved"], counted["changed"], counted["waiting"]) == (11, 1, 0)
    assert counted["agreement"] == pytest.approx(11 / 12)
    assert review("review", "approve", "--all").out == "Nothing waits for a review.\n"


def test_the_second_reviewer_is_told_what_the_first_said(review, waiting, town):
    other = _change(review, waiting[0])
    lead = waiting[0]["lead"]
    again = review("review", "approve", lead, "--by", "otto")
    assert again.code == 1
    assert f"{lead}: rosa changed it at" in again.complaint
    assert f"it went to {other.name.split()[0].lower()}" in again.complaint
    assert owners_written(town)[_record(lead)] == [other.salesforce]


def test_an_answer_given_while_the_crm_is_down_is_written_by_the_next_sync(review, waiting, town):
    lead = waiting[0]["lead"]
    town.faults["salesforce"].script(*[Fault(kind=FaultKind.SERVER_ERROR)] * 3)
    said = review("review", "approve", lead)
    assert said.code == 0
    assert "the next sync writes it" in said.err
    assert _record(lead) not in owners_written(town)
    time.sleep(2.1)  # the pause after a first failure
    review("sync")
    assert len(owners_written(town)[_record(lead)]) == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("approve",), "review approve: name leads, or say --all; one of the two"),
        (("approve", "nothing"), "no lead found"),
        (("change", "x", "--to", "anna", "--reason", "y"), "--to: owner 'anna' is not configured"),
    ],
)
def test_words_that_mean_nothing_are_refused(store, review, words, complaint):
    ended = review("review", *words)
    assert ended.code == 2
    assert complaint in ended.complaint
