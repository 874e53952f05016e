"""What is kept of backfills: windows of their own, moved there from the version before."""

from dataclasses import replace
from pathlib import Path

from alembic import command
from alembic.config import Config

import store.migrations
from leads.erasure import Subject
from leads.keys import LeadKey
from leads.sighting import Sighting, Verdict
from store.backfill_rows import BackfillRow, BackfillState, Entry, EntryState, WindowRow
from store.database import Database
from store.store import Store
from tests.builders import lead as a_lead
from tests.contract.store_work import MINUTE, NOW, RUN
from tests.contract.store_work import decision as a_decision

ASKED = BackfillRow(
    id="b",
    source="all",
    since=NOW,
    until=NOW + 10 * MINUTE,
    most=2,
    any_owner=False,
    state=BackfillState.READING,
    created_at=NOW,
)
EARLY, LATE, ELSEWHERE = (
    WindowRow(
        backfill="b",
        number=number,
        source=source,
        since=NOW + first * MINUTE,
        until=NOW + last * MINUTE,
    )
    for number, (source, first, last) in enumerate(
        [("hubspot", 0, 5), ("hubspot", 5, 10), ("salesforce", 0, 10)]
    )
)


def _entry(source: str, minute: int) -> Entry:
    found = a_lead(f"r{minute}", created_at=NOW + minute * MINUTE)
    found = replace(found, key=LeadKey(source, f"r{minute}"))
    return Entry(lead=found, version="1", owner_seen=None, state=EntryState.READ)


def test_the_same_goes_on_and_by_another_versions_rules_it_is_another(store: Store):
    earlier = replace(ASKED, id="c", policy_version=3)

    def started(row: BackfillRow) -> BackfillRow:
        return store.start_backfill(row, [replace(EARLY, backfill=row.id)])

    assert started(ASKED).id == "b"
    assert started(earlier).id == "c"
    assert started(replace(ASKED, id="d")).id == "b"
    assert started(replace(earlier, id="e")) == earlier
    assert store.backfill("b") == ASKED


def test_each_window_stands_where_it_was_read_to_and_has_its_own_leads(store: Store):
    store.start_backfill(ASKED, [EARLY, LATE, ELSEWHERE])
    store.save_backfill_page(EARLY, [], {"test": 1})
    store.save_backfill_page(replace(EARLY, position="p"), [_entry("hubspot", 1)], {"test": 1})
    store.save_backfill_page(
        replace(LATE, is_read=True), [_entry("hubspot", 5), _entry("hubspot", 9)], {"test": 1}
    )
    store.save_backfill_page(ELSEWHERE, [_entry("salesforce", 2)], {"echo": 1})
    windows = store.backfill_windows("b")
    assert [(each.position, each.is_read) for each in windows] == [
        ("p", False),
        (None, True),
        (None, False),
    ]
    ids = [
        [str(entry.lead.key) for entry in store.backfill_entries("b", window=each)]
        for each in windows
    ]
    assert ids == [["hubspot:r1"], ["hubspot:r5", "hubspot:r9"], ["salesforce:r2"]]
    assert [store.backfill_counts("b", each) for each in windows] == [
        {EntryState.READ: 1},
        {EntryState.READ: 2},
        {EntryState.READ: 1},
    ]
    (row,) = store.backfills()
    assert row.passed == {"test": 3, "echo": 1}


def test_leads_of_one_instant_are_in_the_order_in_which_they_came(store: Store):
    """As rows of a file often are; by their ids, as text, L10 would come before L9."""
    store.start_backfill(ASKED, [EARLY])
    pages = [["L9", "L10", "a"], ["L10", "L8"], ["L7"]]  # the second was shown again, by a restart
    for page in pages:
        shown = [replace(_entry("hubspot", 1), lead=a_lead(each, created_at=NOW)) for each in page]
        store.save_backfill_page(EARLY, shown, {})
    order = ["L9", "L10", "a", "L8", "L7"]
    assert [e.lead.key.source_id for e in store.backfill_entries("b")] == order
    planned = [replace(e, state=EntryState.PLANNED) for e in store.backfill_entries("b")]
    store.save_backfill_plan("b", planned, 0)
    with store.desk(NOW) as desk:
        assert [e.lead.key.source_id for e in desk.planned(EARLY, limit=9)] == order


