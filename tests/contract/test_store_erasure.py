"""A person who is erased is in no table and no file, and does not come back by themselves."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from flows.checkout import CHECKOUT
from leads.erasure import Subject
from leads.keys import LeadKey, RunId
from leads.ownership import WriteStatus
from leads.sighting import Sighting, Verdict
from store.mirror import save_people
from store.rows import DeliveryState, LeadState
from store.schema import metadata
from store.store import Store
from tests.builders import lead as a_lead
from tests.contract.erased_person import (
    AD,
    BYSTANDER,
    CRM,
    EMAIL,
    HOLD_NOBODY,
    MADE,
    NUMBERED,
    PHONE,
    THEIRS,
    crm_person,
    in_files,
    numbers_left,
    plant,
    where,
)
from tests.contract.store_work import (
    ANA,
    BEN,
    CRM_IDS,
    LATER,
    MINUTE,
    NOW,
    claim,
    counts,
    new,
    outcome,
    show,
)
from tests.contract.test_store_crash import Killed, contents, killed_at
from tests.e2e.crash_choice import one_in

THEN = NOW + MINUTE
BY_EMAIL = Subject(email=EMAIL.upper())


def erase(store: Store, subject: Subject = BY_EMAIL, **rest):
    return store.erase(subject, asked_by="a command", now=THEN, **rest)


def test_every_table_is_thought_of(store: Store):
    """A new table holds nobody (say so in erased_person.py), or erasure must empty it."""
    plant(store)
    assert numbers_left(store) == NUMBERED
    assert where(store) | NUMBERED | HOLD_NOBODY == set(metadata.tables)
    assert not where(store) & HOLD_NOBODY


def test_where_people_are_is_told(store: Store):
    plant(store)
    security = (CHECKOUT / "docs/security.md").read_text()
    told = security.partition("## Personal data")[2].partition("\n## ")[0]
    # Of a sighting the id alone is there: a sender's, of which an address is refused.
    assert [name for name in sorted(where(store) - {"sighting"}) if f"`{name}`" not in told] == []


def test_nothing_of_the_person_is_left(store: Store, store_url: str):
    plant(store)
    done = erase(store)
    store.overwrite_erased()
    assert where(store) == set()
    assert numbers_left(store) == set()
    assert set(done.leads) >= THEIRS
    assert set(done.records) >= THEIRS
    if store_url.startswith("sqlite"):
        assert in_files(store_url) == []


def test_the_files_did_hold_the_person(store_url: str):
    """Or the search above would find nothing whatever was left."""
    if not store_url.startswith("sqlite"):
        pytest.skip("only SQLite's files can be read")
    opened = Store.open(store_url)
    plant(opened)
    assert len(set(in_files(store_url))) == 4
    opened.close()


def test_an_sqlite_that_leaves_deleted_bytes_where_they_were(tmp_path):
    """Some are built to overwrite them by themselves; ours must not depend on it."""
    store = Store.open(url := f"sqlite:///{tmp_path}/store.db")

    def careless(connection, record):
        connection.execute("PRAGMA secure_delete = OFF")

    store._db.engine.dispose()
    event.listen(store._db.engine, "connect", careless)
    plant(store)
    erase(store)
    assert in_files(url)
    store.overwrite_erased()
    assert in_files(url) == []
    store.close()


def test_the_others_stay(store: Store):
    plant(store)
    erase(store)
    assert store.stored_lead(BYSTANDER).state is LeadState.DECIDED
    (left,) = store.take_inbox("hubspot", limit=9, worker="w", lease_seconds=9, now=THEN)
    assert left.entry.payload["ids"] == ["901"]
    assert [r["source_id"] for r in left.entry.payload["records"]] == ["900"]


def test_the_counts_still_add_up_and_the_rotation_stays(store: Store):
    plant(store)
    with store.desk(NOW) as desk:
        before = desk.rotation()
    erase(store)
    with store.desk(NOW) as desk:
        assert desk.rotation() == before
    for source, erased in (("meta_ads", 1), ("webhook", 1), ("hubspot", 3)):
        assert counts(store, source=source).ignored["erased"] == erased


def test_capacity_is_released(store: Store):
    plant(store)
    with store.desk(NOW) as desk:
        assert desk.open_leads(CRM_IDS) == {ANA: 4.0, BEN: 2.0}
    erase(store)
    with store.desk(NOW) as desk:
        assert desk.open_leads(CRM_IDS) == {ANA: 1.0, BEN: 1.0}


def test_nothing_more_is_written_and_a_write_on_its_way_settles_nothing(store: Store):
    plant(store)
    (ours,) = [each for each in claim(store, now=NOW + 10 * MINUTE) if each.lead == CRM]
    erase(store)
    store.settle([(ours, outcome(WriteStatus.WRITTEN, record="151"))], run=LATER, now=THEN)
    assert where(store) == set()
    assert all(d.lead == BYSTANDER for d in claim(store, now=NOW + 60 * MINUTE))


def test_the_audit_row_names_nobody(store: Store):
    plant(store)
    done = erase(store)
    with store._db.engine.connect() as connection:
        (row,) = connection.execute(metadata.tables["erasure"].select())
    assert (row.erased_at, row.asked_by) == (THEN, "a command")
    assert row.leads["meta_ads"] == 1
    assert row.rows == done.rows


def seen_again(key: LeadKey, **fields: object) -> Sighting:
    known = {"email": EMAIL, "created_at": NOW, **fields}
    shown = a_lead(key.source_id, source=key.source, **known)
    return Sighting(key=key, version="2", verdict=Verdict.NEW, body={"e": EMAIL}, lead=shown)


@pytest.mark.parametrize("key", [AD, LeadKey("meta_ads", "never seen")])
def test_seen_again_they_are_counted_and_not_taken_in(store: Store, key: LeadKey):
    plant(store)
    erase(store)
    for run in (LATER, RunId("run-3")):
        show(store, seen_again(key), run=run, now=THEN)
        assert counts(store, run, source="meta_ads").ignored == {"erased": 1}
    with store.desk(THEN) as desk:
        assert desk.waiting("meta_ads", limit=9, now=THEN) == []
    assert where(store) == set()


def test_the_mirror_of_the_crms_people_does_not_take_them_in_again(store: Store):
    plant(store)
    erase(store)
    with store._db.engine.begin() as connection:
        save_people(connection, "hubspot", [crm_person("77"), crm_person("79")], THEN)
    assert where(store) == set()


def test_whoever_comes_back_later_is_a_new_lead(store: Store):
    plant(store)
    erase(store)
    later = LeadKey("meta_ads", "came back")
    show(store, seen_again(later, created_at=THEN + MINUTE), run=LATER, now=THEN + MINUTE)
    assert store.find_lead(EMAIL) == [later]
    assert store.stored_lead(later).state is LeadState.WAITING


def test_a_record_set_aside_that_turns_out_to_be_theirs(store: Store):
    """Its raw words had not named them."""
    erase(store, Subject(email=EMAIL))
    shown = seen_again(LeadKey("hubspot", "5"), created_at=NOW)
    show(
        store,
        replace(
            shown,
            body={"x": "Zeldamira"},
            lead=None,
            verdict=Verdict.REJECTED,
            reason="no contact",
            field="email",
        ),
    )
    (row,) = store.rejects()
    assert store.replay_reject(row.id, shown, LATER, THEN) is LeadState.ERASED
    assert where(store) == set()
    assert store.rejects() == []
    assert counts(store).rejected == 1


def test_a_second_time_says_when_it_was(store: Store):
    plant(store)
    erase(store)
    before = contents(store)
    again = store.erase(BY_EMAIL, asked_by="a command", now=THEN + MINUTE)
    assert (again.before, again.leads, again.rows) == (THEN, (), {})
    after = contents(store)
    assert {n for n in after if after[n] != before[n]} == {"erasure_mark"}


def test_a_rehearsal_changes_nothing(store: Store):
    plant(store)
    before = contents(store)
    would = erase(store, is_rehearsal=True)
    assert contents(store) == before
    assert erase(store) == would


def test_killed_anywhere_it_is_whole_or_not_begun(store: Store):
    plant(store)
    with killed_at(store, 0) as all_of_it:
        erase(store, is_rehearsal=True)
    last = len(all_of_it)
    assert last > 100
    before = contents(store)
    for statement in [*one_in(27, range(2, last)), last]:
        with killed_at(store, statement), pytest.raises(Killed):
            erase(store)
        assert contents(store) == before
    erase(store)
    assert where(store) == set()


def test_only_the_lead_that_its_vendor_deleted(store: Store):
    plant(store)
    done = erase(store, Subject(lead=AD, whole_person=False))
    assert done.leads == (AD,)
    assert done.records == (MADE,)
    assert store.stored_lead(CRM).lead is not None
    show(store, seen_again(AD), run=LATER)
    assert counts(store, LATER, source="meta_ads").ignored == {"erased": 1}


def test_a_lead_deleted_before_we_saw_it(store: Store):
    unseen = LeadKey("linkedin_ads", "x-1")
    erase(store, Subject(lead=unseen, whole_person=False))
    show(store, seen_again(unseen))
    assert counts(store, source="linkedin_ads").ignored == {"erased": 1}
    assert where(store) == set()


def test_an_erased_lead_is_still_found_to_be_told_of(store: Store):
    plant(store)
    erase(store)
    (tomb,) = store.find_lead(str(AD))
    assert tomb.source_id.startswith("erased-")
    told = store.stored_lead(tomb)
    assert (told.state, told.reason) == (LeadState.ERASED, "erased on 2026-11-23")
    assert told.lead is None
    assert told.decision is not None
    assert (told.decision.owner, told.decision.reason) == (ANA, "erased")
    assert (told.decision.rules, told.decision.candidates) == ((), ())
    assert [each.state for each in told.deliveries] == [DeliveryState.WRITTEN]
    assert set(store.find_lead(EMAIL)) >= {tomb}
    assert store.find_lead("nobody@planted.example") == []


def test_a_shared_number_names_each_of_its_people(store: Store):
    plant(store)
    shown = a_lead(5, created_at=NOW, phone=PHONE, last_name="Other")
    show(store, replace(new(5), lead=shown))
    assert LeadKey("hubspot", "5") in store.leads_by_phone(PHONE)
    erase(store)
    assert store.leads_by_phone(PHONE) == [LeadKey("hubspot", "5")]


def test_a_google_mailbox_in_any_spelling(store: Store):
    for number, email in (
        (1, "ze.lda@gmail.com"),
        (2, "zelda+x@googlemail.com"),
        (3, "zeldo@gmail.com"),
    ):
        show(store, replace(new(number), lead=a_lead(number, created_at=NOW, email=email)))
    done = erase(store, Subject(email="zelda@gmail.com"))
    assert {key.source_id for key in done.leads} == {"1", "2"}
