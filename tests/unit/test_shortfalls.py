"""What records go without, in words: each says what to change, and none tells of a person."""

import pytest

from flows.shortfalls import shortfall_lines, shortfall_sentence
from leads.delivery import Delivery, DeliveryKind
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from leads.ownership import LeftOut, WhyLeftOut, WriteOutcome, WriteStatus

SECRET = "zoe.roe@example.org"


def creation(**values: str) -> Delivery:
    return Delivery(
        id="1",
        lead=LeadKey("meta_ads", "1"),
        crm="hubspot",
        kind=DeliveryKind.CREATE,
        owner=OwnerId("ana"),
        crm_owner=CrmOwnerId("4471"),
        expected=frozenset(),
        values=values,
        notes={},
    )


def without(*left_out: LeftOut) -> WriteOutcome:
    return WriteOutcome(status=WriteStatus.WRITTEN, left_out=left_out)


def left(why: WhyLeftOut, name: str = "campaign", **more: str) -> LeftOut:
    return LeftOut(name=name, field="the_field", why=why, **more)


@pytest.mark.parametrize("why", WhyLeftOut)
@pytest.mark.parametrize("name", ["campaign", "country", "custom.note", "write"])
def test_every_reason_says_what_to_change_and_where(why: WhyLeftOut, name: str):
    delivery = creation(**{name: SECRET if name == "custom.note" else "ent-spring"})
    (line,) = shortfall_lines([(delivery, without(left(why, name, code="BAD")))])
    sentence = shortfall_sentence(delivery, left(why, name, code="BAD"))
    place = "sources.hubspot.write" if name == "write" else "sources.hubspot.create."
    for text in (line, sentence):
        assert "the_field" in text
        assert place in text
        assert SECRET not in text


def test_lines_count_and_show_the_first_values():
    no_choice = left(WhyLeftOut.NOT_A_CHOICE, "lead_source")
    words = ["a", "a", "b", "c", "d"]
    results = [(creation(lead_source=word), without(no_choice)) for word in words]
    (line,) = shortfall_lines(results)
    assert line == (
        "hubspot: 5 records went without lead_source ('a', 'b', 'c', ...): the_field has no such "
        "choice; add the value to the list, or write the CRM's word for it under "
        "sources.hubspot.create.values.lead_source"
    )


def test_what_stands_elsewhere_is_told_to_who_asks_and_to_nobody_else():
    ranged = left(WhyLeftOut.NOT_A_NUMBER, "employees", instead="Size__c")
    delivery = creation(employees="51-200")
    assert shortfall_lines([(delivery, without(ranged))]) == []
    assert shortfall_sentence(delivery, ranged) == (
        "the_field in hubspot was left blank: it takes one number ('51-200'); Size__c has it."
    )