def test_a_plan_keeps_the_program_that_made_it(store: Store):
    """It may be applied by a later one, which did not decide it."""
    store.start_backfill(ASKED, [EARLY])
    entry = _entry("hubspot", 1)
    store.save_backfill_page(EARLY, [entry], {})
    made = replace(a_decision(entry.lead.key), program="0.0.1")
    store.save_backfill_plan("b", [replace(entry, decision=made, state=EntryState.PLANNED)], 0)
    with store.desk(NOW) as desk:
        (planned,) = desk.planned(EARLY, limit=1)
        assert planned.decision is not None
        assert planned.decision.program == "0.0.1"
        shown = Sighting(
            key=planned.lead.key, version="1", verdict=Verdict.NEW, body={}, lead=planned.lead
        )
        desk.admit([shown], "hubspot", RUN)
        desk.record_decision(planned.decision, frozenset(), [], run=RUN)
    kept = store.stored_lead(entry.lead.key).decision
    assert kept is not None
    assert kept.program == "0.0.1"


def test_what_is_beyond_the_maximum_is_counted_and_no_part_of_the_plan(store: Store):
    store.start_backfill(ASKED, [EARLY])
    store.save_backfill_page(EARLY, [_entry("hubspot", minute) for minute in range(4)], {})
    first = store.backfill_entries("b", EntryState.READ)[:2]
    planned = [replace(each, state=EntryState.PLANNED) for each in first]
    store.save_backfill_plan("b", planned, 2)
    assert [e.lead.key.source_id for e in store.backfill_entries("b")] == ["r0", "r1"]
    (row,) = store.backfills()
    assert (row.state, row.passed) == (BackfillState.PLANNED, {"beyond the maximum": 2})


def test_a_plan_of_the_version_before_is_one_window_and_a_half_one_is_asked_for_again(
    empty_url: str,
):
    database = Database.at(empty_url)
    with database.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(store.migrations.__path__[0])))
        config.attributes["connection"] = connection
        command.upgrade(config, "0021")
        for number, state in (("done", "planned"), ("half", "reading")):
            connection.exec_driver_sql(
                'INSERT INTO backfill (id, source, since, until, options, state, "window", passed,'
                f" created_at) VALUES ('{number}', 'hubspot', '2026-11-01 00:00:00',"
                " '2026-11-09 00:00:00', '{\"most\": 9, \"any_owner\": false}',"
                f" '{state}', 0, '{{\"test\": 3}}', '2026-11-22 10:00:00')"
            )
    database.close()
    opened = Store.open(empty_url)
    (row,) = opened.backfills()
    assert (row.id, row.passed) == ("done", {"test": 3})
    (window,) = opened.backfill_windows("done")
    assert (window.source, window.since, window.until) == ("hubspot", row.since, row.until)
    assert window.is_read
    opened.close()


def test_an_erased_person_is_not_kept_by_a_backfill_that_shows_them(store: Store):
    """The vendor has them still: Firsttouch deletes nothing there."""
    store.start_backfill(ASKED, [EARLY])
    gone, theirs, other = (_entry("hubspot", minute) for minute in range(3))
    for each, email in ((gone, None), (theirs, "zelda@planted.example")):
        subject = Subject(email=email) if email else Subject(lead=each.lead.key)
        store.erase(subject, asked_by="a command", now=NOW + 9 * MINUTE)
    theirs = replace(theirs, lead=replace(theirs.lead, email="Zelda@planted.example"))
    for passed in ({"test": 1}, {}):
        store.save_backfill_page(EARLY, [gone, theirs, other], passed)
    assert [each.lead.key for each in store.backfill_entries("b")] == [other.lead.key]
    (window,) = store.backfill_windows("b")
    (row,) = store.backfills()
    assert row.passed == {"test": 1, "erased": 4}
    assert window.is_read is False
