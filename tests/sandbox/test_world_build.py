"""The seeded world: repeatable, counted, clumped in time, tied where pages end."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.salesforce.lead_schema import lead_entity
from sandbox.world.arrivals import WINDOW
from sandbox.world.build import FEWEST, build_world, waiting
from sandbox.world.record import Record, Standing, World
from sandbox.world.roster import INTEGRATION_USER, REPS, WEB_LEADS

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
BESIDE = ("google_ads", "linkedin_ads")
"""Sources whose leads come on top of those that were asked for."""
_SEAT = {seat.salesforce: seat.name for seat in REPS} | {seat.hubspot: seat.name for seat in REPS}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(7, leads=2000, now=NOW)


def test_the_same_seed_and_instant_give_the_same_world(world: World):
    assert build_world(7, leads=2000, now=NOW) == world


def test_another_seed_gives_other_people(world: World):
    other = build_world(8, leads=2000, now=NOW)
    assert {r.key for r in other.salesforce} != {r.key for r in world.salesforce}
    shared = {str(r.values) for r in waiting(world)} & {str(r.values) for r in waiting(other)}
    assert len(shared) < 50  # the set pieces only


@pytest.mark.parametrize("leads", [FEWEST, 61, 77, 100, 200, 1999])
def test_as_many_wait_as_were_asked_for(leads: int):
    world = build_world(3, leads=leads, now=NOW)
    beside = [r for r in waiting(world) if r.key.startswith(BESIDE)]
    assert len(waiting(world)) - len(beside) == leads
    assert len(beside) >= leads // 13
    keys = [record.key for records in world.records.values() for record in records]
    assert len(keys) == len(set(keys))


def test_too_small_a_world_is_refused():
    with pytest.raises(ValueError, match=f"{FEWEST} or more"):
        build_world(7, leads=FEWEST - 1, now=NOW)


def test_the_sources_have_their_shares(world: World):
    prefixes = Counter(record.key.partition("-")[0] for record in waiting(world))
    assert (prefixes["google_ads"], prefixes["linkedin_ads"]) == (161, 160)
    in_shares = {source: n for source, n in prefixes.items() if source not in BESIDE}
    assert in_shares == {"salesforce": 900, "hubspot": 700, "meta_ads": 400}


def test_a_quarter_as_many_are_outside_the_intake(world: World):
    outside = [
        r
        for records in (world.salesforce, world.hubspot)
        for r in records
        if r.standing in {Standing.OWNED, Standing.CLOSED, Standing.OUTSIDE}
    ]
    assert 480 <= len(outside) <= 540
    assert {r.standing for r in outside} == {Standing.OWNED, Standing.CLOSED, Standing.OUTSIDE}


def test_waiting_crm_records_belong_to_nobody(world: World):
    nobodys = {INTEGRATION_USER.salesforce, WEB_LEADS.salesforce}
    for record in waiting(world):
        if record.key.startswith("salesforce"):
            assert record.values["OwnerId"] in nobodys
            assert record.values["Status"] == "Open - Not Contacted"
        assert "hubspot_owner_id" not in record.values


def test_what_is_nobodys_and_outside_is_old_or_at_another_stage(world: World):
    for record in (*world.salesforce, *world.hubspot):
        if record.standing is Standing.OUTSIDE:
            stage = record.values.get("lifecyclestage", "lead")
            assert record.created.year == 2023 or stage in {"subscriber", "evangelist"}


def test_reps_do_not_start_with_the_same_workload(world: World):
    owned = [r for r in (*world.salesforce, *world.hubspot) if r.standing is Standing.OWNED]
    loads = Counter(_SEAT[r.values.get("OwnerId") or r.values["hubspot_owner_id"]] for r in owned)
    assert set(loads) == {seat.name for seat in REPS}
    assert max(loads.values()) <= 25
    assert max(loads.values()) >= 3 * min(loads.values())


def test_nobody_arrives_in_the_future_and_new_leads_are_hours_old(world: World):
    for records in world.records.values():
        assert all(record.created <= NOW for record in records)
    assert all(NOW - record.created <= WINDOW for record in waiting(world))


@pytest.mark.parametrize("edge", [25, 100, 200, 500, 1000])
def test_a_page_of_a_crm_ends_within_a_second(world: World, edge: int):
    for records in filter(lambda records: len(records) > edge, (world.salesforce, world.hubspot)):
        assert records[edge].created == records[edge - 1].created


def test_a_page_of_a_meta_form_ends_within_a_second(world: World):
    forms: dict[str, list[Record]] = {}
    for record in world.meta.leads:
        forms.setdefault(record.values["form_id"], []).append(record)
    assert len(forms) >= 6
    ends = [(leads, edge) for leads in forms.values() for edge in (10, 25) if edge < len(leads)]
    assert len(ends) >= 8
    assert all(leads[edge].created == leads[edge - 1].created for leads, edge in ends)


def test_records_come_in_clumps_with_ties(world: World):
    for records in (world.salesforce, world.meta.leads):
        assert all(record.created.microsecond == 0 for record in records)
        instants = Counter(r.created for r in records if NOW - r.created < timedelta(days=1))
        assert sum(n > 1 for n in instants.values()) > 20
    assert [r.created for r in world.hubspot] == sorted(r.created for r in world.hubspot)


def test_leads_fit_the_fields_of_the_vendor(world: World):
    columns = lead_entity({}).columns
    for record in world.salesforce:
        for name, value in record.values.items():
            assert value is not None
            if isinstance(value, str):
                assert len(value) <= columns[name].length or columns[name].type == "date"


def test_answers_name_questions_of_their_form(world: World):
    keys = {form["id"]: {q["key"] for q in form["questions"]} for form in world.meta.forms}
    ads = {ad["id"] for ad in world.meta.ads}
    for record in world.meta.leads:
        answered = {answer["name"] for answer in record.values["field_data"]}
        assert answered <= keys[record.values["form_id"]]
        assert record.values["ad_id"] in ads or record.values["organic"]


def test_forms_are_in_five_languages_on_two_pages(world: World):
    assert {form["locale"][:2] for form in world.meta.forms} == {"en", "es", "pt", "fr", "de"}
    assert {form["page_id"] for form in world.meta.forms} == {p["id"] for p in world.meta.pages}
    assert any(record.values["organic"] for record in world.meta.leads)
