"""`simulate --edge-cases`: what the user's own policy does at its borders."""

import json
from typing import Any

import pytest

from config.load import load
from flows.wiring import DEFAULT_CONFIG

_NOON = "2026-11-24T10:00:00+00:00"


@pytest.fixture
def cases(firsttouch, tmp_path):
    ended = firsttouch("simulate", "--edge-cases", "--out", tmp_path / "edge.csv", "--json")
    assert (ended.code, ended.err) == (0, "")
    return [json.loads(line) for line in ended.out.splitlines()]


def _by_rule(cases):
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for case in cases:
        rule, _, what = case["case"].partition(": ")
        found.setdefault(rule, []).append((what, case))
    return found


def test_every_rule_has_a_lead_of_its_own_and_borders_that_lead_elsewhere(cases):
    found = _by_rule(cases)
    rules = [rule.name for rule in load(DEFAULT_CONFIG).policy.rules]
    assert [rule for rule in rules if rule not in found] == []
    for rule in rules:
        kinds = dict(found[rule])
        assert kinds["a lead that comes to it"]["rule"] == rule
        borders = [case for what, case in found[rule] if what.startswith("with ")]
        assert all(case["rule"] != rule for case in borders)


def test_everybody_at_the_cap_ends_in_the_fallback(cases):
    desk = load(DEFAULT_CONFIG).policy.fallback
    full = [case for case in cases if case["case"].endswith("everybody is at the cap")]
    assert len(full) >= 10
    # A rule of which somebody uncapped is a target need not come to the fallback.
    assert {case["owner"] for case in full if case["method"] != "held"} == {desk}


def test_every_case_ends_somewhere(cases):
    assert all(case["owner"] or case["method"] == "held" for case in cases)
    assert cases[-1]["case"] == "no rule: nothing known but an e-mail address"


def test_the_leads_can_be_simulated_again_to_the_same_rule(firsttouch, cases, tmp_path):
    ended = firsttouch("simulate", tmp_path / "edge.csv", "--now", _NOON)
    rules = {row["lead"]: row["rule"] for row in map(json.loads, ended.out.splitlines())}
    assert len(rules) == len(cases)
    at_noon = [case for case in cases if case["at"] == _NOON and case["method"] != "held"]
    assert len(at_noon) > 50
    told = {case["lead"]: case["rule"] for case in at_noon}
    assert {lead: rules[lead] for lead in told} == told


def test_people_read_it_by_rule(firsttouch):
    lines = firsttouch("simulate", "--edge-cases").out.splitlines()
    assert "Iberian enterprise" in lines
    assert "  with employees blank, 2026-11-24 10:00 UTC" in lines
    assert " cases. --out EDGE.csv keeps the leads" in lines[-1]


def test_the_made_up_account_is_told_in_words_that_can_be_read(firsttouch, tmp_path):
    (tmp_path / "routing.yaml").write_text(
        "owners: [{id: ana, name: Ana Ruiz}, {id: desk, name: Desk, kind: queue}]\n"
        "pools: {all: {members: [ana]}}\n"
        "rules: [{name: Ours, when: {account_owner: {is: present}}, assign: account_owner}]\n"
        "fallback: {assign: desk, sla: day}\n"
        "sla: {day: {first_touch: 24h}}\n"
    )
    ended = firsttouch("simulate", "--edge-cases", "--config", tmp_path)
    assert "Ana Ruiz owns the account Example Ltd (the same company name)" in " ".join(
        ended.out.split()
    )


def test_the_file_has_no_lead_that_cannot_be_one_and_comes_as_the_leads_would(firsttouch, tmp_path):
    (tmp_path / "routing.yaml").write_text(
        "owners: [{id: ana, name: Ana Ruiz}, {id: ben, name: Ben Cruz}]\n"
        "pools: {all: {members: [ana]}, rest: {members: [ben]}}\n"
        "custom: {partner: boolean}\n"
        "rules:\n"
        "  - {name: Spring, active: {from: 2027-03-01}, assign: all,\n"
        "     when: {phone: {is: present}}}\n"
        "  - {name: Partner, when: {custom.partner: true}, assign: all}\n"
        "  - {name: Callable, when: {phone: {is: present}}, assign: all}\n"
        "  - {name: Known, when: {email: {is: present}}, assign: rest}\n"
        "fallback: {assign: ben, sla: day}\n"
        "sla: {day: {first_touch: 24h}}\n"
    )
    file = tmp_path / "edge.csv"
    ended = firsttouch("simulate", "--edge-cases", "--config", tmp_path, "--out", file, "--json")
    made = {case["lead"]: case for case in map(json.loads, ended.out.splitlines())}
    assert len(made) > 5, ended.err
    assert "something else" not in ended.out
    assert {case["fields"].get("custom.partner") for case in made.values()} <= {
        *(None, "true", "false")
    }
    again = firsttouch("simulate", file, "--config", tmp_path)
    assert "not in the order of created_at" not in again.err
    found = {each["lead"]: each for each in map(json.loads, again.out.splitlines())}
    cases = {
        lead: (case["rule"], case["method"])
        for lead, case in made.items()
        if not (lead is None or case["case"].endswith("everybody is at the cap"))
    }
    assert {lead: (found[lead]["rule"], found[lead]["method"]) for lead in cases} == cases
