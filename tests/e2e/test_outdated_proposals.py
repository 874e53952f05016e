"""What waits for a review when its policy is in force no more: decided by the one that is."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.answers import Answer, answer_all
from flows.in_force import keep_version
from flows.reviewing.outdated import decide_outdated
from flows.stored import replay_all
from store.review_rows import ReviewState
from tests.e2e.desk_case import DESK, RUN, Office, office, person

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def plan(to: str, first: int = 2) -> dict[str, Any]:
    return {
        "owners": [person("ana"), person("ben"), DESK],
        "pools": {"team": {"members": ["ana", "ben"]}},
        "rules": [{"name": f"to {to}", "assign": to, "sla": "standard"}],
        "review": {"first": first},
    }


@contextmanager
def under(folder: Path, to: str, now: datetime = MONDAY, **more: int):
    """A process that puts a policy in force."""
    with office(folder, now, plan(to, **more)) as desk:
        keep_version(desk.wiring.store, desk.wiring.configuration, desk.now)
        yield desk


def waiting(desk: Office) -> list[int]:
    return sorted(int(p.review.lead.source_id) for p in desk.wiring.store.proposals(desk.now))


def due(desk: Office, **later: float) -> list[tuple[int, str]]:
    """Who would be written for which lead, at this moment."""
    claimed = desk.wiring.store.claim_deliveries(
        "hubspot", limit=99, worker="w", lease_seconds=1, now=desk.now + timedelta(**later)
    )
    return sorted((int(each.lead.source_id), each.owner) for each in claimed)


def test_going_back_takes_the_proposals_along(tmp_path):
    with under(tmp_path, "ana", first=0):
        pass
    with under(tmp_path, "ben") as desk:
        desk.bring(1, 2, 3)
        desk.decide()
        assert decide_outdated(desk.wiring, RUN) == 0, "this one is in force"
        assert (waiting(desk), due(desk)) == ([1, 2], [(3, "ben")])
    with under(tmp_path, "ana", MONDAY + timedelta(hours=1), first=0) as desk:
        assert decide_outdated(desk.wiring, RUN) == 2
        assert decide_outdated(desk.wiring, RUN) == 0
        assert (waiting(desk), due(desk)[:2]) == ([], [(1, "ana"), (2, "ana")])
        (count,) = desk.wiring.store.review_counts(desk.now)
        assert (count.waiting, count.left, count.outdated) == (0, 0, 2)
        stored = desk.wiring.store.stored_lead(desk.lead(1).key)
        assert all(each.is_same for each in replay_all(desk.wiring.store, stored))


def test_a_further_policy_asks_of_its_own_first_and_nothing_waits_for_longer(tmp_path):
    with under(tmp_path, "ben", first=3) as desk:
        desk.bring(1, 2, 3)
        desk.decide()
        assert waiting(desk) == [1, 2, 3]
    with under(tmp_path, "ana", MONDAY + timedelta(hours=9)) as desk:
        assert decide_outdated(desk.wiring, RUN) == 3
        assert (waiting(desk), due(desk)) == ([1, 2], [(3, "ana")])
        deadlines = {p.review.deadline for p in desk.wiring.store.proposals(desk.now)}
        assert deadlines == {MONDAY + timedelta(hours=18)}, "as under the first one"
        desk.bring(4)
        desk.decide()
        assert waiting(desk) == [1, 2], "its first have been asked about"


def test_past_its_deadline_it_is_not_written_as_the_abandoned_policy_chose(tmp_path):
    with under(tmp_path, "ben") as desk:
        desk.bring(1)
        desk.decide()
    with under(tmp_path, "ana", MONDAY + timedelta(hours=19)) as desk:
        assert decide_outdated(desk.wiring, RUN) == 1
        assert (waiting(desk), due(desk)) == ([], [(1, "ana")])


@pytest.mark.parametrize("state", [ReviewState.APPROVED, ReviewState.HELD])
def test_what_is_answered_stays_and_what_is_held_back_goes_along(tmp_path, state):
    with under(tmp_path, "ben") as desk:
        desk.bring(1)
        desk.decide()
        answer_all(desk.wiring, [Answer(lead=desk.lead(1).key, state=state)], "rosa", RUN)
    with under(tmp_path, "ana") as desk:
        is_held = state is ReviewState.HELD
        assert decide_outdated(desk.wiring, RUN) == is_held
        assert desk.decision(1).owner == ("ana" if is_held else "ben")


def test_what_is_being_written_is_left_alone(tmp_path):
    with under(tmp_path, "ben") as desk:
        desk.bring(1)
        desk.decide()
        assert due(desk, hours=18) == [(1, "ben")]
    with under(tmp_path, "ana", MONDAY + timedelta(hours=18)) as desk:
        assert decide_outdated(desk.wiring, RUN) == 0


def test_a_process_that_still_has_the_earlier_policy_takes_nothing_back(tmp_path):
    with under(tmp_path, "ana"):
        pass
    with under(tmp_path, "ben") as desk:
        desk.bring(1)
        desk.decide()
    with office(tmp_path, MONDAY, plan("ana")) as behind:
        assert decide_outdated(behind.wiring, RUN) == 0
        assert waiting(behind) == [1]


def test_a_persons_further_record_goes_along_with_the_first(tmp_path):
    with under(tmp_path, "ben") as desk:
        desk.bring(1)
        desk.decide()
    with under(tmp_path, "ana", first=0) as desk:
        desk.bring(2, email="lead1@example.com")
        assert desk.decide() == {2: "ben"}
        assert waiting(desk) == [1, 2], "it waits beside the first, by the policy in force"
        assert decide_outdated(desk.wiring, RUN) == 2
        assert [desk.decision(number).owner for number in (1, 2)] == ["ana", "ana"]
        assert desk.decision(2).rule is None
