"""Pools that hold leads: drained at once and in order when somebody is free, else the fallback."""

from datetime import UTC, datetime, timedelta
from typing import Any

from leads.decision import Method
from leads.ownership import WriteOutcome, WriteStatus
from store.rows import LeadState
from tests.e2e.desk_case import DESK, RUN, SOURCE, office, person

NIGHT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def plan(pool: dict[str, Any], **owner: object) -> dict[str, Any]:
    return {
        "owners": [person("ana", hours="office", **owner), DESK],
        "pools": {"team": {"members": ["ana"], **pool}},
        "rules": [
            {"name": "hot", "when": {"country": "ES"}, "assign": "team", "sla": "standard"},
            {"name": "all", "assign": "team"},
        ],
    }


def test_at_night_a_lead_is_held_and_the_next_morning_it_is_hers(tmp_path):
    with office(tmp_path, NIGHT, plan({"out_of_hours": {"hold": "14h"}})) as desk:
        desk.bring(1)
        assert desk.decide() == {}
        stored = desk.wiring.store.stored_lead(desk.lead(1).key)
        assert (stored.state, stored.held_until) == (LeadState.HELD, NIGHT + timedelta(hours=14))
        assert "pool team holds it until Tue 24 Nov 10:00 (UTC) at most" in stored.reason
        assert desk.wiring.store.ledger(RUN)[SOURCE].balanced
        desk.later(hours=13)
        assert desk.decide() == {1: "ana"}
        assert desk.decision(1).sla_due == NIGHT + timedelta(hours=24)
        assert desk.wiring.store.ledger(RUN)[SOURCE].decided == 1


def test_what_nobody_could_take_in_time_is_the_fallbacks(tmp_path):
    with office(tmp_path, NIGHT, plan({"out_of_hours": {"hold": "10h"}})) as desk:
        desk.bring(1)
        assert desk.decide() == {}
        desk.later(hours=9, minutes=59)
        assert desk.decide() == {}
        desk.later(minutes=1)
        assert desk.decide() == {1: "desk"}
        made = desk.decision(1)
        assert made.method is Method.FALLBACK
        assert "pool team held it for 10 h" in made.reason


def test_room_that_comes_free_goes_first_to_what_is_due_first_then_to_the_oldest(tmp_path):
    pool = {"when_full": {"hold": "2h"}}
    document = plan(pool, max_open=1)
    document["rules"][0]["sla"] = "hot"
    with office(tmp_path, MONDAY, document) as desk:
        desk.bring(1)
        assert desk.decide() == {1: "ana"}
        desk.bring(2, 3)
        desk.bring(4, 5, country="ES")
        assert desk.decide() == {}
        desk.later(minutes=1)
        for expected in (4, 5, 2, 3):
            free(desk)
            desk.bring(expected + 100)
            assert desk.decide() == {expected: "ana"}


def free(desk) -> None:
    """Everything given away so far is refused by the CRM: its reservations end."""
    store = desk.wiring.store
    claimed = store.claim_deliveries(
        "hubspot", limit=9, worker="w", lease_seconds=60, now=desk.now + timedelta(hours=1)
    )
    gone = WriteOutcome(status=WriteStatus.GONE, reason="deleted")
    store.settle([(each, gone) for each in claimed], run=RUN, now=desk.now)


def test_a_record_shown_again_keeps_its_place_and_its_deadline(tmp_path):
    with office(tmp_path, NIGHT, plan({"out_of_hours": {"hold": "10h"}})) as desk:
        first = desk.lead(1)
        desk.show(first)
        desk.decide()
        for _ in range(10):
            desk.later(hours=1)
            desk.show(first)
            made = desk.decide()
        assert made == {1: "desk"}


def test_a_paused_source_is_not_drained(tmp_path):
    with office(tmp_path, NIGHT, plan({"out_of_hours": {"hold": "14h"}})) as desk:
        desk.bring(1)
        desk.decide()
        desk.later(hours=13)
        desk.wiring.store.pause(SOURCE, desk.now)
        assert desk.decide() == {}
        desk.wiring.store.resume(SOURCE)
        assert desk.decide() == {1: "ana"}
