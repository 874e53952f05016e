"""The second record of a person: with whoever has the first, within cap and leave."""

from datetime import date, timedelta

from flows.same_person import FirstRecord, same_person_decision
from leads.decision import Method
from leads.keys import LeadKey, OwnerId
from routing.book import Book
from tests.builders import DESK, MONDAY, away, lead, owner, policy, pool, queue

FIRST = FirstRecord(record=LeadKey("hubspot", "1"), owner=OwnerId("ana"))


def company(**ana):
    owners = [owner("ana", **ana), owner("ben"), queue("inbound-desk")]
    return policy(owners=owners, pools=[pool("team", ["ana", "ben"])])


def decide(rules, *, open_leads=None, absent=None):
    book = Book(open_leads=open_leads or {}, rotation={}, away=absent or {})
    return same_person_decision(lead(2), FIRST, rules, book, MONDAY)


def test_it_goes_to_whoever_has_the_first():
    decision = decide(company())
    assert (decision.owner, decision.method) == ("ana", Method.SAME_PERSON)
    assert "hubspot:1" in decision.reason


def test_a_cap_holds_for_it_too_and_then_nobody_else_works_the_person():
    decision = decide(company(max_open=5), open_leads={OwnerId("ana"): 5})
    assert (decision.owner, decision.method) == (DESK, Method.FALLBACK)
    assert "5 of 5" in decision.reason


def test_the_backup_has_it_while_the_owner_is_on_leave():
    on_leave = away(date(2026, 11, 20), date(2026, 11, 23))
    decision = decide(company(away=on_leave, backup=OwnerId("ben")))
    assert (decision.owner, decision.method) == ("ben", Method.SAME_PERSON)


def test_without_a_backup_the_rules_decide_while_the_owner_is_away():
    assert decide(company(), absent={OwnerId("ana"): MONDAY + timedelta(hours=1)}) is None
    back = decide(company(), absent={OwnerId("ana"): MONDAY - timedelta(hours=1)})
    assert back.owner == "ana"


def test_an_owner_who_left_leaves_it_to_the_rules():
    gone = FirstRecord(record=FIRST.record, owner=OwnerId("zoe"))
    book = Book(open_leads={}, rotation={}, away={})
    assert same_person_decision(lead(2), gone, company(), book, MONDAY) is None
