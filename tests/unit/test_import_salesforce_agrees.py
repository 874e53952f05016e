"""Imported rules give each lead to whom Salesforce would: random rules, logic and blanks."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from config.importing.ground import Ground
from config.importing.translation import FILE, translate
from config.load import from_texts
from connectors.salesforce.assignment_rules import read_rules
from connectors.salesforce.mapping import to_text
from leads.decision import Standing
from leads.keys import LeadKey
from leads.normalise.build import lead_from
from routing.engine import Engine
from tests.builders import MONDAY
from tests.unit.salesforce_rule_files import Criterion, Entry, rules_file, winner

COUNTRIES = ["Spain", "Germany", "United States", "Brazil"]
WORDS = ["Acme", "acme iberia", "Beta GmbH", "Gold", "silver"]
TEXTS = {
    "Country": (COUNTRIES, ["equals", "notEqual"]),
    "Company": (WORDS, ["equals", "notEqual", "contains", "notContain", "startsWith"]),
    "Tier__c": (WORDS, ["equals", "notEqual", "contains", "notContain", "startsWith"]),
    "Interests__c": (["Gold", "silver", "Bronze"], ["includes", "excludes"]),
}
SIZES = ["lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"]
FIELDS = {"custom.tier": "Tier__c", "custom.interests": "Interests__c", "custom.spend": "Spend__c"}


@st.composite
def criteria(draw):
    field = draw(st.sampled_from([*TEXTS, "NumberOfEmployees", "Spend__c"]))
    if field not in TEXTS:
        number = draw(st.sampled_from(["1", "50", "50.5", "-1"]))
        return Criterion(field=field, operation=draw(st.sampled_from(SIZES)), value=number)
    words, operations = TEXTS[field]
    operation = draw(st.sampled_from(operations))
    picked = draw(st.lists(st.sampled_from(words), min_size=1, max_size=3))
    if operation in ("equals", "notEqual") and draw(st.booleans()):
        picked = []  # a value that is not there: the blank
    value = ", ".join(picked)
    return Criterion(field=field, operation=operation, value=value.swapcase())


def logic_over(count: int):
    """Every criterion once, in any nesting: Salesforce refuses logic that leaves one out."""

    @st.composite
    def built(draw):
        parts: list[object] = list(range(1, count + 1))
        while len(parts) > 1:
            size = draw(st.integers(2, len(parts)))
            joined = (draw(st.sampled_from(["and", "or"])), *parts[:size])
            parts = [*parts[size:], ("not", joined) if draw(st.booleans()) else joined]
        return ("not", parts[0]) if draw(st.booleans()) else parts[0]

    return built()


@st.composite
def entries(draw, to: str):
    found = draw(st.lists(criteria(), max_size=4))
    logic = draw(st.none() | logic_over(len(found))) if found else None
    return Entry(to=to, criteria=found, logic=logic)


@st.composite
def rule_files(draw):
    return [draw(entries(f"rep{n}@example.com")) for n in range(draw(st.integers(1, 4)))]


ROWS = st.fixed_dictionaries(
    {
        "Country": st.sampled_from([None, *COUNTRIES]),
        "Company": st.sampled_from([None, *WORDS]),
        "Tier__c": st.sampled_from([None, *WORDS]),
        "Interests__c": st.sampled_from([None, "Gold", "Gold;Silver", "bronze;gold", "Golden"]),
        "NumberOfEmployees": st.sampled_from([None, 1, 49, 50, 51, 5000]),
        "Spend__c": st.sampled_from([None, 0, 50, 50.5, 51.0]),
    }
)


def imported(rules):
    """The policy that `firsttouch import` makes of them, and the vocabulary leads are read with."""
    ground = Ground(files={}, document={})
    sheet = read_rules(rules_file(*rules), "Lead.assignmentRules", {})
    made = translate([sheet], ground)
    assert not made.refused
    return from_texts({FILE: made.text}), FIELDS


def decided(configuration, fields, row):
    body = {**row, "Id": "00Q1", "CreatedDate": "2026-11-23T09:00:00.000+0000"}
    body["Email"] = "lead@example.com"
    lead = lead_from(LeadKey("salesforce", "00Q1"), to_text(body, fields), configuration.vocabulary)
    made = Engine(configuration.policy).decide(
        lead, Standing(open_leads={}, rotation={}, away={}), MONDAY
    )
    return configuration.policy.owners[made.owner].email, made.rule


def _case(operation, value, field="Tier__c", logic=None):
    only = Criterion(field=field, operation=operation, value=value)
    return [Entry(to="rep0@example.com", criteria=[only], logic=logic)]


BLANK = dict.fromkeys([*TEXTS, "NumberOfEmployees", "Spend__c"])


@settings(max_examples=80, deadline=None)
@example(rules=_case("notEqual", "Gold"), rows=[BLANK])
@example(rules=_case("equals", "Gold", logic=("not", 1)), rows=[BLANK])
@example(rules=_case("lessThan", "50", "NumberOfEmployees"), rows=[BLANK])
@example(rules=_case("lessThan", "50", "NumberOfEmployees", ("not", 1)), rows=[BLANK])
@example(rules=_case("excludes", "Gold", "Interests__c"), rows=[BLANK])
@given(rules=rule_files(), rows=st.lists(ROWS, min_size=1, max_size=5))
def test_each_lead_goes_to_whom_salesforce_gives_it(rules, rows):
    configuration, fields = imported(rules)
    for row in rows:
        email, rule = decided(configuration, fields, row)
        wanted = winner(rules, row)
        assert (email if rule else None) == wanted, row
