"""The emulator's duplicate rules: whom they meet, and how they say so."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.salesforce.duplicate_rules import DuplicateRule, Match
from tests.sandbox.salesforce_desk import BY_HAND, ROOT, Desk, salesforce_desk

DOE = {"FirstName": "Ann", "LastName": "Doe", "Company": "Doe Ltd", "Email": "ann@example.com"}
ALLOWED = {**BY_HAND, "Sforce-Duplicate-Rule-Header": "allowSave=true; runAsCurrentUser=true"}


@pytest.fixture
def desk() -> Iterator[Desk]:
    with salesforce_desk() as desk:
        yield desk


def met(answer: Any, spelled: str) -> tuple[str, str]:
    """Answer the type and the id of the one record that a refusal names."""
    (result,) = answer[spelled]["matchResults"]
    (found,) = result["matchRecords"]
    record = found["record"]
    assert record["attributes"]["url"] == (
        f"{ROOT}/sobjects/{record['attributes']['type']}/{record['Id']}"
    )
    return record["attributes"]["type"], record["Id"]


def test_an_org_has_no_rule_until_it_is_given_one(desk: Desk) -> None:
    desk.lead(**DOE)
    assert desk.ask("POST", "sobjects/Lead/", DOE)[0] == 201


@pytest.mark.parametrize(
    ("match", "body"),
    [
        (Match.EMAIL, {"LastName": "Roe", "Company": "Roe Ltd", "Email": "ANN@example.com"}),
        (Match.NAME_AND_COMPANY, {**DOE, "Company": "DOE LTD", "Email": "other@example.com"}),
    ],
)
def test_a_rule_names_the_live_lead_it_met(desk: Desk, match: Match, body: dict[str, Any]) -> None:
    known, gone = desk.lead(**DOE), desk.lead(**DOE)
    desk.org.person_deletes(gone)
    desk.org.duplicate_rules = [DuplicateRule(match=match)]
    status, [refusal] = desk.ask("POST", "sobjects/Lead/", body)
    assert (status, refusal["errorCode"]) == (400, "DUPLICATES_DETECTED")
    assert met(refusal, "duplicateResut") == ("Lead", known)
    records = [{"attributes": {"type": "Lead"}, **body}]
    _, [row] = desk.ask("POST", "composite/sobjects", {"records": records})
    assert row["errors"][0]["statusCode"] == "DUPLICATES_DETECTED"
    assert met(row["errors"][0], "duplicateResult") == ("Lead", known)
    desk.org.person_converts(known)
    assert desk.ask("POST", "sobjects/Lead/", body)[0] == 201


def test_a_rule_may_name_a_contact(desk: Desk) -> None:
    desk.org.person_converts(desk.lead(**DOE))
    desk.org.duplicate_rules = [DuplicateRule(match=Match.CONTACT)]
    _, [refusal] = desk.ask("POST", "sobjects/Lead/", DOE)
    assert met(refusal, "duplicateResut")[0] == "Contact"


def test_a_warning_can_be_overruled_and_a_block_cannot(desk: Desk) -> None:
    desk.lead(**DOE)
    desk.org.duplicate_rules = [DuplicateRule(match=Match.EMAIL)]
    _, [refusal] = desk.ask("POST", "sobjects/Lead/", DOE)
    assert refusal["duplicateResut"]["allowSave"] is True
    assert desk.ask("POST", "sobjects/Lead/", DOE, ALLOWED)[0] == 201
    desk.org.duplicate_rules = [DuplicateRule(match=Match.EMAIL, blocks=True)]
    status, [refusal] = desk.ask("POST", "sobjects/Lead/", DOE, ALLOWED)
    assert (status, refusal["duplicateResut"]["allowSave"]) == (400, False)
