"""Versions of the model in the store, which decisions went by them, and the past they had."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from leads.activity import Outcome, OutcomeKind, Touch, TouchKind
from leads.decision import Arm, Match, Standing
from leads.errors import StoreError
from leads.keys import CrmOwnerId, OwnerId
from leads.record import Cursor
from store.model_rows import ModelRow, ModelState
from store.store import Store
from tests.contract.store_work import (
    ANA,
    BEN,
    NOW,
    RUN,
    SECOND,
    TEAM,
    decide,
    decision,
    deliver,
    delivery,
    key,
    new,
    show,
)

DAY = timedelta(days=1)


def version(state: ModelState = ModelState.IN_FORCE, at: datetime = NOW) -> ModelRow:
    return ModelRow(
        version=0,
        trained_at=at,
        state=state,
        state_at=at,
        state_by="ana",
        why="the gate lets it route",
        recipe='{"values": {}}',
        likelihood='{"fixed": [0.1, 0.30000000000000004]}',
        prices={"per_day": [0.1 + 0.2], "unit": 1.0},
        priced_at=at,
        fingerprint="abc",
        report={"closed": 700, "verdict": "May route."},
    )


def states(store: Store) -> list[ModelState]:
    return [each.state for each in store.models()]


def test_a_version_is_read_back_as_it_was(store: Store):
    number = store.add_model(version())
    assert store.model(number) == replace(version(), version=1)
    assert store.model(2) is None


def test_one_version_is_in_force_and_going_back_is_told(store: Store):
    store.add_model(version())
    store.add_model(version(at=NOW + DAY))
    assert states(store) == [ModelState.REPLACED, ModelState.IN_FORCE]
    store.set_model_state(2, ModelState.ROLLED_BACK, by="ben", why="too few", now=NOW + 2 * DAY)
    assert store.model_in_force() is None
    latest = store.latest_model()
    assert latest is not None
    assert (latest.version, latest.state_by, latest.why) == (2, "ben", "too few")
    store.set_model_state(1, ModelState.IN_FORCE, by="ben", why="again", now=NOW + 3 * DAY)
    assert states(store) == [ModelState.IN_FORCE, ModelState.ROLLED_BACK]


def test_a_version_that_is_not_there_cannot_be_put_in_force(store: Store):
    store.add_model(version())
    with pytest.raises(StoreError, match="version 7: there is none"):
        store.set_model_state(7, ModelState.IN_FORCE, by="ana", why="", now=NOW)
    assert states(store) == [ModelState.IN_FORCE]


def test_prices_change_and_the_version_stays(store: Store):
    store.add_model(version())
    store.set_prices(1, {"per_day": [0.7], "unit": 2.0}, NOW + DAY)
    row = store.model_in_force()
    assert row is not None
    assert (row.version, row.prices["per_day"], row.priced_at) == (1, [0.7], NOW + DAY)


def matched(arm: Arm, segment: str = "", floor: float = 0.0) -> Standing:
    match = Match(
        version=1,
        pool=TEAM,
        arm=arm,
        draw=0.5,
        owners=(ANA, BEN),
        chances=(0.3, 0.1),
        charges=(0.0, 0.0),
        priced=(0.3, 0.1),
        usual=0.2,
        segment=segment,
        floor=floor,
    )
    return Standing(open_leads={}, rotation={}, away={}, match=match)


def given(
    store: Store, number: int, arm: Arm | None, segment: str = "", floor: float = 0.0
) -> None:
    show(store, new(number))
    with store.desk(NOW) as desk:
        made = decision(key(number))
        saw = matched(arm, segment, floor) if arm else None
        desk.record_decision(replace(made, saw=saw), frozenset(), [delivery(key(number))], run=RUN)


def test_decisions_of_a_version_are_counted_and_know_their_arm(store: Store):
    given(store, 1, Arm.MODEL)
    given(store, 2, Arm.CONTROL)
    given(store, 3, None)
    with store.desk(NOW) as desk:
        assert desk.assigned_by_model(1, at_most=10) == 1  # by turns is not by the model
        assert desk.assigned_by_model(1, at_most=0) == 0
        assert desk.assigned_by_model(2, at_most=10) == 0
    rows = store.past_leads(NOW - DAY)
    seen = [(row.match.arm, row.match.version) if row.match else None for row in rows]
    assert seen == [(Arm.MODEL, 1), (Arm.CONTROL, 1), None]


def test_a_trial_knows_of_how_many_leads_of_a_stratum_it_has_drawn(store: Store):
    for number, segment in enumerate(["retail", "software", "retail"], start=1):
        given(store, number, Arm.MODEL, segment)
    given(store, 4, None)
    with pytest.raises(StoreError):
        given(store, 1, Arm.MODEL, "retail")  # decided already: nothing of it is drawn
    with store.desk(NOW) as desk:
        assert desk.drawn() == {TEAM: {"retail": 2, "software": 1}}


def test_who_is_behind_the_floor_is_known_to_the_next_batch(store: Store):
    for number in (1, 2, 3):
        given(store, number, Arm.MODEL, floor=0.5)
    given(store, 4, Arm.MODEL)  # by a policy without a floor
    with store.desk(NOW) as desk:
        assert desk.arrears() == {TEAM: {"ana": -1.0, "ben": 0.75}}


def test_the_past_has_who_touched_first_and_what_came_of_it(store: Store):
    show(store, new(1, industry="retail"))
    decide(store)
    deliver(store, now=NOW + SECOND)
    store.start_clocks(store.unclocked(limit=9), NOW + SECOND)
    by = CrmOwnerId("crm-ben")
    call = Touch(
        record_id="1",
        at=NOW + DAY,
        kind=TouchKind.CALL,
        evidence="c",
        recorded_at=NOW + DAY,
        owner=by,
    )
    store.save_touches("hubspot", [call], [], Cursor("t"), now=NOW + DAY)
    won = Outcome(
        record_id="1",
        at=NOW + 9 * DAY,
        kind=OutcomeKind.WON,
        evidence="d",
        recorded_at=NOW + 9 * DAY,
        amount=Decimal("12.50"),
        currency="EUR",
    )
    store.save_outcomes("hubspot", [won], Cursor("o"), now=NOW + 9 * DAY)
    (row,) = store.past_leads(NOW - DAY)
    assert (row.owner, row.touched_by, row.touched_owner) == (OwnerId("ana"), by, OwnerId("ana"))
    assert (row.at, row.lead.industry, row.crm) == (NOW, "retail", "hubspot")
    (end,) = row.ends
    assert (end.kind, end.at, end.amount) == (OutcomeKind.WON, NOW + 9 * DAY, "12.50")
    assert store.past_leads(NOW + DAY) == []
