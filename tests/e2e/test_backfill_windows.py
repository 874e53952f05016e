"""Windows of one plan: read apart from one another, of every source, by more than one process."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.backfilling.backfill import (
    apply_one,
    apply_plan,
    begin_applying,
    finish_plan,
    left_to_apply,
    left_to_read,
    make_plan,
    read_one,
    start_plan,
)
from flows.backfilling.form import BackfillForm, Source
from flows.backfilling.planning import plan_all
from leads.errors import BackfillPaused, ConfigError
from store.backfill_rows import EVERY_SOURCE
from tests.e2e.backfill_case import BEGAN, SOON, asked_of
from tests.e2e.town_case import wired
from tests.e2e.witness import owners_written


def _given(wiring, number):
    return [
        (entry.lead.key, entry.decision.owner if entry.decision else None)
        for entry in wiring.store.backfill_entries(number)
    ]


def _aged(past):
    """As if the leads of Salesforce had come over the weeks of the span."""
    org = past.town.vendors.salesforce
    for number, lead in enumerate(list(org.leads.values())):
        at = BEGAN + (SOON - timedelta(days=2) - BEGAN) * (number % 17) / 17
        org.records.change("Lead", lead["Id"], {"CreatedDate": f"{at:%Y-%m-%dT%H:%M:%S}.000+0000"})


def test_read_in_any_order_side_by_side_it_is_the_same_plan(past):
    _aged(past)
    with wired(past.town, past.folder, past.config) as wiring:
        asked = replace(asked_of("salesforce"), most=12)
        row = start_plan(wiring, asked)
        windows = left_to_read(wiring, row.id)
        with ThreadPoolExecutor(3) as hands:
            list(hands.map(lambda each: read_one(wiring, row, each), reversed(windows)))
        with ThreadPoolExecutor(3) as hands:
            again = list(hands.map(lambda each: read_one(wiring, row, each), windows))
        assert again == [None] * len(windows), "read twice, it is counted once"
        apart = finish_plan(wiring, row.id)
        whole = make_plan(wiring, asked)
        assert whole.id != apart.id
        assert len(_given(wiring, apart.id)) == 12
        assert _given(wiring, apart.id) == _given(wiring, whole.id)
        assert apart.passed["beyond the maximum"] >= whole.passed["beyond the maximum"]


def test_a_plan_is_the_same_in_however_many_pieces_it_is_decided(past):
    with wired(past.town, past.folder, past.config) as wiring:
        whole = make_plan(wiring, asked_of("salesforce"))
        pieces = start_plan(wiring, asked_of("salesforce"))
        for window in left_to_read(wiring, pieces.id):
            read_one(wiring, pieces, window)
        plan_all(wiring, pieces.id, pieces.most, at_once=4)
        assert len(_given(wiring, pieces.id)) > 8
        assert _given(wiring, pieces.id) == _given(wiring, whole.id)


def test_windows_are_applied_side_by_side_and_each_lead_once(past):
    with wired(past.town, past.folder, past.config) as wiring:
        _aged(past)
        row = make_plan(wiring, asked_of("salesforce"))
        planned = _given(wiring, row.id)
        begin_applying(wiring, row.id)
        left = left_to_apply(wiring, row.id)
        assert len(left) > 1
        with ThreadPoolExecutor(3) as hands:
            done = hands.map(lambda each: apply_one(wiring, each, notify=False), left)
            assert [problem for found in done for problem in found] == []
        written = owners_written(past.town)
        assert written.keys() == {key.source_id for key, _ in planned}
        assert {len(owners) for owners in written.values()} == {1}


def test_a_window_is_one_processes_at_a_time(past):
    with wired(past.town, past.folder, past.config) as wiring:
        row = start_plan(wiring, asked_of("hubspot"))
        window = left_to_read(wiring, row.id)[-1]
        met = []

        def meanwhile():
            with pytest.raises(BackfillPaused, match="at work in another process"):
                read_one(wiring, row, window)
            met.append(1)

        read_one(wiring, row, window, meanwhile)
        assert met


def test_every_source_is_one_plan_with_one_rotation(past):
    with wired(past.town, past.folder, past.config) as wiring:
        row = make_plan(wiring, asked_of(EVERY_SOURCE))
        entries = wiring.store.backfill_entries(row.id)
        assert {"salesforce", "hubspot", "meta_ads"} <= {e.lead.key.source for e in entries}
        # What one source made in one instant is in the order in which it was read.
        assert entries == sorted(entries, key=lambda e: (e.lead.created_at, e.lead.key.source))
        assert apply_plan(wiring, row.id, notify=False) == []
        assert past.ownerless("salesforce") == []
        assert past.ownerless("meta_ads") == []


def test_the_form_offers_every_source_and_days_are_the_businesss():
    assert EVERY_SOURCE in {each.value for each in Source}
    form = BackfillForm.model_validate(
        {"source": "all", "since": "2026-03-28", "until": "2026-03-29"}
    )
    asked = form.asked("Europe/Madrid")
    assert (asked.since.isoformat(), asked.until.isoformat()) == (
        "2026-03-28T00:00:00+01:00",
        "2026-03-30T00:00:00+02:00",
    ), "both days whole, one of which has 23 hours"
    with pytest.raises(ConfigError, match="a plan needs both Since and Until"):
        BackfillForm(source=Source.ALL).asked("UTC")
