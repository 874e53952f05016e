"""What loads and is probably not meant is said, with file and line."""

from datetime import date
from pathlib import Path

from config.load import load
from tests.unit.config_files import BASE, loaded, put, swapped

TODAY = date(2026, 11, 22)


def test_the_base_has_none(tmp_path: Path):
    assert load(put(tmp_path, base=BASE), today=TODAY).warnings == ()


def test_a_member_without_an_id_in_a_crm_that_is_written_to(tmp_path: Path):
    text = swapped("salesforce: 005xx0000012346AAA, ", "")

    (told,) = load(put(tmp_path, base=text), today=TODAY).warnings
    assert told == (
        "base.yaml:6: owners[1].crm: "
        "ben has no id in salesforce, so gets none of the leads that are owned there"
    )


def test_time_off_that_is_over(tmp_path: Path):
    put(tmp_path, base=BASE)

    assert load(tmp_path, today=date(2027, 1, 2)).warnings == ()
    assert load(tmp_path, today=date(2027, 1, 3)).warnings == (
        "base.yaml:5: owners[0].away[0]: over since 2027-01-02; remove it",
    )


def test_an_intake_without_a_go_live_day(tmp_path: Path):
    put(tmp_path, base=BASE.replace(", created_after: 2026-11-01", ""))

    (warning,) = load(tmp_path, today=TODAY).warnings
    place = "base.yaml:30: sources.salesforce.intake"
    assert warning.startswith(f"{place}: created_after is not stated")


def test_rules_below_one_that_takes_everything(tmp_path: Path):
    rules = "\n  - {name: All, assign: ana}\n  - {name: B, assign: ben}\n  - {name: C, assign: ben}"
    found = loaded(tmp_path, rules=rules).warnings

    assert [line.partition(": All above")[0] for line in found] == [
        "base.yaml:19: rule B is never reached",
        "base.yaml:20: rule C is never reached",
    ]


def test_a_pool_of_which_nobody_is_in_a_crm(tmp_path: Path):
    owners = "[{id: ana, name: A}, {id: desk, name: D, kind: queue, crm: {salesforce: 00G}}]"
    found = loaded(
        tmp_path,
        owners=owners,
        pools="{smb: {members: [ana]}}",
        rules="[{name: A, assign: smb}]",
    ).warnings

    assert len(found) == 2
    assert found[0].startswith("base.yaml:1: owners[0].crm: ana has no id in salesforce")
    assert found[1].startswith("base.yaml:8: nobody in pool smb has an id in salesforce")


def test_an_empty_all_takes_everything_as_well(tmp_path: Path):
    rules = "[{name: All, when: {}, assign: ana}, {name: B, assign: ben}]"

    assert len(loaded(tmp_path, rules=rules).warnings) == 1


def test_a_rule_with_a_condition_hides_nothing(tmp_path: Path):
    rules = "[{name: A, when: {country: {is: present}}, assign: ana}, {name: B, assign: ben}]"

    assert loaded(tmp_path, rules=rules).warnings == ()


def test_a_fallback_that_sleeps(tmp_path: Path):
    found = loaded(tmp_path, fallback="{assign: ana, sla: standard}").warnings

    (told,) = found
    assert told == (
        "base.yaml:24: fallback.assign: "
        "ana is not always at work, and takes leads at any hour; a queue would be"
    )


def test_a_word_that_no_value_map_ends_in(tmp_path: Path):
    rules = "[{name: A, when: {industry: tecnology}, assign: ana}]"

    (told,) = loaded(tmp_path, rules=rules).warnings
    assert told == (
        "base.yaml:17: rules[0].when.industry: "
        'no entry of values.industry becomes "tecnology"; did you mean technology?'
    )


def test_custom_fields_that_no_source_fills(tmp_path: Path):
    rules = "[{name: A, when: {custom.plan: pro}, assign: ana}]"

    assert loaded(tmp_path, rules=rules).warnings == ()
    (told,) = loaded(tmp_path, rules=rules, custom="").warnings
    assert told == (
        "base.yaml:17: rules[0].when.custom.plan: "
        "no source fills this custom field (sources.*.fields)"
    )
