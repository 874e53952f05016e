"""What a report says, alarms for and leaves alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reports.aging_rate import aging_section
from reports.beside import FieldHealth, Load, Turn
from reports.conversion import conversion_section
from reports.intervals import difference, wilson
from reports.method_rates import cohort
from reports.mix import gap_of
from reports.quality import quality_section
from reports.response import response_section
from reports.section import Tone
from reports.sharing import sharing_section
from reports.slowness import FULL, IDLE, LATE, NO_RULE, OFF, UNTOLD, slow_causes
from reports.tables import as_rows
from reports.wording import length, percent
from routing.policy import Strategy
from tests.unit.report_rows import NOW, facts, many, row

_DAY = timedelta(days=1)


def _touched(number: int, minutes: float, **told) -> dict[str, object]:
    created = told.pop("created_at", NOW - 2 * _DAY + timedelta(minutes=number))
    touched = created + timedelta(minutes=minutes)
    return row(number, created_at=created, touched_at=touched, **told)


def test_an_average_above_half_an_hour_is_an_alarm_with_its_cause():
    rows = [_touched(n, 50, out_of_hours=n < 9, owner=f"o{n}") for n in range(12)]
    found = response_section(facts(rows))
    (alarm,) = found.alarms
    assert alarm.kind == "response_slow"
    assert "50 min" in alarm.text
    assert alarm.why[0].startswith("75 % of the slow leads: they came out of hours")


def test_a_quick_team_is_no_alarm_and_few_leads_are_none_either():
    assert response_section(facts([_touched(n, 3) for n in range(12)])).alarms == ()
    assert response_section(facts([_touched(n, 300) for n in range(9)])).alarms == ()


@pytest.mark.parametrize(("last", "kinds"), [(20, ["response_not_moving"]), (12, [])])
def test_above_the_target_and_not_moving_toward_it_is_an_alarm(last, kinds):
    weeks = [(20, 4), (20, 3), (20, 2), (last, 1)]
    rows = [
        _touched(10 * ago + n, minutes, created_at=NOW - ago * 7 * _DAY - timedelta(hours=n))
        for minutes, ago in weeks
        for n in range(8)
    ]
    assert [each.kind for each in response_section(facts(rows)).alarms] == kinds


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        ({"method": "fallback"}, NO_RULE),
        ({"late": 6}, LATE),
        ({"told": "failed"}, UNTOLD),
        ({"out_of_hours": True}, OFF),
        ({}, IDLE),
    ],
)
def test_the_first_cause_that_holds_is_told(told, cause):
    late = timedelta(minutes=told.pop("late", 0))
    given = NOW - _DAY + late
    slow = row(created_at=NOW - _DAY, first_assigned_at=given, assigned_at=given, **told)
    assert [each.name for each in slow_causes(facts([slow]))] == [cause]


def test_who_has_ten_untouched_leads_in_hand_is_full():
    rows = [row(n, created_at=NOW - _DAY + timedelta(minutes=n)) for n in range(11)]
    assert {each.name: each.leads for each in slow_causes(facts(rows))} == {IDLE: 10, FULL: 1}


def test_a_rising_aging_rate_says_capacity_and_proposes_a_cap():
    def week(ago: int, late: int) -> list[dict[str, object]]:
        at = NOW - timedelta(days=7 * ago)
        return [
            row(
                100 * ago + n,
                created_at=at,
                sla_due=at + timedelta(hours=1),
                touched_at=None if n < late else at + timedelta(minutes=3),
            )
            for n in range(20)
        ]

    rows = [each for ago, late in ((4, 1), (3, 0), (2, 1), (1, 12)) for each in week(ago, late)]
    load = Load(owner="ana", open_leads=24, cap=25)
    (alarm,) = aging_section(facts(rows), (load,)).alarms
    assert alarm.kind == "aging_rising"
    assert "60 % last week, 3.3 % before" in alarm.text
    assert alarm.why[0] == (
        "20 leads a week were due, 16 were contacted in time: 4 a week too many."
    )
    assert alarm.why[1].startswith("ana: max_open 25 → 21")


def test_an_owner_who_had_it_no_longer_is_not_late():
    given = NOW - _DAY
    due = given + timedelta(hours=2)
    first = row(created_at=given, attempts=2, ended_at=given + timedelta(hours=1), sla_due=due)
    assert aging_section(facts([first])).figures["due"] == 0
    assert aging_section(facts([{**first, "ended_at": due}])).figures["late"] == 1


def _old(number: int, method: str, *, converts: object, **told) -> dict[str, object]:
    at = NOW - 60 * _DAY
    end = at + 5 * _DAY if converts else None
    return row(number, created_at=at, method=method, converted_at=end, **told)


def test_a_method_with_the_better_leads_is_no_alarm():
    """Partners convert at a half, the web at a tenth; within each, the methods do alike."""
    rows = []
    for method, partners, web in (("round_robin", 40, 200), ("best_match", 200, 40)):
        rows += [_old(n, method, converts=n % 2 == 0, channel="partner") for n in range(partners)]
        rows += [_old(n, method, converts=n % 10 == 0, channel="web") for n in range(web)]
    found = conversion_section(facts(rows))
    assert found.alarms == ()
    rates = {each["method"]: each for each in as_rows(found.tables[0])}
    one, other = rates["round robin"], rates["best match (model)"]
    assert (one["rate"], other["rate"]) == pytest.approx((1 / 6, 13 / 30), abs=1e-4)
    assert (one["adjusted"], other["adjusted"]) == pytest.approx((0.3, 0.3), abs=1e-4)


def test_a_method_that_does_worse_with_the_same_leads_is_an_alarm():
    rows = [_old(n, "round_robin", converts=n % 4 == 0) for n in range(200)]
    rows += [_old(n, "best_match", converts=n % 2 == 0) for n in range(200)]
    found = conversion_section(facts(rows))
    (alarm,) = found.alarms
    assert "best match (model) does 25.0 points better than round robin" in found.headline
    assert "converts 25 points better than round robin" in alarm.text


def test_a_difference_by_chance_is_no_alarm():
    rows = [_old(n, "round_robin", converts=n < 8) for n in range(40)]
    rows += [_old(n, "best_match", converts=n < 14) for n in range(40)]
    found = conversion_section(facts(rows))
    assert found.alarms == ()
    assert "no method does better than chance explains" in found.headline


def test_methods_that_never_get_the_same_leads_are_not_compared():
    rows = [_old(n, "round_robin", converts=False, channel="web") for n in range(50)]
    rows += [_old(n, "best_match", converts=True, channel="paid") for n in range(50)]
    found = conversion_section(facts(rows))
    assert found.alarms == ()
    assert any("too few leads of the same kind" in said for said in found.said)


def test_young_leads_do_not_count_as_lost():
    young = [row(n, created_at=NOW - 5 * _DAY) for n in range(50)]
    found = conversion_section(facts([*young, _old(99, "round_robin", converts=True)]))
    assert (found.figures["leads"], found.figures["converted"]) == (1, 1)
    assert "50 younger leads not counted: too early to say what comes of them." in found.said


def test_fairness_names_the_widest_gap():
    turns = (
        Turn(pool="p", owner="ana", entitled=10.0, assigned=12),
        Turn(pool="p", owner="ben", entitled=10.0, assigned=8),
    )
    assert "ana had 2.0 leads more than due in p" in sharing_section(turns).headline
    assert sharing_section(()).figure == ""


def test_a_field_that_is_filled_less_often_is_named_with_its_rules():
    bad = FieldHealth(
        source="meta_ads",
        field="employees",
        leads=200,
        filled=40,
        flawed=0,
        leads_before=400,
        filled_before=380,
        flawed_before=0,
        rules=("Enterprise",),
    )
    found = quality_section((bad,))
    assert "employees (meta_ads)" in found.headline
    assert any("rules that look at it: Enterprise" in said for said in found.said)
    assert "as full and as clean" in quality_section((replace(bad, filled=188),)).headline


def test_nothing_at_all_is_said_without_a_division_by_zero():
    empty = facts([])
    assert response_section(empty).headline == "No lead came in this time."
    assert conversion_section(empty).figure == ""
    assert aging_section(empty).headline == "No lead's deadline has passed in this time."


def test_intervals_are_those_of_the_books():
    rate = wilson(10, 100)
    assert (rate.low, rate.high) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    gap = difference((56, 70), (48, 80))  # Newcombe 1998, method 10
    assert (gap.low, gap.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0.5, "30 s"),
        (5, "5 min"),
        (4.25, "4.2 min"),
        (95.7, "96 min"),
        (330, "5.5 h"),
        (4320, "3.0 days"),
    ],
)
def test_lengths_read_as_people_say_them(minutes, said):
    assert length(minutes) == said


def test_shares_read_as_people_say_them():
    assert [percent(each) for each in (0.0, 0.034, 0.05, 0.124, 1.0)] == [
        "0 %",
        "3.4 %",
        "5 %",
        "12 %",
        "100 %",
    ]


def test_a_night_full_of_leads_is_what_the_report_of_a_busy_business_finds():
    found = slow_causes(facts(many(1_500)))
    assert found[0].name == OFF
    assert sum(each.share for each in found) == pytest.approx(1)


def test_strata_weigh_as_mantel_and_haenszel_have_them():
    """10 of 100 against 10 of 50, and 30 of 50 against 40 of 40."""
    counts = {("web", "round_robin"): (10, 100), ("web", "best_match"): (10, 50)}
    counts |= {("paid", "round_robin"): (30, 50), ("paid", "best_match"): (40, 40)}
    rows = [
        _old(n, method, converts=n < hits, channel=channel)
        for (channel, method), (hits, number) in counts.items()
        for n in range(number)
    ]
    gap = gap_of(cohort(facts(rows)), "round robin", "best match (model)")
    web, paid = 100 * 50 / 150, 50 * 40 / 90
    assert gap.gap.at == pytest.approx((-0.1 * web - 0.4 * paid) / (web + paid))
    assert gap.leads == 90
    assert gap.is_sure


def test_only_pools_that_take_turns_are_judged_for_fairness():
    """By room, or by a model, one has more than the next: that is what such a pool is for."""
    fair = (
        Turn(pool="turns", owner="ana", entitled=10.2, assigned=10),
        Turn(pool="turns", owner="ben", entitled=9.8, assigned=10),
    )
    apart = tuple(
        Turn(pool=f"by {strategy}", owner=owner, entitled=10, assigned=had, strategy=strategy)
        for strategy in ("least_loaded", "best_match", "pull", "")
        for owner, had in (("ana", 17), ("ben", 3))
    )
    section = sharing_section((*fair, *apart))
    assert section.headline.startswith("Nobody is more than one lead away from their due share")
    assert (section.tone, section.figures["leads"]) == (Tone.GOOD, 20)
    assert (
        "Not judged: by least_loaded. Whoever has the most room comes first there, not whose turn "
        "it is."
    ) in section.said
    (table,) = section.tables
    assert [row["had"] for row in as_rows(table)] == [17, 3, 17, 3, 17, 3, 17, 3, 10, 10]
    alone = sharing_section(apart)
    assert (alone.figure, alone.tone) == ("", Tone.PLAIN)
    assert alone.headline == "No pool takes turns, so that nobody is judged."


@pytest.mark.parametrize("strategy", Strategy)
def test_a_pool_is_judged_or_it_is_said_why_not(strategy: Strategy):
    """Of each strategy that there is: whoever adds one says which."""
    told = sharing_section(
        (Turn(pool="p", owner="ana", entitled=10.0, assigned=12, strategy=strategy.value),)
    )
    assert bool(told.figure) is not any("Not judged: p." in each for each in told.said)


def test_methods_that_convert_nothing_alike_are_not_as_they_should_be():
    rows = [_old(n, ("round_robin", "owner")[n % 2], converts=False) for n in range(100)]
    assert conversion_section(facts(rows)).tone is Tone.PLAIN
