"""Handing back: somebody else has it at once, nobody is charged, and of two at once one does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.activity import begin_clocks, start_clocks
from flows.aging_steps import act_on
from flows.hand_back import Asked, Returned, attempt_of, hand_back
from flows.take import take
from leads.decision import Decision, Method
from leads.keys import CrmOwnerId, LeadKey, OwnerId, PoolName
from leads.ownership import WriteOutcome, WriteStatus
from leads.record import Cursor, WorkItem
from leads.tasks import CRM_TASK
from routing.explain import explain
from store.activity_rows import ClockState
from store.rows import LeadState
from tests.e2e.desk_case import DESK, RUN, Office, office, person

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PEOPLE = ("ana", "ben", "cat")


def plan(*, returns: dict[str, Any] | None = None, **pool: Any) -> dict[str, Any]:
    people = [person(each, caps={"day": 50}, manager="mia") for each in PEOPLE]
    return {
        "owners": [*people, person("mia"), DESK],
        "pools": {"team": {"members": list(PEOPLE), **pool}},
        "rules": [{"name": "all", "assign": "team"}],
        **({"returns": returns} if returns else {}),
    }


def deliver(desk: Office, status: WriteStatus = WriteStatus.WRITTEN) -> dict[int, frozenset[Any]]:
    """Let HubSpot do as it is asked; answer whom each write was to replace."""
    store, expected = desk.wiring.store, {}
    claimed = store.claim_deliveries("hubspot", limit=99, worker="w", lease_seconds=9, now=desk.now)
    for each in claimed:
        made = WriteOutcome(status=status, record_id=f"77{each.lead.source_id}")
        store.settle([(each, made)], run=RUN, now=desk.now)
        expected[int(each.lead.source_id)] = each.expected
    return expected


def give_back(desk: Office, number: int, reason: str = "wrong territory", **said: Any) -> Returned:
    stored = desk.wiring.store.stored_lead(desk.lead(number).key)
    last = stored.deliveries[-1] if stored.deliveries else None
    words = {
        "lead": stored.key,
        "attempt": attempt_of(stored),
        "owner_in_crm": last.delivery.crm_owner if last else None,
        "reason": reason,
        "is_lead": True,
    }
    return hand_back(desk.wiring, Asked(**{**words, **said}), RUN)


def shares(desk: Office) -> dict[str, tuple[float, int]]:
    with desk.wiring.store.desk(desk.now) as opened:
        tallies = opened.rotation().get(PoolName("team"), {})
    return {who: (round(t.entitled, 6), t.assigned) for who, t in tallies.items() if t.entitled}


def in_hand(desk: Office) -> dict[str, float]:
    with desk.wiring.store.desk(desk.now) as opened:
        found = opened.open_leads(desk.wiring.crm_ids())
    return {who: count for who, count in found.items() if count}


def made_of(answer: Returned) -> Decision:
    assert answer.decision is not None, answer.refusal
    return answer.decision


def test_somebody_else_has_it_and_it_never_was_anybodys_turn(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1)
        (first,) = desk.decide().values()
        deliver(desk)
        made = made_of(give_back(desk, 1))
        assert made.owner not in {first, "desk"}
        rest = sorted(set(PEOPLE) - {first})
        assert shares(desk) == {who: (0.5, int(who == made.owner)) for who in rest}
        assert in_hand(desk) == {made.owner: 1}, "the first has room again before the CRM knows"
        had = desk.wiring.configuration.policy.owners[OwnerId(first)].crm["hubspot"]
        assert deliver(desk) == {1: frozenset({had})}, "taken from whoever has it, and nobody else"
        stored = desk.wiring.store.stored_lead(desk.lead(1).key)
        assert [each.delivery.record_id for each in stored.deliveries] == ["771", "771"]
        since = desk.wiring.store.returns_since(MONDAY)
        assert [(each.owner, each.reason, each.attempt) for each in since] == [
            (first, "wrong territory", 1)
        ]


def test_no_time_runs_for_whoever_gave_it_back_before_the_crm_is_told(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        begin_clocks(desk.wiring)
        desk.bring(1, 2)
        desk.decide()
        deliver(desk)
        start_clocks(desk.wiring)
        desk.later(minutes=5)
        made_of(give_back(desk, 1))
        of_lead = [desk.wiring.store.clocks_of(desk.lead(n).key) for n in (1, 2)]
        assert [[(e.state, e.ended_at) for e in each] for each in of_lead] == [
            [(ClockState.ENDED, desk.now)],
            [(ClockState.RUNNING, None)],
        ]


def test_the_mirrored_crm_still_shows_the_first_and_their_hands_are_empty(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1)
        (first,) = desk.decide().values()
        deliver(desk)
        had = desk.wiring.configuration.policy.owners[OwnerId(first)].crm["hubspot"]
        shown = WorkItem(crm="hubspot", record_id="771", owner=had, is_open=True)
        desk.wiring.store.save_work_page("hubspot", [shown], Cursor("w"), now=desk.now)
        assert in_hand(desk) == {first: 1}
        made = made_of(give_back(desk, 1))
        assert in_hand(desk) == {made.owner: 1}


def test_a_pool_may_charge_it_all_the_same(tmp_path):
    with office(tmp_path, MONDAY, plan(hand_backs="charged")) as desk:
        desk.bring(1)
        (first,) = desk.decide().values()
        deliver(desk)
        made = made_of(give_back(desk, 1))
        charged = {who: turns for who, (_, turns) in shares(desk).items() if turns}
        assert charged == {first: 1, made.owner: 1}
        assert in_hand(desk) == {made.owner: 1}


@pytest.mark.parametrize(("rejected", "counted"), [("void", 0), ("charged", 1)])
def test_what_is_no_lead_is_set_aside_with_the_steward(tmp_path, rejected, counted):
    with office(tmp_path, MONDAY, plan(rejected=rejected)) as desk:
        desk.bring(1)
        desk.decide()
        deliver(desk)
        made = made_of(give_back(desk, 1, "spam", is_lead=False))
        assert (made.owner, made.method) == ("desk", Method.STEWARD)
        assert sum(turns for _, turns in shares(desk).values()) == counted
        deliver(desk)
        assert "set aside with Desk already" in give_back(desk, 1, is_lead=False).refusal
        real = made_of(give_back(desk, 1, "a customer after all", by=OwnerId("desk")))
        assert real.owner in PEOPLE, "the steward gives back what is a lead"


def test_nobody_is_to_be_in_touch_with_what_is_no_lead(tmp_path):
    """It has no clock, also where an earlier version started one: nobody is late with it."""
    with office(tmp_path, MONDAY, plan() | {"notify": {"crm_task": True}}) as desk:
        begin_clocks(desk.wiring)
        desk.bring(1)
        desk.decide()
        deliver(desk)
        start_clocks(desk.wiring)
        give_back(desk, 1, "spam", is_lead=False)
        deliver(desk)
        store, key = desk.wiring.store, desk.lead(1).key
        told_by = [each.delivery.notify for each in store.stored_lead(key).deliveries]
        assert told_by == [(CRM_TASK,), ()], "no task asks the steward to be in touch"
        (unclocked,) = store.unclocked(limit=9)
        start_clocks(desk.wiring)
        assert [each.attempt for each in store.clocks_of(key)] == [1]
        store.start_clocks([replace(unclocked, is_no_lead=False)], desk.now)
        desk.later(days=9)
        due = store.due_clocks("hubspot", limit=9, now=desk.now)
        assert [each.attempt for each in due] == [2]
        assert act_on(desk.wiring, due, RUN) == []
        assert [each.state for each in store.clocks_of(key)] == [ClockState.ENDED] * 2
        made = desk.decision(1)
        assert made.method is Method.STEWARD
        told = " ".join(explain(made, desk.wiring.configuration.policy))
        assert "nobody is to be in touch" in told
        assert "first touch" not in told


def test_two_who_hand_it_back_at_once(tmp_path):
    """One of them does; the other is told, and the new owner keeps it."""
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1)
        desk.decide()
        deliver(desk)
        with ThreadPoolExecutor(4) as threads:
            answers = [threads.submit(give_back, desk, 1) for _ in range(4)]
            found = [each.result() for each in answers]
        assert len([each for each in found if each.decision]) == 1
        assert len(desk.wiring.store.returns_since(MONDAY)) == 1
        deliver(desk)
        late = give_back(desk, 1, attempt=1)
        assert "somebody handed it back a moment ago" in late.refusal


def test_the_same_words_after_the_first_are_through_take_it_from_nobody(tmp_path):
    """A second process that began later finds the first one's work done, in the CRM as well."""
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1)
        desk.decide()
        deliver(desk)
        new = made_of(give_back(desk, 1, at=desk.now)).owner
        asked_before = give_back(desk, 1, at=desk.now, attempt=1)
        deliver(desk)
        again = give_back(desk, 1, at=desk.now)
        for each in (asked_before, again):
            assert "somebody handed it back a moment ago" in each.refusal
            assert f"since 10:00:00 UTC; say --by {new} to hand it back" in each.refusal
        assert len(desk.wiring.store.returns_since(MONDAY)) == 1
        assert made_of(give_back(desk, 1, at=desk.now, by=new)).owner != new
        deliver(desk)
        late = give_back(desk, 1, at=desk.now + timedelta(minutes=2))
        assert late.decision is not None, late.refusal


