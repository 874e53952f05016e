"""Salesforce's assignment rules as ours: what is said, and what is refused, with its place."""

import pytest
import yaml

from config.importing.ground import survey
from config.importing.translation import FILE, translate
from config.load import from_texts
from connectors.salesforce.assignment_rules import read_rules
from leads.errors import ConfigError
from tests.unit.salesforce_rule_files import Criterion, Entry, rules_file

CATCH_ALL = Entry(to="Web_Leads")
NAME = "Lead.assignmentRules"


def made(ground, *entries, **whole):
    sheet = read_rules(rules_file(*entries, **whole), NAME, ground.fields("salesforce"))
    return translate([sheet], ground)


@pytest.fixture
def empty(tmp_path):
    return survey(tmp_path / "new")


def entry(*criteria, to="ana@example.com", logic=None):
    found = [Criterion(field=f, operation=o, value=v) for f, o, v in criteria]
    return Entry(to=to, criteria=found, logic=logic)


def when_of(translation, at=0):
    return yaml.safe_load(translation.text)["rules"][at].get("when")


@pytest.mark.parametrize(
    ("criterion", "when"),
    [
        (("Country", "equals", 'Germany,"United States"'), {"country": ["DE", "US"]}),
        (("CountryCode", "equals", "ES"), {"country": "ES"}),
        (("Company", "equals", '"Acme, Inc.",Beta'), {"company": ["Acme, Inc.", "Beta"]}),
        (("Country", "equals", ""), {"country": {"is": "empty"}}),
        (("Country", "notEqual", ""), {"country": {"is": "present"}}),
        (
            ("Industry", "notEqual", "Retail,"),
            {"industry": {"not": "Retail"}},
        ),
        (("Email", "contains", "@acme.example"), {"email": "*@acme.example*"}),
        (("PostalCode", "startsWith", "90,91"), {"postal_code": ["90*", "91*"]}),
        (("PostalCode", "equals", "08001"), {"postal_code": "08001"}),
        (("LeadSource", "equals", "No"), {"lead_source": "No"}),
        (("NumberOfEmployees", "greaterThan", "200"), {"employees": {"not": {"max": 200}}}),
        (("Website", "equals", "https://www.acme.example/x"), {"website": "acme.example"}),
    ],
)
def test_a_criterion_in_our_words(empty, criterion, when):
    assert when_of(made(empty, entry(criterion))) == when


def test_a_region_is_one_of_the_country_beside_it(empty):
    both = entry(("Country", "equals", "Spain"), ("State", "equals", "Madrid"))
    assert when_of(made(empty, both)) == {"country": "ES", "region": "ES-MD"}


def test_a_region_beside_no_country_is_one_of_that_which_is_stated(empty):
    """But a country that the rule asks for goes first."""
    alone = entry(("State", "equals", "CA,Oregon"))
    both = entry(("Country", "equals", "Spain"), ("State", "equals", "CA"))
    sheet = read_rules(rules_file(alone, both), NAME, {})
    translation = translate([sheet], empty, "US")
    assert when_of(translation) == {"region": ["US-CA", "US-OR"]}
    assert when_of(translation, 1) == {"country": "ES", "region": "ES-CA"}


CASES = Entry(to="Support", criteria=[Criterion(field="X", operation="equals", value="Web")])


@pytest.mark.parametrize(
    ("content", "file", "why"),
    [
        (rules_file(CASES).replace(b"Lead.X", b"Case.Origin"), "rules.xml", "Case.Origin is asked"),
        (rules_file(CATCH_ALL), "Case.assignmentRules-meta.xml", "the file is named so"),
    ],
)
def test_rules_of_cases_are_refused_as_a_whole(content, file, why):
    with pytest.raises(ConfigError, match=f"{file}:.*assign cases, not leads.*{why}"):
        read_rules(content, file, {})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (rules_file(CATCH_ALL, active="false", name="Old"), "the rule Old is not active"),
        (b"<AssignmentRules/>", "there is no rule in it"),
    ],
)
def test_where_nothing_can_be_translated_it_is_said_why(empty, content, why):
    with pytest.raises(ConfigError, match=f"(?s){why}.*nothing is written"):
        translate([read_rules(content, NAME, {})], empty)


