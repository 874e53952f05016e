"""First assignments that a person looks at: exactly so many, in time, answered once, never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.answers import Answer, answer_all
from flows.decide import decide_waiting
from flows.stored import replay_all
from leads.decision import Method
from leads.erasure import Subject
from leads.keys import OwnerId, PoolName, RunId
from leads.ownership import WriteOutcome, WriteStatus
from store.review_rows import ReviewState
from store.rows import DeliveryState, LeadState
from tests.e2e.desk_case import DESK, RUN, SOURCE, Office, office, person

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ANA, BEN = OwnerId("ana"), OwnerId("ben")


def plan(first: int, weight: int = 1, sla: str = "standard") -> dict[str, Any]:
    return {
        "owners": [person("ana", max_open=100), person("ben", max_open=100), DESK],
        "pools": {"team": {"members": [{"owner": "ana", "weight": weight}, "ben"]}},
        "rules": [{"name": "all", "assign": "team", "sla": sla}],
        "review": {"first": first},
    }


def due(desk: Office, **later: float) -> list[int]:
    """Which leads would be written at this moment."""
    claimed = desk.wiring.store.claim_deliveries(
        "hubspot", limit=999, worker="w", lease_seconds=1, now=desk.now + timedelta(**later)
    )
    return sorted(int(each.lead.source_id) for each in claimed)


def answer(desk: Office, number: int, state: ReviewState, by: str = "rosa", **more: Any) -> str:
    """Answer; say what was wrong with it."""
    keep(desk)
    asked = Answer(lead=desk.lead(number).key, state=state, **more)
    return " ".join(done.problem for done in answer_all(desk.wiring, [asked], by, RUN))


def keep(desk: Office) -> None:
    """Keep the policy, as a process does when it starts."""
    configuration = desk.wiring.configuration
    desk.wiring.store.save_policy(configuration.policy.hash, configuration.document, desk.now)


def waiting(desk: Office) -> list[int]:
    return sorted(int(p.review.lead.source_id) for p in desk.wiring.store.proposals(desk.now))


def test_the_first_wait_and_the_others_do_not(tmp_path):
    with office(tmp_path, MONDAY, plan(3)) as desk:
        desk.bring(1, 2)
        assert len(desk.decide()) == 2
        desk.bring(3, 4, 5)
        assert len(desk.decide()) == 3
        assert waiting(desk) == [1, 2, 3]
        assert due(desk) == [4, 5]
        ledger = desk.wiring.store.ledger(RUN)[SOURCE]
        assert (ledger.balanced, ledger.decided) == (True, 5)
        assert (ledger.pending, ledger.in_review) == (5, 3)
        assert ledger.review_until == MONDAY + timedelta(hours=18)


def test_what_nobody_answers_goes_to_whom_the_rules_said(tmp_path):
    """A quarter of the SLA is left then; nothing need run for it but a sync."""
    with office(tmp_path, MONDAY, plan(3)) as desk:
        desk.bring(1)
        made = desk.decide()
        assert due(desk, hours=17, minutes=59) == []
        desk.later(hours=18)
        assert waiting(desk) == []
        assert due(desk) == [1]
        assert desk.decision(1).owner == made[1]
        assert answer(desk, 1, ReviewState.APPROVED) == (
            "too late: since 2026-11-24 04:00 UTC the decision of the rules stands"
        )


def test_each_policy_has_its_own_first_and_an_earlier_one_goes_on(tmp_path):
    def under(weight: int, *numbers: int) -> list[int]:
        with office(tmp_path, MONDAY, plan(2, weight)) as desk:
            desk.bring(*numbers)
            desk.decide()
            return [number for number in waiting(desk) if number in numbers]

    assert under(1, 1, 2, 3) == [1, 2]
    assert under(5, 11, 12, 13) == [11, 12]
    assert under(1, 21, 22) == []


def test_switched_on_later_it_asks_of_no_policy_that_has_proved_itself(tmp_path):
    with office(tmp_path, MONDAY, plan(0)) as desk:
        desk.bring(1, 2, 3)
        desk.decide()
    with office(tmp_path, MONDAY, plan(4)) as desk:
        desk.bring(4, 5)
        desk.decide()
        assert waiting(desk) == [4]


def test_many_who_decide_at_once_ask_exactly_so_often(tmp_path):
    with office(tmp_path, MONDAY, plan(7)) as desk:
        desk.bring(*range(1, 41))
        document = plan(7)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda at: _one_decides(tmp_path, document, at), range(4)))
        assert len(waiting(desk)) == 7


def _one_decides(folder, document, at):
    with office(folder, MONDAY, document) as desk:
        decide_waiting(desk.wiring, SOURCE, RunId(f"run-{at}"))


def test_approved_it_is_due_at_once_and_only_the_first_word_counts(tmp_path):
    with office(tmp_path, MONDAY, plan(3)) as desk:
        desk.bring(1, 2)
        desk.decide()
        assert answer(desk, 1, ReviewState.APPROVED) == ""
        assert due(desk) == [1]
        told = answer(desk, 1, ReviewState.CHANGED, "otto", to=BEN, reason="his region")
        assert told == "rosa approved it at 2026-11-23 10:00 UTC"
        assert waiting(desk) == [2]


def test_of_two_at_the_same_moment_one_is_told(tmp_path):
    with office(tmp_path, MONDAY, plan(20)) as desk:
        desk.bring(*range(1, 9))
        desk.decide()
        keep(desk)

        def say(by: str) -> list[str]:
            theirs = [
                Answer(lead=desk.lead(n).key, state=ReviewState.APPROVED) for n in range(1, 9)
            ]
            return [
                done.problem for each in theirs for done in answer_all(desk.wiring, [each], by, RUN)
            ]

        with ThreadPoolExecutor(2) as threads:
            first, second = threads.map(say, ["rosa", "otto"])
        for one, other in zip(first, second, strict=True):
            assert bool(one) != bool(other)


def test_changed_the_first_decision_leaves_no_trace_but_the_record_of_it(tmp_path):
    """Neither turn, nor place, nor write; and the second replays."""
    with office(tmp_path, MONDAY, plan(3)) as desk:
        desk.bring(1)
        (rules,) = desk.decide().values()
        other = BEN if rules == "ana" else ANA
        desk.later(minutes=10)
        assert answer(desk, 1, ReviewState.CHANGED, to=other, reason="Knows them.") == ""
        stored = desk.wiring.store.stored_lead(desk.lead(1).key)
        assert (stored.state, stored.is_void) == (LeadState.DECIDED, False)
        made = stored.decision
        assert made is not None
        assert (made.owner, made.method) == (other, Method.REVIEWED)
        assert made.reason == (
            f"rosa chose {other.capitalize()} in place of {rules.capitalize()}: Knows them."
        )
        assert made.sla_due == MONDAY + timedelta(hours=24)
        states = [each.state for each in stored.deliveries]
        assert states == [DeliveryState.WITHDRAWN, DeliveryState.PENDING]
        assert due(desk) == [1]
        assert all(each.is_same for each in replay_all(desk.wiring.store, stored))
        with desk.wiring.store.desk(desk.now) as at:
            assert {t.assigned for t in at.rotation()[PoolName("team")].values()} == {0}
            load = at.open_leads(desk.wiring.crm_ids())
            assert (load[other], load[OwnerId(rules)]) == (1, 0)
        row = stored.reviews[0]
        assert (row.state, row.by, row.chosen) == (ReviewState.CHANGED, "rosa", other)


def test_the_changed_one_is_written_and_the_withdrawn_one_never(tmp_path):
    with office(tmp_path, MONDAY, plan(3)) as desk:
        desk.bring(1)
        (rules,) = desk.decide().values()
        other = BEN if rules == "ana" else ANA
        answer(desk, 1, ReviewState.CHANGED, to=other, reason="knows them")
        store = desk.wiring.store
        for later in (0, 30):
            claimed = store.claim_deliveries(
                "hubspot",
                limit=9,
                worker="w",
                lease_seconds=9,
                now=desk.now + timedelta(hours=later),
            )
            written = WriteOutcome(status=WriteStatus.WRITTEN, record_id="7")
            store.settle([(each, written) for each in claimed], run=RUN, now=desk.now)
            assert [each.owner for each in claimed] == ([other] if later == 0 else [])


def test_a_persons_further_record_waits_and_goes_along(tmp_path):
    with office(tmp_path, MONDAY, plan(1)) as desk:
        desk.show(desk.lead(1), desk.lead(2))
        desk.show(desk.lead(3, email="lead1@example.com", created_at=MONDAY))
        (rules, *_) = desk.decide().values()
        assert desk.decision(3).method is Method.SAME_PERSON
        assert waiting(desk) == [1, 3]
        other = BEN if rules == "ana" else ANA
        assert not answer(desk, 1, ReviewState.CHANGED, to=other, reason="knows them").strip()
        assert desk.decision(3).owner == other
        assert desk.wiring.store.stored_lead(desk.lead(3).key).duplicate_of == desk.lead(1).key
        assert waiting(desk) == []


def test_approving_the_rest_does_not_take_a_change_back(tmp_path):
    with office(tmp_path, MONDAY, plan(5)) as desk:
        desk.show(desk.lead(1))
        desk.show(desk.lead(3, email="lead1@example.com", created_at=MONDAY))
        (rules, *_) = desk.decide().values()
        other = BEN if rules == "ana" else ANA
        keep(desk)
        answers = [
            Answer(lead=desk.lead(3).key, state=ReviewState.APPROVED),
            Answer(lead=desk.lead(1).key, state=ReviewState.CHANGED, to=other, reason="knows them"),
        ]
        done = answer_all(desk.wiring, answers, "rosa", RUN)
        assert [each.problem for each in done] == ["", ""]
        assert (desk.decision(1).owner, desk.decision(3).owner) == (other, other)


def test_held_back_it_moves_no_deadline(tmp_path):
    with office(tmp_path, MONDAY, plan(3)) as desk:
        desk.bring(1)
        desk.decide()
        assert answer(desk, 1, ReviewState.HELD, reason="asking ana") == ""
        assert due(desk, hours=17) == []
        assert due(desk, hours=18) == [1]
        assert answer(desk, 1, ReviewState.APPROVED, "otto") == "", "held is not answered"


@pytest.mark.parametrize(
    ("to", "reason", "complaint"),
    [
        ("nobody", "why", "there is no owner 'nobody'"),
        ("bare", "why", "bare has no id in hubspot"),
        ("ana", "why", "ana has it by the rules already"),
        ("ben", " ", "another owner needs a name and a reason"),
    ],
)
def test_a_change_that_cannot_be_is_refused(tmp_path, to, reason, complaint):
    document = plan(3)
    document["owners"].append({"id": "bare", "name": "Bare"})
    document["pools"]["team"]["members"] = ["ana"]
    with office(tmp_path, MONDAY, document) as desk:
        desk.bring(1)
        desk.decide()
        told = answer(desk, 1, ReviewState.CHANGED, to=OwnerId(to), reason=reason)
        assert complaint in told
        assert waiting(desk) == [1]


def test_what_was_never_asked_says_so(tmp_path):
    with office(tmp_path, MONDAY, plan(0)) as desk:
        desk.bring(1)
        desk.decide()
        assert answer(desk, 1, ReviewState.APPROVED) == "nobody was asked to look at it"


def test_how_they_fared_is_kept_for_each_policy(tmp_path):
    with office(tmp_path, MONDAY, plan(4)) as desk:
        desk.bring(1, 2, 3, 4)
        made = desk.decide()
        answer(desk, 1, ReviewState.APPROVED)
        answer(desk, 2, ReviewState.HELD)
        other = BEN if made[3] == "ana" else ANA
        answer(desk, 3, ReviewState.CHANGED, to=other, reason="knows them")
        (count,) = desk.wiring.store.review_counts(desk.now)
        assert (count.waiting, count.approved, count.changed, count.left) == (2, 1, 1, 0)
        (count,) = desk.wiring.store.review_counts(MONDAY + timedelta(hours=18))
        assert (count.waiting, count.left) == (0, 2)


def test_somebody_erased_is_nobodys_to_look_at(tmp_path):
    with office(tmp_path, MONDAY, plan(3)) as desk:
        desk.bring(1)
        desk.decide()
        answer(desk, 1, ReviewState.HELD, reason="is that Lead One of Example?")
        key = desk.lead(1).key
        desk.wiring.store.erase(Subject(lead=key), asked_by="desk", now=desk.now)
        assert waiting(desk) == []
        assert due(desk, hours=30) == []
        desk.bring(2, 3, 4)
        desk.decide()
        assert waiting(desk) == [2, 3], "an erased one was one of the first"
