"""What a report reads of the store, the same of SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from flows.report_facts import read_rows
from leads.activity import Outcome, OutcomeKind
from leads.decision import NOT_IN_TOUCH, Method
from leads.ownership import WriteStatus
from leads.record import Cursor
from routing.policy import Money, Policy
from store.activity_rows import ClockKind
from store.return_rows import HandBack
from store.store import Store
from tests.builders import calendar, owner, policy
from tests.contract.store_work import (
    ANA,
    BEN,
    CRM_IDS,
    MINUTE,
    NOW,
    RUN,
    SECOND,
    claim,
    decide,
    decision,
    deliver,
    delivery,
    held,
    key,
    new,
    outcome,
    rejected,
    show,
)
from tests.contract.test_store_touches import ONE, assign, start, tell, touch

DAY = timedelta(days=1)
TEAM = (
    owner("ana", crm=CRM_IDS[ANA]),
    owner("ben", crm=CRM_IDS[BEN], calendar=calendar()),
)
POLICY: Policy = policy(owners=TEAM)


def rows(store: Store) -> pd.DataFrame:
    return read_rows(store, POLICY, NOW - DAY)


def ends(record: str, kind: OutcomeKind, days: int) -> Outcome:
    at = NOW + days * DAY
    return Outcome(record_id=record, at=at, kind=kind, evidence=f"d{record}", recorded_at=at)


def test_a_lead_is_one_row_with_what_came_of_it(store: Store):
    show(store, new(1, campaign="spring", channel="web", country="ES", employees=(51, 200)))
    decide(store)
    deliver(store, now=NOW + SECOND)
    start(store)
    tell(store, touch(NOW + 5 * MINUTE))
    told = [ends("1", OutcomeKind.CONVERTED, 2), ends("1", OutcomeKind.WON, 9)]
    store.save_outcomes("hubspot", told, Cursor("o"), now=NOW + 10 * DAY)
    (found,) = rows(store).to_dict("records")
    words = ("source", "lead", "campaign", "channel", "country", "size", "owner", "pool", "method")
    assert [found[name] for name in words] == [
        *("hubspot", "1", "spring", "web", "ES", "50-499", "ana", "team", "round_robin")
    ]
    assert (found["attempt"], found["attempts"]) == (1, 1)
    assert found["created_at"] == pd.Timestamp(NOW - 60 * MINUTE + SECOND).tz_localize(None)
    assert found["touched_at"] == pd.Timestamp(NOW + 5 * MINUTE).tz_localize(None)
    assert found["converted_at"] == pd.Timestamp(NOW + 2 * DAY).tz_localize(None)
    assert found["won_at"] == pd.Timestamp(NOW + 9 * DAY).tz_localize(None)
    assert found["sla_due"] == pd.Timestamp(NOW + DAY).tz_localize(None)
    assert pd.isna(found["lost_at"])
    assert not found["is_flawed"]


def test_won_deals_are_worth_what_they_are_in_one_currency(store: Store):
    """Two deals of one lead add up; of one in a currency without a rate nobody knows the worth."""
    assign(store, 1, 2, 3)
    deals = [("1", "1000.50", "EUR"), ("1", "100", "USD"), ("2", "7", "JPY"), ("3", "5", None)]
    won = [
        replace(ends(of, OutcomeKind.WON, 9), amount=Decimal(much), currency=code, evidence=f"{n}")
        for n, (of, much, code) in enumerate(deals)
    ]
    lost = replace(ends("1", OutcomeKind.LOST, 9), amount=Decimal(4), currency="EUR")
    store.save_outcomes("hubspot", [*won, lost], Cursor("o"), now=NOW + 10 * DAY)
    priced = replace(POLICY, money=Money(base="EUR", rates={"USD": Decimal("0.92")}))
    found = read_rows(store, priced, NOW - DAY).set_index("lead")["won_amount"]
    assert (found["1"], found["3"]) == (pytest.approx(1000.50 + 92), 5)
    assert pd.isna(found["2"])


def test_follow_ups_are_counted_by_owner_once_their_time_is_up(store: Store):
    assign(store, 1, 2, 3, 4)
    tell(store, *(touch(ONE, record=f"{n}", evidence=f"first-{n}") for n in range(1, 5)))
    first = store.unfollowed(limit=9, now=NOW + 2 * DAY)
    due = NOW + 3 * DAY
    timed = [replace(each, kind=ClockKind.FOLLOW_UP, due_at=due) for each in first]
    timed[3] = replace(timed[3], due_at=NOW + 30 * DAY)
    store.begin_follow_ups(first, timed, NOW + 2 * DAY)
    tell(store, touch(due, evidence="in time"), touch(due + SECOND, record="2", evidence="late"))
    (before,) = store.report_counts(NOW - DAY, due - SECOND).follow_ups
    assert (before.in_time, before.late, before.never) == (1, 0, 0)
    counted = store.report_counts(NOW - DAY, due + DAY).follow_ups
    assert [(e.owner, e.in_time, e.late, e.never) for e in counted] == [(ANA, 1, 1, 1)]
    assert store.report_counts(due + DAY, due + 2 * DAY).follow_ups == ()


def test_who_handed_leads_back_is_counted_and_no_breach(store: Store):
    assign(store, 1, 2, 3)
    for number, (reason, is_lead) in enumerate(
        [("spam", False), ("my cousin", True), (f"{NOT_IN_TOUCH} by noon", True)], start=1
    ):
        back = HandBack(
            lead=key(number), attempt=1, owner=ANA, by=None, reason=reason, is_lead=is_lead, at=NOW
        )
        with store.desk(NOW) as desk:
            desk.take_back(back, is_void=True)
    (found,) = store.report_counts(NOW - DAY, NOW).returners
    assert (found.owner, found.leads, found.no_lead) == (ANA, 2, 1)


def test_a_lead_that_was_handed_back_is_two_rows_of_one(store: Store):
    assign(store, 1)
    then = NOW + 2 * MINUTE
    back = HandBack(lead=key(1), attempt=1, owner=ANA, by=ANA, reason="spam", is_lead=True, at=then)
    with store.desk(then) as desk:
        desk.take_back(back, is_void=True)
        again = [delivery(key(1), BEN, id="again")]
        desk.record_decision(decision(key(1), BEN, now=then), frozenset(), again, run=RUN)
    deliver(store, now=NOW + 3 * MINUTE)
    start(store)
    tell(store, touch(NOW + 9 * MINUTE, owner="crm-ben"))
    found = rows(store)
    assert found["owner"].tolist() == ["ana", "ben"]
    assert found["attempt"].tolist() == [1, 2]
    assert found["attempts"].tolist() == [2, 2]
    assert found["ended_at"].iloc[0] == found["assigned_at"].iloc[1] - timedelta(minutes=1)
    called = pd.Timestamp(NOW + 9 * MINUTE).tz_localize(None)
    assert found["touched_at"].tolist() == [called, called]


def test_what_a_person_had_taken_is_theirs_and_manual(store: Store):
    show(store, new(1), new(2))
    decide(store)
    for each in claim(store):
        by = "crm-ben" if each.lead == key(1) else "crm-somebody"
        store.settle([(each, outcome(WriteStatus.CONFLICT, owner=by))], run=RUN, now=NOW)
    found = rows(store)
    assert found["method"].tolist() == ["manual", "manual"]
    assert found["owner"].tolist() == ["ben", "somebody else"]


def test_a_write_that_was_refused_is_nobodys_row(store: Store):
    show(store, new(1))
    decide(store)
    deliver(store, WriteStatus.REFUSED)
    assert rows(store)["lead"].tolist() == []


def test_an_owner_who_could_not_be_told_and_one_off_work(store: Store):
    show(store, new(1), new(2))
    evening = NOW + 10 * 60 * MINUTE
    with store.desk(evening) as desk:
        for number, who, channels in ((1, ANA, ("a", "b")), (2, BEN, ("a",))):
            one = replace(delivery(key(number), who), notify=channels)
            made = decision(key(number), who, now=evening)
            desk.record_decision(made, frozenset(), [one], run=RUN)
    deliver(store, now=evening)
    for tries in range(1, 9):
        due = evening + 2 * DAY * tries
        for notice in store.claim_notices(limit=9, worker="w", lease_seconds=9, now=due):
            fails = notice.delivery.lead == key(2) or notice.channel == "a"
            store.settle_notice(notice, due, reason="no such channel" if fails else "")
    found = rows(store).sort_values("lead")
    assert found["told"].tolist() == ["told", "failed"]
    assert found["out_of_hours"].tolist() == [False, True]


def test_what_is_not_a_row_is_counted(store: Store):
    show(store, new(1), held(2, NOW + DAY), rejected(3), new(4))
    with store.desk(NOW) as desk:
        desk.record_decision(decision(key(1)), frozenset(), [delivery(key(1))], run=RUN)
    deliver(store)
    found = store.report_counts(NOW - DAY, NOW + 9 * DAY)
    assert (found.rejected, found.undecided) == (1, 2)
    assert found.deliveries == {("hubspot", "written"): 1}
    assert (found.fallbacks, found.returns) == ({}, {})
    assert store.report_counts(NOW + DAY, NOW + 9 * DAY).deliveries == {}


def test_what_was_decided_before_is_left_out(store: Store):
    assign(store, 1)
    assert len(read_rows(store, POLICY, NOW + SECOND)) == 0


def test_one_that_a_person_took_after_we_had_given_it_keeps_its_method_until_then(store: Store):
    """Conceded as it stood; and found out by the write that would have moved it on."""
    assign(store, 1, 2)
    given = {
        each.delivery.lead: each.delivery for n in (1, 2) for each in store.deliveries_of(key(n))
    }
    taken = NOW + 40 * MINUTE
    theirs = outcome(WriteStatus.CONFLICT, record="1", owner="crm-somebody")
    store.concede([(given[key(1)], theirs)], taken)
    breach(store, 2, taken)
    for each in claim(store, now=taken):
        store.settle([(each, replace(theirs, record_id="2"))], run=RUN, now=taken)
    found = rows(store).sort_values("lead")
    assert found["lead"].tolist() == ["1", "2"]
    assert found["method"].tolist() == ["round_robin", "round_robin"]
    assert found["owner"].tolist() == ["ana", "ana"]
    assert found["attempts"].tolist() == [1, 1]
    assert found["touched_at"].tolist() == [pd.Timestamp(taken).tz_localize(None)] * 2


def breach(store: Store, number: int, at: datetime) -> None:
    """Move it from Ana to the fallback, Ben: nobody was in touch in time."""
    late = f"{NOT_IN_TOUCH} by {at:%H:%M}"
    back = HandBack(
        lead=key(number), attempt=1, owner=ANA, by=None, reason=late, is_lead=True, at=at
    )
    with store.desk(at) as desk:
        desk.take_back(back, is_void=False)
        made = replace(decision(key(number), BEN, now=at), method=Method.FALLBACK)
        again = delivery(key(number), BEN, id=f"again-{number}")
        desk.record_decision(made, frozenset(), [again], run=RUN)


def test_breaches_are_no_hand_backs_and_no_failure_of_the_rules(store: Store):
    assign(store, 1, 2, 3)
    for number in (1, 2, 3):
        breach(store, number, NOW + number * MINUTE)
    found = store.report_counts(NOW - DAY, NOW + 9 * DAY)
    assert (found.breached, found.returns, found.fallbacks) == (3, {}, {})