@pytest.mark.parametrize(
    ("criterion", "why"),
    [
        (("State", "equals", "CA"), "without one country beside it"),
        (("Country", "contains", "United"), "kept as a code"),
        (("Country", "equals", "Freedonia"), "unknown country"),
        (("Company", "equals", "A*"), "are patterns here"),
        (("Company", "contains", "[x]"), "are patterns here"),
        (("LeadSource", "equals", "Unknown"), "is read as blank here"),
        (("CreatedDate", "greaterThan", "LAST_N_DAYS:30"), "Lead.CreatedDate is a date"),
        (("Start__c", "lessThan", "TODAY"), "the date or time 'TODAY'"),
        (("Start__c", "equals", "NEXT_N_DAYS:3"), "a date relative to now"),
        (("Account.Name", "equals", "Acme"), "of another record"),
        (("Partner__r.Tier__c", "equals", "Gold"), "of another record"),
        (("RecordType", "equals", "Partner"), "no field of the lead's own values"),
        (("OwnerId", "equals", "005"), "who owns the record"),
        (("Company", "within", "10"), "the operation 'within'"),
        (("Company", "contains", ""), "a blank text"),
        (("Company", "lessThan", "M"), "compared in size with 'M'"),
        (("NumberOfEmployees", "contains", "5"), "is a number"),
        (("NumberOfEmployees", "equals", "0"), "0 is read as blank"),
        (("Interests__c", "includes", "A;B"), "several values at once"),
        (("Company", "equals", '"Acme'), "quotes that do not pair"),
    ],
)
def test_what_cannot_be_said_is_a_comment_with_its_place_and_why(empty, criterion, why):
    translation = made(empty, entry(criterion, ("City", "equals", "Lugo")), CATCH_ALL)
    [refused] = translation.refused
    assert why in refused.why[0]
    assert refused.place == f"{NAME}:2"
    assert [r["assign"] for r in yaml.safe_load(translation.text)["rules"]] == ["web-leads"]
    assert "# NOT TRANSLATED" in translation.text
    assert why.replace("Lead.", "") in translation.text


XML = (
    "<ruleEntry>{}<assignedTo>ana@example.com</assignedTo>"
    "<assignedToType>{}</assignedToType></ruleEntry>"
)
COUNTRY = (
    "<criteriaItems><field>Lead.Country</field><operation>equals</operation>{}</criteriaItems>"
)


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        (XML.format("<formula>ISBLANK(Email)</formula>", "User"), "a formula: ISBLANK(Email)"),
        (XML.format("", "Role"), "of the kind Role"),
        (XML.format("<surprise>1</surprise>", "User"), "surprise is not known"),
        ("<ruleEntry/>", "assigns to nobody"),
        (
            XML.format(COUNTRY.format("<valueField>Lead.City</valueField>"), "User"),
            "with another field, Lead.City",
        ),
        (XML.format(COUNTRY.format("<other/>"), "User"), "compared by other"),
        (
            XML.format(f"<booleanFilter>1 AND</booleanFilter>{COUNTRY.format('')}", "User"),
            "its end where a number should be",
        ),
        (
            XML.format(f"<booleanFilter>2</booleanFilter>{COUNTRY.format('')}", "User"),
            "names criterion 2",
        ),
        (
            XML.format(f"<booleanFilter>1 XOR 1</booleanFilter>{COUNTRY.format('')}", "User"),
            "has 'XOR 1' in it",
        ),
        (
            XML.format(f"<booleanFilter>1</booleanFilter>{COUNTRY.format('') * 2}", "User"),
            "leaves out criterion 2",
        ),
        (
            XML.format(f"<booleanFilter>(1</booleanFilter>{COUNTRY.format('')}", "User"),
            "closing parenthesis",
        ),
    ],
)
def test_an_entry_that_we_do_not_understand_is_a_comment(empty, xml, why):
    translation = made(empty, xml, CATCH_ALL)
    assert [why in each.why[0] for each in translation.refused] == [True]


def test_rules_that_are_not_active_are_left_out_and_said(empty, tmp_path):
    off = read_rules(rules_file(entry(), active="false", name="Old"), NAME, {})
    on = read_rules(rules_file(CATCH_ALL), NAME, {})
    translation = translate([off, on], empty)
    assert translation.rules == 1
    assert translation.notes == (
        f"{NAME}:2: the rule Old is not active: its entries are left out (1)",
    )


def test_nothing_is_left_is_an_error_and_no_configuration(empty):
    with pytest.raises(ConfigError, match="not one rule could be translated"):
        made(empty, entry(("Country", "equals", "Freedonia")))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<AssignmentRules>", "not readable as XML"),
        (b"", "not readable as XML"),
        (b"<CustomObject/>", "expected AssignmentRules, found CustomObject"),
        (
            (
                b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><AssignmentRules>&a;'
                b"</AssignmentRules>"
            ),
            "it has a DOCTYPE",
        ),
    ],
)
def test_a_file_that_is_none_is_refused(content, problem):
    with pytest.raises(ConfigError, match=problem):
        read_rules(content, NAME, {})


