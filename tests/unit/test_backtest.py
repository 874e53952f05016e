"""Counting what a change of the rules would change; and a page that shows leads as text."""

from datetime import UTC, datetime, timedelta

from leads.keys import OwnerId
from reports.backtest import Pair, Placement, compare, headlines, limits
from reports.backtest_page import backtest_page

_START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _at(owner: str, pool: str | None = "iberia", **more) -> Placement:
    told = {"rule": "Iberia", "is_fallback": False, "seen_in_time": True, "over": frozenset()}
    return Placement(owner=OwnerId(owner), pool=pool, **{"reason": f"{owner}'s.", **told, **more})


def _pairs(*sides) -> list[Pair]:
    return [
        Pair(lead=f"L{n}", at=_START + timedelta(minutes=n), before=before, after=after)
        for n, (before, after) in enumerate(sides)
    ]


def test_a_change_of_turns_is_told_from_a_change_of_pools():
    found = compare(
        _pairs(
            (_at("ana"), _at("ana")),
            (_at("ana"), _at("ben")),
            (_at("ana"), _at("ben", "dach")),
            (_at("ana", None), _at("ben", None)),
        )
    )
    assert (found.leads, found.moved, found.turns) == (4, 3, 1)
    assert found.moves == (("ana", "ben", 3),)


def test_what_newly_falls_back_and_what_no_longer_does():
    desk = _at("desk", None, is_fallback=True)
    found = compare(_pairs((_at("ana"), desk), (desk, _at("ana")), (desk, desk), (None, desk)))
    assert [pair.lead for pair in found.newly_fallback] == ["L0", "L3"]
    assert [pair.lead for pair in found.no_longer_fallback] == ["L1"]
    assert (found.before.fallback, found.after.fallback) == (2, 3)


def test_shares_are_of_what_was_given_to_somebody():
    found = compare(_pairs((_at("ana"), None), (_at("ben"), _at("ana")), (None, None)))
    assert [(s.owner, s.before, s.after) for s in found.shares] == [("ana", 1, 1), ("ben", 1, 0)]
    assert [(s.share_before, s.share_after) for s in found.shares] == [(0.5, 1.0), (0.5, 0.0)]
    assert (found.before.aside, found.after.aside) == (1, 2)


def test_what_is_set_aside_is_told_so_that_the_numbers_add_up():
    ana, aside = (_at("ana"), _at("ana")), (None, None)
    said = headlines(compare(_pairs(ana, ana, aside, aside)))
    assert said[0] == "0 of 4 leads (0%) would go to somebody else."
    assert said[1].startswith("2 of 4 are set aside (or ignored")
    assert headlines(compare(_pairs(ana, aside)))[1].startswith("1 of 2 is set aside")
    other = headlines(compare(_pairs(ana, (_at("ana"), None))))
    assert other[1].startswith("1 instead of 0 of 2 are set aside")
    assert not any("aside" in each for each in headlines(compare(_pairs(ana))))


def test_late_leads_and_caps_are_counted_for_each_side():
    found = compare(_pairs((_at("ana", over=frozenset({"after"})), _at("ana", seen_in_time=False))))
    assert (found.before.late, found.after.late) == (0, 1)
    assert found.before.over == {"before": 0, "after": 1}
    assert "Above the caps of new: 0 instead of 1 leads." in limits(found, ("old", "new"))


def test_no_lead_is_no_division_by_zero():
    found = compare([])
    assert headlines(found) == ["No lead was there to compare."]
    assert "No lead was there" in backtest_page(found, ("old", "new"))


def test_a_lead_is_text_on_the_page():
    evil = "<script>alert(1)</script>"
    pair = Pair(lead=evil, at=_START, before=_at("ana"), after=_at(evil, reason=evil))
    page = backtest_page(compare([pair]), (evil, "new"), [evil])
    assert page.count("<script>") == 1, "ours alone, which writes numbers as the reader does"
    assert "&lt;script&gt;" in page