def test_it_goes_round_three_times_and_ends(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1)
        desk.decide()
        had = []
        for _ in range(6):
            deliver(desk)
            had.append(desk.decision(1).owner)
            if give_back(desk, 1).refusal:
                break
        assert sorted(had[:3]) == list(PEOPLE)
        assert had[3:] == ["mia", "desk", "desk"]
        assert "is where it ends" in give_back(desk, 1).refusal


def test_the_limit_is_a_setting(tmp_path):
    with office(tmp_path, MONDAY, plan(returns={"at_most": 1})) as desk:
        desk.bring(1)
        desk.decide()
        deliver(desk)
        assert made_of(give_back(desk, 1)).method is Method.MANAGER


def test_what_is_not_theirs_or_ours_is_refused_with_the_reason(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1, 2)
        assert give_back(desk, 1).refusal == "nobody has it: it is waiting"
        desk.decide()
        assert "still to be written to hubspot" in give_back(desk, 1).refusal
        deliver(desk)
        owner = desk.decision(1).owner
        other = next(each for each in PEOPLE if each != owner)
        assert "and not" in give_back(desk, 1, by=OwnerId(other)).refusal
        theirs = give_back(desk, 1, owner_in_crm=CrmOwnerId("4711"))
        assert "it is 4711's in hubspot by a person's choice" in theirs.refusal
        assert desk.wiring.store.returns_since(MONDAY) == []
        assert desk.wiring.store.stored_lead(desk.lead(1).key).state is LeadState.DECIDED


