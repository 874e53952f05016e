"""`firsttouch check` as a person meets it: what it prints, as JSON too, and how it ends."""

import json
from shutil import copytree
from typing import Any

import pytest

from flows.wiring import DEFAULT_CONFIG
from sandbox.town import Town
from tests.e2e.test_cli_doctor import change_owners
from tests.e2e.town_case import quick_config


@pytest.fixture
def config(tmp_path):
    return copytree(DEFAULT_CONFIG, tmp_path / "config")


@pytest.fixture
def town():
    with Town.open(seed=21, leads=120) as opened:
        yield opened


def found(ended, code: str) -> list[dict[str, Any]]:
    return [each for each in json.loads(ended.out)["findings"] if each["code"] == code]


def test_the_example_has_no_error_and_its_gap_is_told(firsttouch):
    ended = firsttouch("check")

    assert (ended.code, ended.err) == (0, "")
    assert "\nnote uncovered\n  rules.yaml:" in ended.out
    assert "\n      for example: country AD\n" in ended.out
    assert "Not looked at: whether hubspot and salesforce know the owners: " in ended.out


def test_a_rule_that_another_hides_is_told_with_line_and_example(firsttouch, config):
    with (config / "rules.yaml").open("a") as rules:
        rules.write("  - {name: Spain, when: {country: ES}, assign: ana}\n")
    line = len((config / "rules.yaml").read_text().splitlines())
    ended = firsttouch("check", "--config", config, "--json")

    assert ended.code == 0
    (hidden,) = found(ended, "shadowed")
    assert (hidden["file"], hidden["line"], hidden["name"]) == ("rules.yaml", line, "Spain")
    assert hidden["severity"] == "warning"
    assert hidden["example"] == {"country": "ES", "goes to": "Iberia"}


def test_notes_of_a_kind_are_one_unless_each_is_asked_for(firsttouch, config):
    """Warnings are told in full, however many they are."""
    with (config / "rules.yaml").open("a") as rules:
        for country in ("ES", "PT", "FR"):
            rules.write(f"  - {{name: X {country}, when: {{country: {country}}}, assign: ana}}\n")
    with (config / "pools.yaml").open("a") as pools:
        pools.writelines(f"  spare-{n}: {{members: [ana]}}\n" for n in range(3))
    short, full = (
        firsttouch("check", "--config", config, *words) for words in ((), ("--verbose",))
    )

    assert short.out.count(" is never reached: ") == full.out.count(" is never reached: ") == 3
    (group,) = [part for part in short.out.split("\n\n") if part.startswith("note unused\n")]
    told = group.splitlines()[1]
    assert told.startswith("  3 of them (pools.yaml:")
    assert told.count("pools.yaml:") == 3
    assert told.endswith("; --verbose tells each): no rule uses pool spare-0")
    assert "pool spare-2" not in short.out
    assert "no rule uses pool spare-2\n" in full.out
    assert short.out.splitlines()[-3:] == full.out.splitlines()[-3:], "they are counted alike"


def test_an_error_ends_with_2(firsttouch, config):
    change_owners(config, ana={"hubspot": "4472"})  # ben's
    ended = firsttouch("check", "--config", config)

    assert ended.code == 2
    assert "\nerror duplicate-id\n  owners.yaml:" in ended.out
    assert "ana and ben have one id in hubspot, 4472" in ended.out


def test_what_does_not_load_is_in_the_json_as_well(firsttouch, config):
    (config / "more.yaml").write_text("rules:\n  - {name: X, assign: nobody}\n")
    ended = firsttouch("check", "--config", config, "--json")

    assert ended.code == 2
    (mistake,) = json.loads(ended.out)["findings"]
    assert (mistake["code"], mistake["severity"]) == ("does-not-load", "error")
    assert (mistake["file"], mistake["line"]) == ("more.yaml", 2)
    assert mistake["key"].startswith("rules[")
    assert mistake["message"] in ended.complaint


def test_the_crms_are_asked_online_and_remembered(in_town, town, tmp_path):
    config = quick_config(tmp_path / "config")
    change_owners(config, ana={"hubspot": "404404"})
    words = ("check", "--config", config, "--json")
    assert "know the owners" in found(in_town(town, *words), "not-looked-at")[-1]["message"]

    in_town(town, "sync", "--config", config)  # makes the store
    asked = in_town(town, *words, "--online")
    assert asked.code == 2
    (unknown,) = found(asked, "unknown-owner")
    hers = "its e-mail address is that of 4471"
    no_lead = "no lead there can be ana's"
    assert unknown["message"] == f"hubspot has no owner 404404; {hers}; {no_lead}"
    assert unknown["file"] == "owners.yaml"

    later = in_town(town, *words)
    assert found(later, "unknown-owner") == [unknown]
    assert not [each for each in found(later, "not-looked-at") if "owners" in each["message"]]


def test_a_crm_that_does_not_answer_is_not_passed_over(in_town, town):
    gone = {"FIRSTTOUCH_HUBSPOT_BASE_URL": "http://127.0.0.1:9"}
    assert in_town(town, "check", "--online", environment=gone).code == 3


def test_fields_that_are_seldom_filled_are_counted_in_the_store(in_town, town, tmp_path):
    config = quick_config(tmp_path / "config")
    (config / "more.yaml").write_text("lint: {least_filled: 1}\n")
    in_town(town, "sync", "--config", config)
    seldom = found(in_town(town, "check", "--config", config, "--json"), "seldom-filled")

    assert seldom
    assert all("latest" in each["message"] for each in seldom)
