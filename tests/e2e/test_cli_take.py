"""`firsttouch take`: the most urgent first, no lead to two, the CRM told, the fallback in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.commands.take import nothing
from flows.take import Take, take
from leads.decision import Method
from leads.keys import OwnerId, PoolName
from tests.e2e.desk_case import DESK, RUN, Office, office, person

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
COUNTER = PoolName("counter")


def plan(**changed: Any) -> dict[str, Any]:
    people = [person("ana", max_open=3), person("ben", skills=["security"], max_open=100)]
    return {
        "owners": [*people, DESK],
        "pools": {"counter": {"members": ["ana", "ben"], "strategy": "pull", **changed}},
        "rules": [
            {
                "name": "secure",
                "when": {"product": "safe"},
                "assign": "counter",
                "require": {"skills": ["security"]},
            },
            {"name": "hot", "when": {"country": "ES"}, "assign": "counter", "sla": "hot"},
            {"name": "all", "assign": "counter"},
        ],
    }


def take_as(desk: Office, name: str) -> Take:
    return take(desk.wiring, COUNTER, OwnerId(name), RUN)


def taken(desk: Office, name: str) -> str | None:
    found = take_as(desk, name).decision
    return found.lead.source_id if found else None


def test_the_nearest_deadline_first_then_the_oldest(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1, 2)
        desk.bring(3, 4, country="ES")
        assert desk.decide() == {}
        assert [taken(desk, "ben") for _ in range(5)] == ["3", "4", "1", "2", None]
        assert desk.decision(3).method is Method.TAKE
        assert desk.decision(3).owner == "ben"
        assert desk.decide() == {}, "what is taken is decided for good"


def test_a_lead_they_may_not_have_is_left_for_others(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1, product="safe")
        desk.bring(2, 3, 4, 5)
        desk.decide()
        assert [taken(desk, "ana") for _ in range(3)] == ["2", "3", "4"]
        refused = take_as(desk, "ana")
        assert (refused.decision, refused.waiting) == (None, 2)
        assert refused.refusal == "without the skill security"
        assert [taken(desk, "ben") for _ in range(2)] == ["1", "5"]


def test_what_stands_in_the_way_is_told_of_the_pool_that_was_asked_and_of_no_other(tmp_path):
    """Ana may take at any hour; of the next pool on the list she would be off work."""
    capped = {"pool": {"counter": {"day": 1}}}
    people = [person("ana", hours="office", caps=capped), person("ben", hours="office"), DESK]
    stated = {**plan(), "owners": people}
    stated["pools"] = {**stated["pools"], "team": {"members": ["ana", "ben"]}}
    stated["rules"] = [{"name": "all", "assign": ["counter", "team"], "sla": "standard"}]
    with office(tmp_path, MONDAY + timedelta(hours=11), stated) as desk:
        desk.bring(1, 2)
        desk.decide()
        assert taken(desk, "ana") == "1"
        (why,) = take_as(desk, "ana").refusals
        assert why.startswith("at 1 of 1 leads today from pool counter, free again on Tue 24 Nov")


def test_a_lead_that_another_rule_has_by_now_says_so_and_that_it_waited(tmp_path):
    night = {"local_time": {"not": {"min": "06:00", "max": "21:59"}}}
    stated = plan()
    rules = [
        {"name": "night", "when": night, "assign": "desk"},
        {"name": "day", "assign": "counter"},
    ]
    with office(tmp_path, MONDAY, {**stated, "rules": rules}) as desk:
        desk.bring(1, country="GB")
        desk.decide()
        desk.later(hours=12)
        refused = take_as(desk, "ben")
        assert refused.refusals == ("matched by the rule night now, not for pool counter",)
        assert desk.decide() == {1: "desk"}
        told = desk.decision(1).reason
        assert told.endswith("Before, it waited 12 h in pool counter, by rule day.")


def test_two_reps_never_get_the_same(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(*range(1, 31))
        desk.decide()
        with ThreadPoolExecutor(6) as threads:
            rounds = [threads.submit(taken, desk, "ben") for _ in range(36)]
            had = [each.result() for each in rounds]
        assert sorted(int(each) for each in had if each) == list(range(1, 31))
        assert had.count(None) == 6


def test_what_nobody_takes_is_the_fallbacks_before_its_sla(tmp_path):
    with office(tmp_path, MONDAY, plan(take_within="90m")) as desk:
        desk.bring(1)
        desk.decide()
        desk.later(minutes=90)
        assert desk.decide() == {1: "desk"}
        assert taken(desk, "ben") is None


def test_a_pool_that_gives_its_leads_away_after_all_empties_its_queue(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1)
        desk.decide()
    with office(tmp_path, MONDAY, plan(strategy="round_robin")) as desk:
        assert set(desk.decide().values()) <= {"ana", "ben"}


CONFIG = """
owners:
  - {id: ana, name: Ana Ruiz, crm: {hubspot: "1"}}
  - {id: desk, name: Desk, kind: queue, crm: {hubspot: "2"}}
pools:
  counter: {members: [ana], strategy: pull}
  team: {members: [ana]}
rules: [{name: all, assign: counter}]
fallback: {assign: desk, sla: standard}
sla: {standard: {first_touch: 24h}}
sources: {hubspot: {intake: {owners: [null], created_after: 2026-11-01}}}
"""


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("conter", "--as", "ana"), "pool 'conter' is not configured; did you mean counter?"),
        (("team", "--as", "ana"), "pool team gives its leads away (round_robin)"),
        (("counter", "--as", "desk"), "'desk' is not in pool counter; known: ana"),
    ],
)
def test_who_cannot_take_is_told_why(store, firsttouch, tmp_path, words, complaint):
    (tmp_path / "one.yaml").write_text(CONFIG)
    token = {"FIRSTTOUCH_HUBSPOT_TOKEN": "a-token"}
    ended = firsttouch("take", *words, "--config", tmp_path, environment=token)
    assert ended.code == 2
    assert complaint in ended.complaint


def test_an_empty_pool_says_so(store, firsttouch, tmp_path):
    (tmp_path / "one.yaml").write_text(CONFIG)
    token = {"FIRSTTOUCH_HUBSPOT_TOKEN": "a-token"}
    ended = firsttouch("take", "counter", "--as", "ana", "--config", tmp_path, environment=token)
    assert (ended.code, ended.out) == (1, "")
    assert ended.complaint == "firsttouch: nothing was taken: no lead waits in pool counter\n"


def test_each_reason_why_nothing_can_be_taken_is_told(tmp_path):
    with office(tmp_path, MONDAY, plan()) as desk:
        desk.bring(1, 2, 3, 4)
        desk.bring(5, product="safe")
        desk.decide()
        for _ in range(3):
            take_as(desk, "ana")
        found = take_as(desk, "ana")
        who = desk.wiring.configuration.policy.owners[OwnerId("ana")]
        assert nothing(found, "counter", who) == (
            "nothing was taken: 2 wait in pool counter, and Ana can have none of them: at 3 of 3 "
            "open leads; without the skill security"
        )
