"""Alerts: one for each cause while it lasts, told once when it begins and once when it is over."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from store.alert_rows import Cause
from store.store import Store
from tests.contract.store_work import MINUTE, NOW

BLANK = Cause(kind="data quality", source="hubspot", subject="country", text="country is blank")
REFUSED = Cause(kind="credentials", source="hubspot", text="the token is refused")
HUBSPOT = {("data quality", "hubspot"), ("credentials", "hubspot")}
LATER = NOW + timedelta(minutes=6)


def told(store: Store, now=NOW) -> list[tuple[str, bool]]:
    found = store.untold_alerts()
    store.mark_alerts_told(found, now)
    return [(each.cause.kind, each.closed_at is None) for each in found]


def test_a_cause_is_told_once_while_it_lasts(store: Store):
    for minute in range(3):
        store.note_alerts([BLANK, REFUSED], HUBSPOT, NOW + minute * MINUTE)
        expected = [("data quality", True), ("credentials", True)] if minute == 0 else []
        assert told(store) == expected
    assert [each.opened_at for each in store.alerts()] == [NOW, NOW]


def test_what_it_says_may_change(store: Store):
    store.note_alerts([BLANK], HUBSPOT, NOW)
    worse = Cause(kind=BLANK.kind, source="hubspot", subject="country", text="in 64 of 64")
    store.note_alerts([worse], HUBSPOT, NOW + MINUTE)
    (standing,) = store.alerts()
    assert (standing.cause.text, standing.opened_at) == ("in 64 of 64", NOW)


def test_it_is_over_when_it_has_been_gone_for_a_while_and_that_is_told(store: Store):
    store.note_alerts([BLANK], HUBSPOT, NOW)
    assert told(store) == [("data quality", True)]
    store.note_alerts([], HUBSPOT, NOW + MINUTE)
    assert store.alerts() != []
    store.note_alerts([], HUBSPOT, LATER)
    assert store.alerts() == []
    assert told(store) == [("data quality", False)]
    assert told(store) == []
    (past,) = store.alerts(since=NOW)
    assert past.closed_at == LATER
    assert store.alerts(since=LATER + MINUTE) == []


def test_one_that_comes_back_after_its_end_is_a_new_one(store: Store):
    store.note_alerts([BLANK], HUBSPOT, NOW)
    store.note_alerts([], HUBSPOT, LATER)
    store.note_alerts([BLANK], HUBSPOT, LATER + MINUTE)
    assert told(store) == [("data quality", True)], "and nobody is told of the one they never knew"


def test_what_was_not_looked_at_stays_as_it_is(store: Store):
    store.note_alerts([BLANK, REFUSED], HUBSPOT, NOW)
    store.note_alerts([], {("credentials", "hubspot"), ("data quality", "salesforce")}, LATER)
    assert [each.cause.kind for each in store.alerts()] == ["data quality"]


def test_eight_who_see_it_at_once_open_one(store: Store):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.note_alerts([BLANK], HUBSPOT, NOW), range(8)))
    assert len(store.alerts()) == 1
