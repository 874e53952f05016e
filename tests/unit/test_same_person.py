"""A further record of a person: with whoever has the first, within cap and leave; and replayed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from leads.decision import Candidate, CandidateStatus, Decision, Method
from leads.keys import LeadKey, OwnerId
from leads.matches import SameBy, SamePerson
from routing.book import Book
from routing.engine import Engine
from routing.explain import explain
from routing.policy import Cap, CapPer, Policy
from routing.quota import Quotas
from routing.turn import Turn, take_turn
from tests.builders import (
    ALWAYS,
    DESK,
    MONDAY,
    account_of,
    away,
    crm_ids,
    is_one_of,
    lead,
    owner,
    policy,
    pool,
    queue,
    rule,
    standing,
)

FIRST = SamePerson(record=LeadKey("hubspot", "1"), owner=OwnerId("ana"), by=SameBy.EMAIL)


def company(**ana):
    owners = [owner("ana", **ana), owner("ben"), queue("inbound-desk")]
    return policy(owners, [pool("team", ["ben"])], [rule("all", "team")])


def take(rules: Policy, *, open_leads=None, absent=None, person=FIRST) -> Turn:
    book = Book(open_leads=open_leads or {}, rotation={}, away=absent or {})
    turn = take_turn(Engine(rules), book, lead(2), MONDAY, person=person)
    assert isinstance(turn, Turn)
    return turn


def decide(rules: Policy, **more) -> Decision:
    decision = take(rules, **more).decision
    assert decision.saw is not None
    assert Engine(rules).decide(lead(2), decision.saw, MONDAY) == decision, "it must replay"
    return decision


def test_it_goes_to_whoever_has_the_first():
    decision = decide(company())
    assert (decision.owner, decision.method) == ("ana", Method.SAME_PERSON)
    assert "record hubspot:1 (the same e-mail address)" in decision.reason
    assert take(company()).duplicate_of == FIRST.record


def test_a_cap_holds_for_it_too_and_then_nobody_else_works_the_person():
    decision = decide(company(max_open=5), open_leads={OwnerId("ana"): 5})
    assert (decision.owner, decision.method) == (DESK, Method.FALLBACK)
    assert decision.candidates[0] == Candidate(
        owner=OwnerId("ana"), status=CandidateStatus.SKIPPED, reason="at 5 of 5 open leads"
    )


def test_the_backup_has_it_while_the_owner_is_on_leave():
    on_leave = away(date(2026, 11, 20), date(2026, 11, 23))
    decision = decide(company(away=on_leave, backup=OwnerId("ben")))
    assert (decision.owner, decision.method) == ("ben", Method.SAME_PERSON)


def test_without_a_backup_the_rules_decide_while_the_owner_is_away():
    gone = decide(company(), absent={OwnerId("ana"): MONDAY + timedelta(hours=1)})
    assert (gone.owner, gone.method) == ("ben", Method.ROUND_ROBIN)
    assert gone.saw is not None
    assert gone.saw.person == FIRST
    back = decide(company(), absent={OwnerId("ana"): MONDAY - timedelta(hours=1)})
    assert back.owner == "ana"


def test_an_owner_who_left_leaves_it_to_the_rules():
    zoe = SamePerson(record=FIRST.record, owner=OwnerId("zoe"))
    turn = take(company(), person=zoe)
    assert (turn.decision.owner, turn.duplicate_of) == ("ben", None)
    assert decide(company(), person=zoe).owner == "ben"


def test_an_owner_without_an_id_in_the_leads_crm_leaves_it_to_the_rules():
    people = [owner("ana"), owner("ben", crm=crm_ids(hubspot="1")), queue(crm=crm_ids(hubspot="2"))]
    plan = policy(
        people, [pool("team", ["ben"])], [rule("all", "team")], crm_of={"hubspot": "hubspot"}
    )
    assert decide(plan).owner == "ben"


def test_an_ads_lead_of_somebody_in_the_crm_is_no_record_more():
    plan = policy(
        [owner("ana", crm=crm_ids(hubspot="1"), max_open=5), queue(crm=crm_ids(hubspot="2"))],
        crm_of={"hubspot": "hubspot", "meta_ads": "hubspot"},
    )
    book = Book(open_leads={OwnerId("ana"): 5}, rotation={}, away={})
    turn = take_turn(Engine(plan), book, lead(2, source="meta_ads"), MONDAY, person=FIRST)
    assert isinstance(turn, Turn)
    assert (turn.decision.owner, book.open_leads[OwnerId("ana")]) == ("ana", 5)


@pytest.mark.parametrize(("room", "owner_then", "open_then"), [(6, "ana", 6), (5, DESK, 5)])
def test_an_ads_lead_that_the_crm_does_not_find_is_a_record_more(
    room: int, owner_then: str, open_then: int
):
    """A CRM is not searched by name and company: it creates a record, and the cap holds for it."""
    plan = policy(
        [owner("ana", crm=crm_ids(hubspot="1"), max_open=room), queue(crm=crm_ids(hubspot="2"))],
        crm_of={"hubspot": "hubspot", "meta_ads": "hubspot"},
    )
    book = Book(open_leads={OwnerId("ana"): 5}, rotation={}, away={})
    by_name = replace(FIRST, by=SameBy.NAME_AND_COMPANY, crm_finds=False)
    turn = take_turn(Engine(plan), book, lead(2, source="meta_ads"), MONDAY, person=by_name)
    assert isinstance(turn, Turn)
    assert (turn.decision.owner, book.open_leads[OwnerId("ana")]) == (owner_then, open_then)
    assert turn.decision.fills
    saw = turn.decision.saw
    assert saw is not None
    assert Engine(plan).decide(lead(2, source="meta_ads"), saw, MONDAY) == turn.decision
    said = (
        "hubspot looks for its e-mail address and number, and finds that record by neither: so "
        "this lead is a record more there, and caps count it."
    )
    assert said in explain(turn.decision, plan)
    found = take_turn(Engine(plan), book, lead(3, source="meta_ads"), MONDAY, person=FIRST)
    assert said not in explain(made_of(found), plan)
    own = take_turn(Engine(plan), book, lead(4), MONDAY, person=by_name)
    assert said not in explain(made_of(own), plan), "the CRM's own record is one in any case"


def test_caps_in_a_period_hold_for_it_and_count_it():
    """A day's cap, and one of a segment: the record that would pass it is the fallback's."""
    ana = owner("ana", caps=(Cap(per=CapPer.DAY, most=2),))
    plan = policy([ana, owner("ben")], [pool("team", ["ben"])], [rule("all", "team")])
    engine, book = Engine(plan), with_quotas(plan)
    made = [made_of(take_turn(engine, book, lead(n), MONDAY, person=FIRST)) for n in (2, 3, 4)]
    assert [each.owner for each in made] == ["ana", "ana", DESK]
    assert "but is at 2 of 2 leads today" in made[2].reason
    for number, each in zip((2, 3, 4), made, strict=True):
        assert each.saw is not None
        assert engine.decide(lead(number), each.saw, MONDAY) == each, "it must replay"


def test_a_segments_cap_holds_for_it_too():
    ana = owner("ana", caps=(Cap(per=CapPer.DAY, most=1, segment="paid"),))
    paid = {"paid": is_one_of("channel", "ads")}
    plan = policy([ana], segments=paid)
    engine, book = Engine(plan), with_quotas(plan)

    def to(number: int, channel: str) -> str:
        each = lead(number, channel=channel)
        return made_of(take_turn(engine, book, each, MONDAY, person=FIRST)).owner

    assert [to(2, "ads"), to(3, "web"), to(4, "ads")] == ["ana", "ana", DESK]


def test_an_ads_lead_of_somebody_in_the_crm_counts_for_no_cap():
    ana = owner("ana", crm=crm_ids(hubspot="1"), caps=(Cap(per=CapPer.DAY, most=1),))
    both = {"hubspot": "hubspot", "meta_ads": "hubspot"}
    plan = policy([ana, queue(crm=crm_ids(hubspot="2"))], crm_of=both)
    engine, book = Engine(plan), with_quotas(plan)
    said = (
        "Ana is at 1 of 1 leads today, free again on Tue 24 Nov 00:00 (UTC), and has it all the "
        "same: the person's record in hubspot is used, so this lead is no record more and no cap "
        "counts it."
    )
    for number in (2, 3, 4):
        again = lead(number, source="meta_ads")
        made = made_of(take_turn(engine, book, again, MONDAY, person=FIRST))
        assert (made.owner, made.fills) == ("ana", False)
        assert said not in explain(made, plan), "ana has room"
    made_of(take_turn(engine, book, lead(5), MONDAY, person=FIRST))
    made = made_of(take_turn(engine, book, lead(6, source="meta_ads"), MONDAY, person=FIRST))
    assert (made.owner, made.fills) == ("ana", False)
    assert said in explain(made, plan)


def with_quotas(plan: Policy) -> Book:
    return Book(open_leads={}, rotation={}, away={}, quotas=Quotas(Engine(plan).gauges))


def made_of(turn: object) -> Decision:
    assert isinstance(turn, Turn)
    return turn.decision


SKILLED = replace(FIRST, asks_skills=True)
CERTIFIED = frozenset({"gdpr"})


SPAIN = is_one_of("country", "ES")


def certified(*, fallback=frozenset(), when=SPAIN, **ana):
    """Leads of Spain need the skill, and Ben has it; Ana has the person."""
    owners = [owner("ana", **ana), owner("ben", skills=CERTIFIED), queue(skills=fallback)]
    rules = [rule("es", "team", when=when, require_skills=CERTIFIED), rule("all", "team")]
    return policy(owners, [pool("team", ["ben"])], rules)


def of_spain(rules: Policy, *, person=SKILLED, country="ES", account=None, open_leads=None) -> Turn:
    """Decide, and again from what is stored."""
    book = Book(open_leads=open_leads or {}, rotation={}, away={})
    each, engine = lead(2, country=country), Engine(rules)
    turn = take_turn(engine, book, each, MONDAY, person=person, account=account)
    assert isinstance(turn, Turn)
    assert turn.decision.saw is not None
    assert engine.decide(each, turn.decision.saw, MONDAY) == turn.decision, "it must replay"
    return turn


def test_who_has_the_person_needs_what_the_leads_rule_requires():
    without = of_spain(certified())
    assert (without.decision.owner, without.decision.rule) == ("ben", "es")
    assert without.duplicate_of is None
    told = explain(without.decision, certified())
    assert "Ana is without the skill gdpr: the rules did." in " ".join(told)
    having = of_spain(certified(skills=CERTIFIED)).decision
    assert (having.owner, having.method) == ("ana", Method.SAME_PERSON)


def test_where_the_rule_requires_nothing_the_person_stays():
    assert of_spain(certified(), country="US").decision.method is Method.SAME_PERSON


def test_at_the_cap_a_fallback_without_the_skill_is_not_reached():
    full = {OwnerId("ana"): 1.0}
    ana = {"skills": CERTIFIED, "max_open": 1}
    on_list = of_spain(certified(**ana), open_leads=full)
    assert (on_list.decision.owner, on_list.duplicate_of) == ("ben", None)
    told = " ".join(explain(on_list.decision, certified(**ana)))
    assert "at 1 of 1 open leads, and the fallback, Inbound-desk, without the skill gdpr" in told
    at_desk = of_spain(certified(fallback=CERTIFIED, **ana), open_leads=full).decision
    assert (at_desk.owner, at_desk.method) == (DESK, Method.FALLBACK)


def test_a_cap_in_a_period_that_passes_the_fallback_replays_and_is_told():
    ana = {"skills": CERTIFIED, "caps": (Cap(per=CapPer.DAY, most=1),)}
    plan = certified(**ana)
    engine, book = Engine(plan), with_quotas(plan)
    for number in (2, 3):
        each = lead(number, country="ES")
        made = made_of(take_turn(engine, book, each, MONDAY, person=SKILLED))
        assert made.saw is not None
        assert engine.decide(each, made.saw, MONDAY) == made, "it must replay"
    assert made.owner == "ben"
    assert "at 1 of 1 leads today" in " ".join(explain(made, plan))


def test_a_rule_that_looks_at_the_account_is_found_again_in_replay():
    plan = certified(when=is_one_of("account_owner", "ben"))
    goes = of_spain(plan, account=account_of("ben")).decision
    assert (goes.owner, goes.rule) == ("ben", "es")
    skilled = certified(when=is_one_of("account_owner", "ana"))
    skilled = replace(skilled, rules=tuple(reversed(_bens_first(skilled.rules))))
    stays = of_spain(skilled, account=account_of("ben")).decision
    assert (stays.owner, stays.method) == ("ana", Method.SAME_PERSON)


def _bens_first(rules):
    """The last rule first, and only for Ben's accounts: without the account the other one holds."""
    requires, other = rules
    return (replace(requires, when=ALWAYS), replace(other, when=is_one_of("account_owner", "ben")))


def test_what_was_decided_before_skills_were_asked_is_replayed_as_it_was():
    old = of_spain(certified(), person=FIRST).decision
    assert (old.owner, old.method) == ("ana", Method.SAME_PERSON)


def test_a_refused_owner_is_replaced_by_the_fallback_and_that_replays():
    plan = company()
    because = "hubspot refused Ana (inactive)"
    decision = Engine(plan).decide(lead(2), replace(standing(), refused=because), MONDAY)
    assert decision.reason == f"Goes to the fallback, Inbound-desk: {because}."
    assert decision.saw is not None
    assert Engine(plan).decide(lead(2), decision.saw, MONDAY) == decision
