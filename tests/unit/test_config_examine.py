"""What a closer look finds: each with its file and line, and what nobody wants to hear left out."""

from pathlib import Path

import pytest

from config.configuration import Configuration
from config.examine import examine
from config.remark import Place
from routing.lint.findings import Code, Severity
from tests.unit.config_files import complaints, loaded, put, with_sections

DOCS = Path(__file__).parents[2] / "docs" / "check.md"


def told(configuration: Configuration, *codes: Code) -> list[str]:
    remarks = examine(configuration).remarks
    return [str(remark) for remark in remarks if not codes or remark.code in codes]


def test_rules_below_one_that_takes_everything(tmp_path: Path):
    rules = "\n  - {name: All, assign: ana}\n  - {name: B, assign: ben}\n  - {name: C, assign: ben}"
    found = told(loaded(tmp_path, rules=rules), Code.SHADOWED)

    assert [line.partition(": All above")[0] for line in found] == [
        "base.yaml:19: rules[1]: B is never reached",
        "base.yaml:20: rules[2]: C is never reached",
    ]


def test_a_pool_of_which_nobody_is_in_a_crm(tmp_path: Path):
    owners = "[{id: ana, name: A}, {id: desk, name: D, kind: queue, crm: {salesforce: 00G}}]"
    found = told(
        loaded(
            tmp_path,
            owners=owners,
            pools="{smb: {members: [ana]}}",
            rules="[{name: A, assign: smb}]",
        ),
        Code.NO_CRM_ID,
    )

    assert len(found) == 2
    assert found[0].startswith("base.yaml:8: pools.smb: nobody in pool smb has an id in salesforce")
    assert found[1].startswith("base.yaml:1: owners[0].crm: ana has no id in salesforce")


def test_an_empty_all_takes_everything_as_well(tmp_path: Path):
    rules = "[{name: All, when: {}, assign: ana}, {name: B, assign: ben}]"

    assert len(told(loaded(tmp_path, rules=rules), Code.SHADOWED)) == 1


def test_an_example_lead_is_told_field_by_field(tmp_path: Path):
    rules = """
  - {name: Large, when: {employees: {min: 200}}, assign: ana}
  - {name: Spain, when: {country: ES, employees: {min: 500}}, assign: ben}
  - {name: Rest, assign: ben}"""
    looked = examine(loaded(tmp_path, rules=rules))
    (found,) = [remark for remark in looked.remarks if remark.code is Code.SHADOWED]

    assert (found.code, found.severity, found.place) == (
        Code.SHADOWED,
        Severity.WARNING,
        Place("base.yaml", 19),
    )
    assert found.example == {"country": "ES", "employees": "500", "goes to": "Large"}
    assert found.as_json()["key"] == "rules[1]"


def test_their_word_where_ours_was_meant(tmp_path: Path):
    rules = "[{name: A, when: {industry: technolgy}, assign: smb}, {name: B, assign: smb}]"
    found = examine(loaded(tmp_path, rules=rules)).remarks

    assert {remark.code for remark in found} >= {Code.NEVER_ARRIVES, Code.NEVER_MATCHES}
    assert "write technology" in {remark.remedy for remark in found}


@pytest.mark.parametrize("entry", ["shadowed", "shadowed:B"])
def test_what_nobody_wants_to_hear_is_counted_and_not_said(entry: str, tmp_path: Path):
    rules = "[{name: All, assign: smb}, {name: B, assign: ben}, {name: C, assign: ben}]"
    looked = examine(loaded(tmp_path, rules=rules, lint=f"{{ignore: ['{entry}']}}"))

    names = [remark.name for remark in looked.remarks if remark.code is Code.SHADOWED]
    assert (names, looked.ignored) == (([], 2) if entry == "shadowed" else (["C"], 1))


def test_a_code_that_does_not_exist_cannot_be_ignored(tmp_path: Path):
    put(tmp_path, base=with_sections(lint="{ignore: [shadowd]}"))

    (line,) = complaints(tmp_path)
    assert "lint.ignore[0]" in line
    assert line.endswith("did you mean shadowed?")


@pytest.mark.parametrize("code", Code)
def test_every_code_is_documented(code: Code):
    assert f"### `{code.value}`" in DOCS.read_text(encoding="utf-8")


def test_no_code_is_documented_that_does_not_exist():
    titles = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line[:5] == "### `"]

    assert {title.strip("# `") for title in titles} == {code.value for code in Code}
