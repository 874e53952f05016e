"""A backfill of a pool that goes by a model: whose slots go to which lead, each one replayed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.load import from_document
from flows.backfilling.applying import apply_window
from flows.backfilling.planning import plan_all
from flows.modelling.training import keep
from flows.stored import replay_all
from leads.decision import Match, Method
from leads.lead import Lead
from routing.learning.training import Trained, train
from store.backfill_rows import BackfillRow, BackfillState, Entry, EntryState, WindowRow
from store.model_rows import ModelState
from tests.e2e.desk_case import BASE, DESK, SOURCE, Office, office, person
from tests.unit.model_past import past

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SKILL = {"ana": 1.2, "ben": -0.4}
NUMBER = "b1"
GOOD, POOR = "manufacturing", "retail"
SPAN = WindowRow(
    backfill=NUMBER,
    number=0,
    source=SOURCE,
    since=MONDAY - timedelta(days=30),
    until=MONDAY,
    is_read=True,
)


def plan(strategy: str = "best_match", control: float = 0.0) -> dict[str, object]:
    rooms = {"ana": 2, "ben": 3}
    return {
        "owners": [*(person(name, max_open=rooms[name]) for name in SKILL), DESK],
        "pools": {"team": {"members": list(SKILL), "strategy": strategy}},
        "rules": [{"name": "all", "assign": "team", "sla": "standard"}],
        "model": {"features": ["country"], "control": control, "floor": 0},
    }


@pytest.fixture(scope="module")
def trained() -> Trained:
    """A version that likes Ana and manufacturing."""
    policy = from_document({**BASE, **plan()}).policy
    assert policy.model is not None
    history = past(900, SKILL, until=MONDAY, worth={GOOD: 1.0, POOR: -0.5})
    return train(history, policy, policy.model, MONDAY)


def start(desk: Office, trained: Trained) -> None:
    configuration, store = desk.wiring.configuration, desk.wiring.store
    policy = configuration.policy
    store.save_policy(policy.hash, configuration.document, desk.now)
    row = keep(store, trained, "a test", policy, by="rosa", now=desk.now)
    assert row.state is ModelState.IN_FORCE


def planned(desk: Office, *leads: Lead, at_once: int = 500) -> dict[int, str]:
    """Plan these as they were read, the oldest first; answer who would get which."""
    store = desk.wiring.store
    row = BackfillRow(
        id=NUMBER,
        source=SOURCE,
        since=SPAN.since,
        until=SPAN.until,
        most=99,
        any_owner=False,
        state=BackfillState.READING,
        created_at=desk.now,
    )
    store.start_backfill(row, [SPAN])
    entries = [
        Entry(lead=each, version="1", owner_seen=None, state=EntryState.READ) for each in leads
    ]
    store.save_backfill_page(SPAN, entries, {})
    made = plan_all(desk.wiring, NUMBER, 99, at_once)
    return {int(e.lead.key.source_id): e.decision.owner for e in made if e.decision}


def leads(desk: Office, *industries: str) -> list[Lead]:
    return [desk.lead(n, industry=each) for n, each in enumerate(industries, start=1)]


@pytest.mark.parametrize("at_once", [1, 500])
def test_the_best_pairs_come_first_whatever_is_older(
    tmp_path: Path, trained: Trained, at_once: int
):
    with office(tmp_path, MONDAY, plan()) as desk:
        start(desk, trained)
        waiting = leads(desk, POOR, POOR, POOR, GOOD, POOR, GOOD)
        found = planned(desk, *waiting, at_once=at_once)
        assert {n for n, who in found.items() if who == "ana"} == {4, 6}
        assert sorted(found.values()) == [*["ana"] * 2, *["ben"] * 3, "desk"]


def test_each_decision_is_explained_and_replayed_as_it_was(tmp_path: Path, trained: Trained):
    with office(tmp_path, MONDAY, plan(control=0.3)) as desk:
        start(desk, trained)
        waiting = leads(desk, POOR, POOR, GOOD, POOR, GOOD, GOOD)
        found = planned(desk, *waiting)
        desk.wiring.store.pause("hubspot", desk.now)
        assert apply_window(desk.wiring, SPAN, notify=False) == []
        for each in waiting:
            stored = desk.wiring.store.stored_lead(each.key)
            assert stored.decision is not None
            assert stored.decision.owner == found[int(each.key.source_id)]
            assert all(again.is_same for again in replay_all(desk.wiring.store, stored))
        matches = [_match(desk, each) for each in waiting]
        by_model = [e for e in waiting if desk.decision(_number(e)).method is Method.BEST_MATCH]
        assert 0 < len(by_model) < len(matches)
        reasons = [desk.decision(_number(each)).reason for each in by_model]
        assert any("Ana is the best match of 2 in pool team" in each for each in reasons)
        with desk.wiring.store.desk(desk.now) as inside:
            drawn = [n for counts in inside.drawn().values() for n in counts.values()]
        assert sum(drawn) == len([match for match in matches if match])


def test_whoever_stands_twice_keeps_their_place(tmp_path: Path, trained: Trained):
    """The earlier record decides for the later one: that must stay the earlier one."""
    with office(tmp_path, MONDAY, plan()) as desk:
        start(desk, trained)
        twice = [
            desk.lead(n, industry=i, email="one@example.com")
            for n, i in enumerate((POOR, GOOD), start=1)
        ]
        others = [desk.lead(n, industry=POOR) for n in (3, 4)]
        found = planned(desk, *twice, *others)
        assert found[1] == found[2]
        made = desk.wiring.store.backfill_entries(NUMBER, EntryState.PLANNED)
        doubles = {_number(each.lead): each.duplicate_of for each in made}
        assert doubles == {1: None, 2: twice[0].key, 3: None, 4: None}


def test_where_no_model_is_asked_the_oldest_come_first(tmp_path: Path, trained: Trained):
    with office(tmp_path, MONDAY, plan(strategy="least_loaded")) as desk:
        start(desk, trained)
        found = planned(desk, *leads(desk, POOR, POOR, POOR, POOR, POOR, GOOD))
        assert found[6] == "desk"


def _number(lead: Lead) -> int:
    return int(lead.key.source_id)


def _match(desk: Office, lead: Lead) -> Match | None:
    saw = desk.decision(_number(lead)).saw
    return saw.match if saw else None