def test_the_configuration_gives_owners_fields_words_and_free_names(tmp_path):
    (tmp_path / "all.yaml").write_text(
        """
owners:
  - {id: ana-ruiz, name: Ana Ruiz, email: Ana@Example.com, crm: {salesforce: 005xx0000012345AAA}}
  - {id: desk, name: Web leads, kind: queue, crm: {salesforce: 00Gxx0000012345AAA}}
pools: {}
rules: [{name: Standard 1, assign: desk}]
fallback: {assign: desk, sla: hot}
sla: {hot: {first_touch: 1h}}
values: {lead_source: {Web Form: website}}
sources:
  salesforce:
    intake: {owners: ["queue:Web leads"], created_after: 2026-11-01}
    fields: {product: Product_Interest__c}
"""
    )
    mapped = entry(("Product_Interest__c", "equals", "GTX"), ("LeadSource", "equals", "web form"))
    ground = survey(tmp_path)
    translation = made(ground, mapped, entry(("Tier__c", "equals", "Gold")), CATCH_ALL)
    assert translation.matched == ("ana-ruiz", "desk")
    assert not translation.to_complete
    assert "fallback" not in translation.text
    loaded = from_texts({**ground.files, FILE: translation.text})
    assert [rule.name for rule in loaded.policy.rules] == [
        *("Standard 1", "Standard 1 (2)", "Standard 2", "Standard 3")
    ]  # fmt: skip
    assert when_of(translation) == {"product": "GTX", "lead_source": "website"}
    assert any(note.startswith("Web_Leads means nobody yet") for note in translation.notes)
    assert any("before these rules come those of all.yaml" in note for note in translation.notes)
    assert any("custom.tier: Tier__c" in note for note in translation.notes)
    assert "TODO" not in translation.text


STATED = """\
sources:
  salesforce:{}    intake: {{created_after: 2026-11-01}}
  hubspot: {{intake: {{}}}}
"""


@pytest.mark.parametrize(
    "stated",
    [
        "\n    fields: {product: P__c}  # ours\n",
        "\n    fields: {}\n",
        "\n    fields:\n      product: P__c\n      # more\n",
        "\n    # nothing yet\n",
    ],
)
def test_fields_are_added_where_the_source_is_stated_and_nothing_else_changes(tmp_path, stated):
    text = STATED.format(stated)
    (tmp_path / "calendars.yaml").write_text("calendars: {}")
    (tmp_path / "sources.yaml").write_text(text)
    translation = made(survey(tmp_path), entry(("Tier__c", "equals", "Gold")))
    changed = translation.changed["sources.yaml"]
    before, after = yaml.safe_load(text), yaml.safe_load(changed)
    added = after["sources"]["salesforce"].pop("fields")
    kept = before["sources"]["salesforce"].pop("fields", {})
    assert added == {**kept, "custom.tier": "Tier__c"}
    assert after == before
    assert [line for line in text.splitlines() if "#" in line] == [
        line.replace("custom.tier: Tier__c, ", "") for line in changed.splitlines() if "#" in line
    ]


def test_a_source_in_one_line_has_its_fields_added_too(tmp_path):
    (tmp_path / "all.yaml").write_text("sources: {salesforce: {intake: {owners: [null]}}}")
    translation = made(survey(tmp_path), entry(("Tier__c", "equals", "Gold")))
    [text] = translation.changed.values()
    assert yaml.safe_load(text)["sources"]["salesforce"]["fields"] == {"custom.tier": "Tier__c"}


def test_fields_of_a_source_that_is_not_there_are_to_be_stated(empty):
    translation = made(empty, entry(("Tier__c", "equals", "Gold")))
    assert not translation.changed
    assert "# TODO sources.salesforce.fields: {custom.tier: Tier__c}" in translation.text


def test_a_part_of_a_word_that_values_replace_is_refused(tmp_path):
    (tmp_path / "values.yaml").write_text("values: {lead_source: {Web Form: website}}")
    translation = made(survey(tmp_path), entry(("LeadSource", "contains", "Web")), CATCH_ALL)
    assert "gives lead_source other words" in translation.refused[0].why[0]


def test_names_that_mean_something_in_yaml_stay_names(empty):
    odd = 'Sales: "north" # {1}'
    translation = made(empty, Entry(to="No &amp; Co"), name=odd.replace('"', "&quot;"))
    [rule] = yaml.safe_load(translation.text)["rules"]
    assert rule["name"] == f"{odd} 1"
    assert from_texts({FILE: translation.text}).policy.rules[0].name == f"{odd} 1"
