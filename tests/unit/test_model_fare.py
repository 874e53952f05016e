"""When a version of the model must not go on: the four reasons, and that each is told apart."""

import random
from dataclasses import asdict, replace
from datetime import timedelta

import numpy as np
import pytest

from flows.modelling.fare_words import fare_json, fare_lines
from flows.modelling.stopping import disagreed
from flows.modelling.trial import fare
from leads.activity import OutcomeKind
from leads.decision import Arm, Match
from leads.keys import OwnerId, PoolName
from routing.learning.recipe import Recipe
from routing.learning.stability import Spectrum
from routing.model_settings import ModelSettings
from routing.policy import Money
from store.model_rows import Agreement, ModelRow, ModelState, PastRow, StoredEnd
from tests.builders import MONDAY, lead, one_pool, owner

TEAM = PoolName("team")
ANA, BEN = OwnerId("ana"), OwnerId("ben")
SETTINGS = ModelSettings(horizon=timedelta(days=60), control=0.4)
POLICY = replace(one_pool([owner("ana"), owner("ben")]), model=SETTINGS)
NOBODY = Agreement()
MIX = {"retail": 0.5, "software": 0.5}


def version(**report) -> ModelRow:
    recipe = Recipe(
        values={}, scales={}, segment="industry", segments=(*MIX, "other"), money=Money()
    )
    return ModelRow(
        version=4,
        trained_at=MONDAY,
        state=ModelState.IN_FORCE,
        state_at=MONDAY,
        state_by="ana",
        why="",
        recipe=recipe.to_json(),
        likelihood="{}",
        prices={},
        priced_at=MONDAY,
        fingerprint="f",
        report={"won": 150, "closed": 1_000, "mix": MIX, **report},
    )


def given(
    number: int,
    arm: Arm,
    *,
    won: bool,
    chance: float = 0.2,
    days: float = 90,
    at: int = 4,
    **fields,
) -> PastRow:
    made = MONDAY - timedelta(days=days)
    match = Match(
        version=4,
        pool=TEAM,
        arm=arm,
        draw=0.5,
        owners=(ANA, BEN),
        chances=(chance, 0.1),
        charges=(0.0, 0.0),
        priced=(chance, 0.1),
        usual=0.15,
        propensity=0.6 if arm is Arm.MODEL else 0.2,
    )
    end = StoredEnd(kind=OutcomeKind.WON, at=made + timedelta(days=20), amount=None, currency=None)
    return PastRow(
        lead=lead(number, industry=fields.get("industry", ("retail", "software")[number % 2])),
        owner=ANA if arm is Arm.MODEL else BEN,
        at=made,
        crm="hubspot",
        touched_by=None,
        touched_owner=None,
        touched_at=None,
        match=match,
        given_to=ANA if arm is Arm.MODEL else BEN,
        ends=(end,) if won else (),
    )


def trial(count: int, by_model: float, by_turns: float, *, chance: float, **fields):
    draw = random.Random(9)
    rows = []
    for number in range(count):
        arm = Arm.CONTROL if draw.random() < 0.4 else Arm.MODEL
        won = draw.random() < (by_turns if arm is Arm.CONTROL else by_model)
        rows.append(given(number, arm, won=won, chance=chance, **fields))
    return rows


def judged(rows, agreement=NOBODY, number=4, **report):
    row = replace(version(**report), version=number)
    return fare(row, rows, agreement, POLICY, MONDAY)


def test_a_control_group_that_closes_more_stops_it():
    found = judged(trial(3_000, 0.1, 0.2, chance=0.1))
    assert found.stop.startswith("the control group closes more: ")
    told = "\n".join(fare_lines(found))
    assert "the leads by turns close more, and that is no chance" in told
    assert "To see +20%, about " in told
    assert fare_json(found)["comparison"]["outcome"] == "control"


def test_a_model_that_does_as_it_said_goes_on():
    found = judged(trial(3_000, 0.2, 0.15, chance=0.2))
    assert found.stop == ""
    assert found.counted == found.given == 3_000
    assert found.everywhere is not None
    assert found.everywhere.rate.low < 0.2 < found.everywhere.rate.high


def test_a_difference_that_chance_explains_stops_nothing():
    found = judged(trial(300, 0.15, 0.2, chance=0.17))
    assert found.stop == ""
    assert "still open" in "\n".join(fare_lines(found))


