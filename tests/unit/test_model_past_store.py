"""Whose a past lead was, and how it came out, by what the CRMs told."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from flows.modelling.past_store import end_of, past_of
from leads.activity import OutcomeKind
from leads.keys import CrmOwnerId, OwnerId
from routing.model_settings import Goal, ModelSettings
from routing.policy import Money
from store.model_rows import PastRow, StoredEnd
from tests.builders import MONDAY, crm_ids, lead, one_pool, owner

DAY = timedelta(days=1)
ANA, BEN, CLEO = OwnerId("ana"), OwnerId("ben"), OwnerId("cleo")
POLICY = one_pool([owner("ana", crm=crm_ids(hubspot="1")), owner("ben", crm=crm_ids(hubspot="2"))])
MONEY = Money(base="EUR", rates={"USD": Decimal("0.5")})
WON, LOST, CONVERTED = OutcomeKind.WON, OutcomeKind.LOST, OutcomeKind.CONVERTED


def end(kind: OutcomeKind, day: int, amount: str | None = None, currency: str | None = None):
    return StoredEnd(kind=kind, at=MONDAY + day * DAY, amount=amount, currency=currency)


def row(touched_by: str | None, touched_owner: OwnerId | None = BEN) -> PastRow:
    return PastRow(
        lead=lead(1),
        owner=ANA,
        at=MONDAY,
        crm="hubspot",
        touched_by=CrmOwnerId(touched_by) if touched_by else None,
        touched_owner=touched_owner if touched_by else None,
        touched_at=MONDAY + DAY if touched_by else None,
        match=None,
        given_to=CLEO,
        ends=(end(WON, 9),),
    )


@pytest.mark.parametrize(
    ("by", "owner_then", "whose"),
    [
        (None, None, ANA),  # nobody was in touch: who had it last
        ("2", ANA, BEN),  # whoever was, of ours
        ("77", BEN, BEN),  # somebody we do not know: who had it then
    ],
)
def test_a_lead_counts_for_whoever_was_in_touch_first(by, owner_then, whose):
    (found,) = past_of([row(by, owner_then)], POLICY, ModelSettings())
    assert (found.owner, found.at) == (whose, MONDAY)
    assert found.end is not None
    assert found.end.won


def test_a_deal_that_was_lost_and_another_that_was_won_is_won_when_that_was():
    found = end_of([end(LOST, 3), end(WON, 9, "100", "USD"), end(WON, 12)], MONEY, Goal.WON)
    assert found is not None
    assert (found.won, found.at, found.value) == (True, MONDAY + 9 * DAY, 50.0)


def test_a_conversion_is_a_success_only_where_that_is_the_goal():
    ends = [end(CONVERTED, 2), end(LOST, 30)]
    won, converted = (end_of(ends, MONEY, goal) for goal in (Goal.WON, Goal.CONVERTED))
    assert won is not None
    assert converted is not None
    assert (won.won, won.at) == (False, MONDAY + 30 * DAY)
    assert (converted.won, converted.at) == (True, MONDAY + 2 * DAY)
    assert end_of([end(CONVERTED, 2)], MONEY, Goal.WON) is None


def test_an_amount_that_cannot_be_told_is_none():
    for amount, currency in ((None, None), ("much", "EUR"), ("10", "GBP"), ("-5", "EUR")):
        found = end_of([end(WON, 1, amount, currency)], MONEY, Goal.WON)
        assert found is not None
        assert found.value == 0.0


def test_an_owner_in_two_crms_is_known_by_the_one_of_the_lead():
    other = replace(row("2"), crm="salesforce", touched_owner=None)
    (found,) = past_of([other], POLICY, ModelSettings())
    assert found.owner == ANA  # that id is nobody's of ours there: who had it last
