"""A model in force at a desk: its first assignments wait for a person, then go by turns."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.answers import Answer, answer_all
from flows.modelling.stopping import stop_if_disagreed
from flows.modelling.training import keep
from flows.modelling.watching import judged
from flows.reviewing.leave import leave_to_rules
from flows.stored import replay_all
from flows.watching.model import model_causes
from leads.decision import Arm, Method
from leads.keys import OwnerId
from routing.learning.training import train
from store.model_rows import Agreement, ModelState
from store.review_rows import ReviewState
from tests.e2e.desk_case import DESK, RUN, Office, office, person
from tests.unit.model_past import past

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SKILL = {"ana": 1.2, "ben": 0.0, "cleo": -1.2}
BEN = OwnerId("ben")


def plan(review: int = 3, control: float = 0.0) -> dict[str, object]:
    model = {"features": ["country"], "control": control, "review": review, "floor": 0}
    return {
        "owners": [*(person(name, max_open=100) for name in SKILL), DESK],
        "pools": {"team": {"members": list(SKILL), "strategy": "best_match"}},
        "rules": [{"name": "all", "assign": "team", "sla": "standard"}],
        "model": model,
    }


TRAINED = past(900, SKILL, until=MONDAY)


def start(desk: Office) -> None:
    """Put a version in force that likes Ana best, then whoever is left."""
    configuration = desk.wiring.configuration
    policy = configuration.policy
    assert policy.model is not None
    desk.wiring.store.save_policy(policy.hash, configuration.document, desk.now)
    trained = train(TRAINED, policy, policy.model, MONDAY)
    row = keep(desk.wiring.store, trained, "a test", policy, by="rosa", now=desk.now)
    assert row.state is ModelState.IN_FORCE


def proposals(desk: Office) -> list[int]:
    return [int(p.review.lead.source_id) for p in desk.wiring.store.proposals(desk.now)]


def due(desk: Office) -> list[int]:
    claimed = desk.wiring.store.claim_deliveries(
        "hubspot", limit=999, worker="w", lease_seconds=1, now=desk.now
    )
    return sorted(int(each.lead.source_id) for each in claimed)


def agreement(desk: Office) -> Agreement:
    return desk.wiring.store.agreement(1, desk.now)


def test_the_first_of_a_version_wait_and_those_by_turns_do_not(tmp_path: Path):
    with office(tmp_path, MONDAY, plan(review=5, control=0.5)) as desk:
        start(desk)
        desk.bring(*range(1, 30))
        desk.decide()
        made = [desk.decision(number) for number in range(1, 30)]
        arms = [each.saw.match.arm for each in made if each.saw and each.saw.match]
        by_model = [n for n, arm in enumerate(arms, start=1) if arm is Arm.MODEL]
        assert proposals(desk) == by_model[:5]
        assert due(desk) == sorted(set(range(1, 30)) - set(by_model[:5]))


def test_what_nobody_answers_goes_by_turns_before_its_sla(tmp_path: Path):
    with office(tmp_path, MONDAY, plan(review=3)) as desk:
        start(desk)
        desk.bring(1, 2, 3, 4)
        assert set(desk.decide().values()) == {"ana"}
        assert (proposals(desk), due(desk)) == ([1, 2, 3], [4])
        desk.later(hours=17, minutes=59)  # the SLA keeps six hours of its day
        assert (proposals(desk), due(desk)) == ([], [4])
        assert leave_to_rules(desk.wiring, RUN) == 3
        assert leave_to_rules(desk.wiring, RUN) == 0
        made = [desk.decision(number) for number in (1, 2, 3)]
        assert {each.owner for each in made} == set(SKILL)
        assert {each.method for each in made} == {Method.ROUND_ROBIN}
        assert "nobody answered the model's proposal in time" in made[0].reason
        assert due(desk) == [1, 2, 3]
        assert agreement(desk) == Agreement(left=3)
        for number in range(1, 5):
            stored = desk.wiring.store.stored_lead(desk.lead(number).key)
            assert all(each.is_same for each in replay_all(desk.wiring.store, stored))


def test_where_no_sync_comes_in_time_the_proposal_is_written(tmp_path: Path):
    with office(tmp_path, MONDAY, plan(review=1)) as desk:
        start(desk)
        desk.bring(1)
        desk.decide()
        desk.later(hours=18, minutes=1)
        assert due(desk) == [1]
        assert desk.decision(1).owner == "ana"


def test_a_further_record_goes_by_turns_with_the_first(tmp_path: Path):
    with office(tmp_path, MONDAY, plan(review=1)) as desk:
        start(desk)
        desk.bring(1, 2, email="one@example.com")
        desk.decide()
        assert proposals(desk) == [1, 2]
        desk.wiring.store.add_model(_in_force(desk))  # another version came meanwhile
        desk.later(hours=17, minutes=59)
        assert leave_to_rules(desk.wiring, RUN) == 2
        assert desk.decision(2).owner == desk.decision(1).owner
        assert desk.decision(1).method is Method.ROUND_ROBIN


def _in_force(desk: Office):
    row = desk.wiring.store.model_in_force()
    assert row is not None
    return row


@pytest.mark.parametrize("state", [ReviewState.APPROVED, ReviewState.CHANGED])
def test_people_who_change_most_of_them_stop_the_model(tmp_path: Path, state: ReviewState):
    with office(tmp_path, MONDAY, plan(review=10)) as desk:
        start(desk)
        desk.bring(*range(1, 11))
        desk.decide()
        said = [
            Answer(lead=desk.lead(n).key, state=state, to=BEN, reason="he knows them")
            for n in proposals(desk)
        ]
        done = answer_all(desk.wiring, said, "rosa", RUN)
        assert not any(each.problem for each in done)
        row = desk.wiring.store.model(1)
        assert row is not None
        if state is ReviewState.APPROVED:
            assert row.state is ModelState.IN_FORCE
            assert agreement(desk) == Agreement(approved=10)
            assert model_causes(desk.wiring) == []
            return
        assert row.state is ModelState.STOPPED
        (cause,) = model_causes(desk.wiring)
        assert "people changed 10 of the 10 proposals" in cause.text
        desk.bring(50)
        desk.decide()
        assert desk.decision(50).method is Method.ROUND_ROBIN
        assert "version 1 of the model was stopped (people changed 10" in desk.decision(50).reason
        store, later = desk.wiring.store, desk.now + timedelta(minutes=1)
        store.set_model_state(1, ModelState.IN_FORCE, by="rosa", why="he is new", now=later)
        assert stop_if_disagreed(store, desk.wiring.configuration.policy, later) == ""
        assert model_causes(desk.wiring) == []


def test_versions_that_replace_each_other_are_one_trial_until_a_person_starts_one(tmp_path: Path):
    with office(tmp_path, MONDAY, plan(review=0, control=0.5)) as desk:
        start(desk)
        desk.bring(*range(1, 21))
        desk.decide()
        desk.later(days=7)
        start(desk)
        desk.bring(*range(21, 41))
        desk.decide()
        store, policy = desk.wiring.store, desk.wiring.configuration.policy
        rows = store.past_leads(MONDAY)
        assert judged(store, _in_force(desk), rows, policy, desk.now).given == 40
        first = store.model(1)
        assert first is not None
        assert judged(store, first, rows, policy, desk.now).given == 20
        desk.later(minutes=1)
        store.set_model_state(2, ModelState.STOPPED, by="firsttouch", why="drift", now=desk.now)
        start_again = desk.now
        store.set_model_state(2, ModelState.IN_FORCE, by="rosa", why="a person", now=start_again)
        assert judged(store, _in_force(desk), rows, policy, desk.now).given == 0