def test_chances_that_do_not_come_true_stop_it():
    found = judged(trial(2_000, 0.15, 0.1, chance=0.4))
    assert found.stop.startswith("miscalibrated: it said that ")


def test_leads_unlike_those_it_learnt_from_stop_it():
    rows = trial(600, 0.2, 0.15, chance=0.2, industry="farming")
    found = judged(rows)
    assert found.stop.startswith("drift: ")
    assert "industry other is 100% of them, and was 0%" in found.stop


def of_chance(usual: float) -> list[PastRow]:
    rows = trial(600, 0.2, 0.15, chance=0.2)
    return [replace(e, match=replace(e.match, usual=usual)) if e.match else e for e in rows]


def test_chances_unlike_those_it_learnt_from_stop_it_though_the_segments_are_the_same():
    draw = random.Random(3)
    learnt = np.array([0.15 + 0.1 * draw.random() for _ in range(900)])
    chances = {"mean": float(learnt.mean()), **asdict(Spectrum.of(learnt))}
    alike = trial(600, 0.2, 0.15, chance=0.2)
    alike = [
        replace(e, match=replace(e.match, usual=0.15 + 0.1 * draw.random()))
        for e in alike
        if e.match
    ]
    assert judged(alike, chances=chances).stop == ""
    stop = judged(of_chance(0.16), chances=chances).stop
    assert stop.startswith("drift: leads' chances are no longer like those it learnt from (a usual")
    assert "is 16.0% on average, and was 20" in stop
    assert judged(of_chance(0.16), number=5, chances=chances).stop == ""


@pytest.mark.parametrize(("lately", "stops"), [(0.05, True), (0.19, False)])
def test_what_comes_true_no_longer_of_the_latest_alone_stops_it(lately, stops):
    rows = [
        *trial(4_000, 0.21, 0.21, chance=0.2, days=300),
        *trial(500, lately, lately, chance=0.2, days=90),
    ]
    rows = [replace(e, match=replace(e.match, propensity=0.5)) for e in rows if e.match]
    stop = judged([r for r in rows if r.match and r.match.arm is Arm.MODEL]).stop
    said = "drift: what comes of leads is no longer what it says: of the latest 500 it said that"
    assert stop.startswith(said) is stops
    assert bool(stop) is stops


def test_leads_that_no_model_was_asked_about_and_young_ones_do_not_count():
    asked_nobody = replace(trial(1, 0.0, 1.0, chance=0.1)[0], match=None)
    found = judged([asked_nobody, *trial(400, 0.0, 1.0, chance=0.1, days=5)])
    assert (found.given, found.counted, found.stop) == (400, 0, "")
    assert found.comparison is None


@pytest.mark.parametrize(
    ("approved", "changed", "stops"), [(0, 9, False), (6, 4, False), (5, 5, True), (50, 10, False)]
)
def test_people_who_disagree_stop_it_once_they_are_enough(approved, changed, stops):
    seen = Agreement(approved=approved, changed=changed, left=30)
    assert bool(disagreed(seen, SETTINGS)) is stops
    assert judged([], seen).stop == disagreed(seen, SETTINGS)


def test_shares_are_told_person_by_person_and_group_by_group():
    team = [
        owner("ana", languages=frozenset({"es"}), manager=OwnerId("ben")),
        owner("ben", languages=frozenset({"es", "pt"}), timezone="Europe/Lisbon"),
    ]
    policy = replace(one_pool(team), model=SETTINGS)
    rows = [
        *(given(n, Arm.MODEL, won=False) for n in range(3)),
        *(replace(given(n, Arm.MODEL, won=False), given_to=BEN) for n in range(3, 4)),
        *(given(n, Arm.CONTROL, won=False) for n in range(4, 8)),
    ]
    row = version(owners={"thin": [], "new": ["ben"], "left": []})
    found = fare(row, rows, NOBODY, policy, MONDAY)
    assert found.shares == {ANA: (0.75, 0.0), BEN: (0.25, 1.0)}
    assert found.groups == {
        "few closed leads": (0.25, 1.0),
        "language pt": (0.25, 1.0),
        "managed by Ben": (0.75, 0.0),
        "time zone Europe/Lisbon": (0.25, 1.0),
        "time zone UTC": (0.75, 0.0),
    }
    told = fare_lines(found)
    assert "By group: few closed leads 25% (100%), language pt 25% (100%)," in "\n".join(told)
