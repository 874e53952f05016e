"""A report's numbers against plain loops, on whatever leads there may be."""

from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reports.aging_rate import aged_rows
from reports.method_rates import cohort, rates_by_method
from reports.response import response_figures
from reports.slowness import untouched_in_hand
from tests.examples import some_of
from tests.unit import report_reference as plain
from tests.unit.report_rows import NOW, facts, row

# Each example is many tables of pandas: to shrink one that fails would take minutes.
_SETTINGS = settings(
    max_examples=some_of(40), deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
_SINCE = NOW - timedelta(days=28)
_AGES = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=90))
_SOON = st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=2))
_LATER = st.timedeltas(min_value=timedelta(hours=-3), max_value=timedelta(days=40))


@st.composite
def leads(draw):
    """Give the rows of some leads: touched before they came, twice given, never touched."""
    rows = []
    for number in range(draw(st.integers(1, 16))):
        created = NOW - draw(_AGES)
        given_at = created + draw(_SOON)
        again = draw(st.booleans())
        touched, converted = draw(st.none() | _LATER), draw(st.none() | _LATER)
        one = row(
            number,
            created_at=created,
            first_seen=created + draw(st.sampled_from([timedelta(0), timedelta(days=2)])),
            first_assigned_at=given_at,
            assigned_at=given_at,
            sla_due=given_at + draw(_SOON),
            touched_at=None if touched is None else created + touched,
            converted_at=None if converted is None else created + converted,
            method=draw(st.sampled_from(["round_robin", "best_match", "fallback"])),
            owner=draw(st.sampled_from(["ana", "ben"])),
            attempts=1 + again,
        )
        if again:
            moved = given_at + draw(_SOON)
            rows.append({**one, "ended_at": moved})
            one = {**one, "attempt": 2, "assigned_at": moved, "sla_due": moved + draw(_SOON)}
        rows.append(one)
    return rows


@_SETTINGS
@given(rows=leads())
def test_response_time_is_what_loops_find(rows):
    leads_now = facts(rows).recent
    found = response_figures(leads_now[leads_now["flaw"].isna()])
    for name, value in plain.response(rows, since=_SINCE).items():
        told = found[name]
        wanted = float("nan") if value is None else value
        assert told == pytest.approx(wanted, rel=1e-3, abs=1e-3, nan_ok=True), name


@_SETTINGS
@given(rows=leads())
def test_aging_is_what_loops_find(rows):
    due = aged_rows(facts(rows))
    due = due[(due["attempt"] == 1) & (due["sla_due"] >= pd.Timestamp(_SINCE))]
    assert (len(due), due["late"].sum()) == plain.aging(rows, since=_SINCE)


@_SETTINGS
@given(rows=leads(), days=st.integers(1, 40))
def test_conversion_is_what_loops_find(rows, days):
    mature = timedelta(days=days)
    old = cohort(facts(rows, mature=mature))
    names = {"round_robin": "round robin", "best_match": "best match (model)"}
    wanted = {
        names.get(method, method): counts
        for method, counts in plain.conversions(rows, mature).items()
    }
    found = {each.method: (each.leads, each.hits) for each in rates_by_method(old)}
    assert found == wanted


@_SETTINGS
@given(rows=leads())
def test_what_an_owner_has_in_hand_is_what_loops_find(rows):
    assert untouched_in_hand(facts(rows).rows).tolist() == plain.in_hand(rows)
