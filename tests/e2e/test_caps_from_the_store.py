"""Caps are counted from the decisions in the store: over restarts, processes and gone leads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.load import from_document
from flows.decide import decide_waiting
from flows.simulating.shadow import follow
from leads.keys import OwnerId
from leads.ownership import WriteOutcome, WriteStatus
from store.review_rows import ReviewState
from tests.e2e.desk_case import BASE, DESK, RUN, SOURCE, office, person
from tests.e2e.test_review import answer

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def plan(**caps: Any) -> dict[str, Any]:
    return {
        "owners": [person("ana", caps=caps, max_open=1_000), DESK],
        "pools": {"team": {"members": ["ana"]}, "spain": {"members": ["ana"]}},
        "segments": {"paid": {"channel": "ads"}},
        "rules": [
            {"name": "es", "when": {"country": "ES"}, "assign": "spain"},
            {"name": "all", "assign": "team"},
        ],
    }


def test_a_cap_holds_over_batches_and_restarts(tmp_path):
    for restart in range(3):
        with office(tmp_path, MONDAY, plan(day=4)) as desk:
            numbers = range(restart * 3, restart * 3 + 3)
            desk.bring(*numbers)
            made = desk.decide()
            left = max(0, 4 - restart * 3)
            assert list(made.values()) == ["ana"] * min(3, left) + ["desk"] * (3 - min(3, left))


def test_a_cap_that_is_stated_today_counts_what_was_given_today(tmp_path):
    with office(tmp_path, MONDAY, plan(day=100)) as desk:
        desk.bring(1, 2, 3)
        desk.decide()
    with office(tmp_path, MONDAY, plan(day=3, week=50)) as desk:
        desk.bring(4)
        assert desk.decide() == {4: "desk"}


def test_pool_and_segment_are_counted_from_the_store_too(tmp_path):
    caps = {"pool": {"spain": {"day": 1}}, "segment": {"paid": {"week": 1}}}
    with office(tmp_path, MONDAY, plan(**caps)) as desk:
        desk.bring(1, country="ES")
        desk.bring(2, channel="ads")
        assert desk.decide() == {1: "ana", 2: "ana"}
        desk.bring(3, country="ES")
        desk.bring(4, channel="ads")
        desk.bring(5)
        assert desk.decide() == {3: "desk", 4: "desk", 5: "ana"}
        desk.later(days=1)
        desk.bring(6, country="ES")
        desk.bring(7, channel="ads")
        assert desk.decide() == {6: "ana", 7: "desk"}
        desk.later(days=6)
        desk.bring(8, channel="ads")
        assert desk.decide() == {8: "ana"}


@pytest.mark.parametrize("sort", ["paid", "known"])
def test_what_a_person_gives_at_a_review_counts_for_its_segment(tmp_path, sort):
    """Ana's by a person, whose rule gave it to the desk: it is the one of today."""
    known = {"owner": "desk", "accounts": ["acme.example"]}
    document = plan(segment={sort: {"day": 1}}) | {
        "matching": {"named_accounts": [known]},
        "segments": {"paid": {"channel": "ads"}, "known": {"account_owner": {"is": "present"}}},
        "review": {"first": 1},
    }
    document["rules"].insert(0, {"name": "fr", "when": {"country": "FR"}, "assign": "desk"})
    of = {"paid": {"channel": "ads"}, "known": {"email": "zoe@acme.example"}}[sort]
    with office(tmp_path, MONDAY, document) as desk:
        desk.bring(1, country="FR", **of)
        assert desk.decide() == {1: "desk"}
        to_ana = {"to": OwnerId("ana"), "reason": "knows the company"}
        assert answer(desk, 1, ReviewState.CHANGED, **to_ana) == ""
        desk.bring(2, **of | {"email": "ida@acme.example"})
        desk.bring(3)
        assert desk.decide() == {2: "desk", 3: "ana"}


def test_a_lead_that_no_write_of_ours_took_effect_for_is_not_counted(tmp_path):
    with office(tmp_path, MONDAY, plan(day=1)) as desk:
        desk.bring(1)
        assert desk.decide() == {1: "ana"}
        store = desk.wiring.store
        (claimed,) = store.claim_deliveries(
            "hubspot", limit=9, worker="w", lease_seconds=60, now=desk.now
        )
        gone = WriteOutcome(status=WriteStatus.GONE, reason="deleted")
        store.settle([(claimed, gone)], run=RUN, now=desk.now)
        desk.bring(2, 3)
        assert desk.decide() == {2: "ana", 3: "desk"}


def test_eight_at_once_give_no_more_than_the_cap(tmp_path):
    with office(tmp_path, MONDAY, plan(day=10)) as desk:
        for number in range(40):
            desk.bring(number)
        with ThreadPoolExecutor(8) as threads:
            rounds = [threads.submit(decide_waiting, desk.wiring, SOURCE, RUN) for _ in range(8)]
            made = [each for done in rounds for each in done.result()]
        assert sorted(each.owner for each in made) == ["ana"] * 10 + ["desk"] * 30


def test_eight_at_once_on_a_saturday_give_no_more_than_mondays_cap(tmp_path):
    office_hours = {"office": {"days": "mon-fri", "hours": ["09:00-18:00"]}}
    ana = person("ana", caps={"day": 8}, max_open=1_000, hours="office")
    weekend = {
        "calendars": office_hours,
        "owners": [ana, DESK],
        "pools": {"team": {"members": ["ana"], "out_of_hours": "next_shift"}},
        "rules": [{"name": "all", "assign": "team"}],
    }
    with office(tmp_path, MONDAY - timedelta(days=2), weekend) as desk:
        for number in range(24):
            desk.bring(number)
        with ThreadPoolExecutor(8) as threads:
            rounds = [threads.submit(decide_waiting, desk.wiring, SOURCE, RUN) for _ in range(8)]
            made = [each for done in rounds for each in done.result()]
        assert sorted(each.owner for each in made) == ["ana"] * 8 + ["desk"] * 16
    with office(tmp_path, MONDAY, weekend) as desk:
        desk.bring(100)
        assert desk.decide() == {100: "desk"}
        desk.later(days=1)
        desk.bring(101)
        assert desk.decide() == {101: "ana"}


def test_a_shadow_counts_its_own_decisions(tmp_path):
    """Over ticks and restarts, and what was really given on the day before it began."""
    with office(tmp_path, MONDAY, plan(day=100)) as desk:
        desk.bring(1)
        desk.decide()
        desk.later(minutes=1)
        proposed = from_document({**BASE, **plan(day=3)})
        desk.wiring.store.start_shadow(proposed.policy.hash, proposed.document, desk.now)
    shadowed: list[str] = []
    for numbers in ((2,), (3, 4), (5,)):
        with office(tmp_path, MONDAY, plan(day=100)) as desk:
            desk.later(minutes=numbers[0])
            desk.bring(*numbers)
            assert desk.decide() == dict.fromkeys(numbers, "ana")
            assert follow(desk.wiring) == len(numbers)
            of = desk.wiring.store.shadow()
            assert of is not None
            pairs = desk.wiring.store.shadow_pairs(of, of.since, desk.now + timedelta(minutes=1))
            shadowed = [each.shadow.owner for each in pairs]
    assert shadowed == ["ana", "ana", "desk", "desk"]
