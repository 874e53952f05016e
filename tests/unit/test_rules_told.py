"""What of a territory or segment a lead missed: told by `explain`, and by it alone."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from leads.decision import Method
from leads.keys import LeadKey, OwnerId
from leads.matches import SameBy, SamePerson
from routing.engine import Engine
from routing.when import AllOf, Between, Condition, Not
from tests.builders import MONDAY, is_one_of, lead, owner, policy, rule, standing

TERRITORIES = {"iberia": is_one_of("country", "ES", "PT")}
SEGMENTS = {
    "south": AllOf(
        parts=(
            is_one_of("territory", "iberia"),
            Between(field="employees", least=None, most=Decimal(50)),
        )
    ),
    "north": is_one_of("country", "SE"),
    "paid": is_one_of("channel", "google_ads"),
    "chats": is_one_of("channel", "chat"),
}


def engine(when: Condition) -> Engine:
    rules = [rule("it", "owner:ana", when=when)]
    return Engine(policy([owner("ana")], rules=rules, territories=TERRITORIES, segments=SEGMENTS))


def told(when: Condition, **fields: Any) -> str:
    (trial,) = engine(when).rules_told(lead(**fields), standing(), MONDAY)
    (missed,) = trial.failed_on
    return missed


SOUTH = is_one_of("segment", "south")


def test_a_segment_that_was_missed_is_told_with_the_field_that_failed():
    assert told(SOUTH, country="PT", employees=(40, 60)) == (
        "segment: wanted south, found none "
        "(employees: wanted at most 50, found 40-60, only partly within)"
    )
    assert told(SOUTH, country="PT") == (
        "segment: wanted south, found blank (employees: wanted at most 50, found blank)"
    )
    assert told(SOUTH, country="FR", employees=20) == (
        "segment: wanted south, found none "
        "(territory: wanted iberia, found none (country: wanted ES or PT, found FR))"
    )


def test_beside_another_one_it_is_named():
    assert told(SOUTH, country="PT", employees=60, channel="chat") == (
        "segment: wanted south, found chats (south: employees: wanted at most 50, found 60)"
    )


def test_of_many_the_first_few_are_told():
    assert told(is_one_of("segment", "*"), country="PT", employees=60, channel="fax") == (
        "segment: wanted *, found none (south: employees: wanted at most 50, found 60; "
        "north: country: wanted SE, found PT; paid: channel: wanted google_ads, found fax; "
        "and 1 more)"
    )


def test_of_one_that_must_not_be_only_what_hides_it_is_told():
    outside = Not(part=is_one_of("segment", "south", "north"))
    assert told(outside, country="PT", employees=20) == (
        "segment: wanted anything but south or north, found south"
    )
    assert told(outside, country="PT", channel="chat") == (
        "segment: wanted anything but south or north, found chats "
        "(south: employees: wanted at most 50, found blank)"
    )


def test_what_a_decision_keeps_is_worded_as_ever():
    """Older decisions replay: their reason has the miss, and `replay` compares what rules say."""
    south, missed = engine(SOUTH), lead(country="PT", employees=60)
    decisions = [
        south.decide(missed, standing(), MONDAY, trace_full=full) for full in (False, True)
    ]
    for made in decisions:
        assert made.rules[0].failed_on == ("segment: wanted south, found none",)
        assert "nearest: it, segment: wanted south, found none)" in made.reason


def test_no_rules_are_told_of_a_lead_that_no_rule_was_asked_of():
    person = SamePerson(
        record=LeadKey("hubspot", "7"), owner=OwnerId("ana"), by=SameBy.PHONE, in_crm=True
    )
    south, known = engine(SOUTH), replace(standing(), person=person)
    assert south.decide(lead(), known, MONDAY).method is Method.SAME_PERSON
    assert south.rules_told(lead(), known, MONDAY) == ()
