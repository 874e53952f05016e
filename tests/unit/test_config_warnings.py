"""What loads and is probably not meant is said, with file and line."""

from datetime import date
from pathlib import Path

from config.load import load
from tests.unit.config_files import BASE, loaded, put, swapped, warned

TODAY = date(2026, 11, 22)


def test_the_base_has_none(tmp_path: Path):
    assert warned(load(put(tmp_path, base=BASE), today=TODAY)) == ()


def test_a_member_without_an_id_in_a_crm_that_is_written_to(tmp_path: Path):
    text = swapped("salesforce: 005xx0000012346AAA, ", "")

    (told,) = warned(load(put(tmp_path, base=text), today=TODAY))
    assert told == (
        "base.yaml:6: owners[1].crm: "
        "ben has no id in salesforce, so gets none of the leads that are owned there"
    )


def test_an_owner_a_rule_names_without_an_id_in_a_crm_that_is_written_to(tmp_path: Path):
    text = BASE.replace("owners:\n", "owners:\n  - {id: cleo, name: Cleo Marsh}\n", 1)
    text = text.replace("assign: [smb, ben]", "assign: [smb, cleo]")

    (told,) = warned(load(put(tmp_path, base=text), today=TODAY))
    assert "cleo has no id in salesforce" in told


def test_time_off_that_is_over(tmp_path: Path):
    put(tmp_path, base=BASE)

    assert warned(load(tmp_path, today=date(2027, 1, 2))) == ()
    assert warned(load(tmp_path, today=date(2027, 1, 3))) == (
        "base.yaml:5: owners[0].away[0]: over since 2027-01-02; remove it",
    )


def test_an_intake_without_a_go_live_day(tmp_path: Path):
    put(tmp_path, base=BASE.replace(", created_after: 2026-11-01", ""))

    (warning,) = warned(load(tmp_path, today=TODAY))
    place = "base.yaml:30: sources.salesforce.intake"
    assert warning.startswith(f"{place}: created_after is not stated")


def test_a_fallback_that_sleeps(tmp_path: Path):
    (told,) = warned(loaded(tmp_path, fallback="{assign: ana, sla: standard}"))
    assert told == (
        "base.yaml:24: fallback.assign: "
        "ana is not always at work, and takes leads at any hour; a queue would be"
    )


def test_a_word_that_no_value_map_ends_in(tmp_path: Path):
    rules = "[{name: A, when: {industry: tecnology}, assign: ana}]"

    (told,) = warned(loaded(tmp_path, rules=rules))
    assert told == (
        "base.yaml:17: rules[0].when.industry: "
        'no entry of values.industry becomes "tecnology"; did you mean technology?'
    )


def test_a_word_that_counts_as_blank_in_every_lead(tmp_path: Path):
    """But for one that the value map makes ours."""
    rules = "[{name: A, when: {any: [{city: Unknown}, {company: Blank}]}, assign: ana}]"

    (told,) = warned(loaded(tmp_path, rules=rules, values="{city: {n/a: unknown}}"))
    assert told == (
        "base.yaml:17: rules[0].when.any[1].company: "
        'a lead that says "Blank" counts as blank; write {is: empty}'
    )


def test_custom_fields_that_no_source_fills(tmp_path: Path):
    rules = "[{name: A, when: {custom.plan: pro}, assign: ana}]"

    assert warned(loaded(tmp_path, rules=rules)) == ()
    (told,) = warned(loaded(tmp_path, rules=rules, custom=""))
    assert told == (
        "base.yaml:17: rules[0].when.custom.plan: "
        "no source fills this custom field (sources.*.fields)"
    )


def test_a_named_account_that_is_no_company(tmp_path: Path):
    names = "[gmail.com, isp.example, Inc, Acme Inc, globex.example]"
    accounts = f"named_accounts: [{{owner: ana, accounts: {names}}}]"
    found = loaded(tmp_path, matching=f"{{free_mail: [isp.example], {accounts}}}")

    keys = [f"matching.named_accounts[0].accounts[{n}]" for n in range(3)]
    assert [each.key for each in found.remarks] == keys
    assert [each.severity for each in found.remarks] == ["warning", "warning", "note"]
    assert "gives mail to everybody" in warned(found)[0]
    assert '"Inc" is a legal form and no name' in warned(found)[2]


def test_a_pool_that_follows_the_sun_into_one_that_is_taken_from(tmp_path: Path):
    counter = "counter: {members: [ben], strategy: STRATEGY}"
    pools = f"{{smb: {{members: [ana], out_of_hours: {{follow_the_sun: counter}}}}, {counter}}}"

    assert warned(loaded(tmp_path, pools=pools.replace("STRATEGY", "round_robin"))) == ()
    (told,) = warned(loaded(tmp_path, pools=pools.replace("STRATEGY", "pull")))
    assert "pools.smb.out_of_hours.follow_the_sun: counter has strategy: pull, and nobody" in told