def test_one_that_was_taken_waits_again_for_the_others(tmp_path):
    with office(tmp_path, MONDAY, plan(strategy="pull")) as desk:
        desk.bring(1)
        desk.decide()
        team = PoolName("team")
        assert take(desk.wiring, team, OwnerId("ana"), RUN).decision
        deliver(desk)
        assert give_back(desk, 1) == Returned()
        assert desk.wiring.store.stored_lead(desk.lead(1).key).state is LeadState.HELD
        refused = take(desk.wiring, team, OwnerId("ana"), RUN)
        assert (refused.decision, refused.refusal) == (None, "out of it, having handed it back")
        took = take(desk.wiring, team, OwnerId("ben"), RUN).decision
        assert took is not None
        had = desk.wiring.configuration.policy.owners[OwnerId("ana")].crm["hubspot"]
        assert deliver(desk) == {1: frozenset({had})}


def test_the_persons_next_record_is_not_the_first_owners(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1)
        (first,) = desk.decide().values()
        deliver(desk)
        made = made_of(give_back(desk, 1))
        same = desk.lead(1)
        desk.show(replace(same, key=LeadKey(same.key.source, "2")))
        assert desk.decide() == {2: made.owner}
        assert made.owner != first


def test_a_person_of_two_records_goes_whole_to_who_was_given_the_one_handed_back(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1)
        (first,) = desk.decide().values()
        same = desk.lead(1)
        desk.show(replace(same, key=LeadKey(same.key.source, "10")))
        assert desk.decide() == {10: first}
        deliver(desk)
        made = made_of(give_back(desk, 1))
        assert made.owner != first
        desk.later(minutes=1)
        desk.show(replace(same, key=LeadKey(same.key.source, "11")))
        assert desk.decide() == {11: made.owner}
        saw = desk.decision(11).saw
        assert saw is not None
        assert saw.person is not None
        told = f"csv_file:10 of {first}: csv_file:1 was taken back from them"
        assert saw.person.passed_over == (told,)
