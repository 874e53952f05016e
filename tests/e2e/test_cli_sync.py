"""`firsttouch sync` and what switches it: the ledger, --observe, pause, resume, away."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from flows.tick import LEASE_SECONDS
from sandbox.town import SERVED, Town
from sandbox.world.record import Standing
from sandbox.world.roster import REPS
from store.store import Store
from tests.e2e.witness import (
    created_for,
    everything_ownerless,
    ownerless,
    owners_written,
)

COUNTS = {
    "pulled",
    "decided",
    "duplicates",
    "rejected",
    "held",
    "ignored",
    "delivered",
    "conflicts",
    "ignored_by",
    "writes",
}


@pytest.fixture
def town():
    with Town.open(seed=17, leads=60) as opened:
        yield opened


@pytest.fixture
def store_file(tmp_path):
    return tmp_path / "firsttouch.db"


def _contents(file):
    with closing(sqlite3.connect(file)) as opened:
        return list(opened.iterdump())


def _written(town):
    events = ("owner_written", "written", "created", "refused")
    entries = [entry for event in events for entry in town.journal.entries(event=event)]
    return [entry for entry in entries if entry.detail.get("by") not in {"world", "test"}]


def test_the_ledger_is_one_json_object_whose_counts_add_up(in_town, town):
    ended = in_town(town, "sync", "--json")
    assert (ended.code, ended.err) == (0, "")
    ledger = json.loads(ended.out)
    assert ledger.keys() == {"sources", "balanced", "seconds"}
    assert ledger["balanced"] is True
    assert ledger["sources"].keys() == set(SERVED)
    for name, row in ledger["sources"].items():
        assert row.keys() == COUNTS
        parts = ("decided", "duplicates", "rejected", "held", "ignored")
        assert row["pulled"] == sum(row[part] for part in parts)
        assert row["ignored"] == sum(row["ignored_by"].values())
        waited = Counter(record.standing for record in town.world.records[name])
        routed = row["decided"] + row["duplicates"]
        # A person's ad may bring the owner of a contact before the contact's own turn comes.
        echoes = row["ignored_by"].get("echo of our own write", 0)
        assert routed <= waited[Standing.WAITING] <= routed + echoes
        assert row["rejected"] == waited[Standing.UNREACHABLE]
    assert everything_ownerless(town) == []


def test_one_source_alone(in_town, town):
    ended = in_town(town, "sync", "--source", "salesforce", "--json")
    assert ended.code == 0
    assert list(json.loads(ended.out)["sources"]) == ["salesforce"]
    assert ownerless(town, "salesforce") == []
    assert ownerless(town, "hubspot")
    assert ownerless(town, "meta_ads")


def test_observing_writes_nothing_anywhere(in_town, town, store_file):
    store_file.unlink()
    before = len(_written(town))
    first = in_town(town, "sync", "--observe")
    assert first.code == 0
    assert not store_file.exists()
    assert "Nothing was written. A sync now would give:" in first.out
    for source in ("salesforce", "hubspot"):
        waiting = [r for r in town.world.records[source] if r.standing is Standing.WAITING]
        assert [r.key for r in waiting if f"{source}:{town.ids[r.key]} → " not in first.out] == []
    assert ": set aside, email or phone: nobody can be contacted (blank)" in first.out
    in_town(town, "pause", "meta_ads")
    kept = _contents(store_file)
    ended = in_town(town, "sync", "--observe", "--json")
    assert json.loads(ended.out)["balanced"] is True
    assert _contents(store_file) == kept
    assert len(_written(town)) == before
    assert len(town.journal.entries(event="owner_written")) == 0
    assert created_for(town) == []


def test_observing_after_a_sync_shows_only_what_is_new(in_town, town, store_file):
    assert in_town(town, "sync", "--source", "hubspot").code == 0
    kept, written = _contents(store_file), len(_written(town))
    new = town.vendors.hubspot.add_contact({"email": "new@newcomer.example", "country": "Spain"})
    ended = in_town(town, "sync", "--source", "hubspot", "--observe")
    assert ended.code == 0
    planned = [line for line in ended.out.splitlines() if " → " in line]
    assert [line.split(" → ")[0] for line in planned] == [f"hubspot:{new}"]
    assert (_contents(store_file), len(_written(town))) == (kept, written)


def test_a_paused_source_waits_and_loses_nothing(store, in_town, town):
    ended = in_town(town, "pause", "hubspot")
    assert (ended.code, "Paused: hubspot." in ended.out) == (0, True)
    ended = in_town(town, "sync", "--json")
    assert ended.code == 0
    assert "hubspot: skipped, paused; `firsttouch resume` starts it again" in ended.complaint
    assert json.loads(ended.out)["sources"]["hubspot"]["pulled"] == 0
    assert ownerless(town, "salesforce") == []
    assert ownerless(town, "hubspot")
    assert in_town(town, "resume", "hubspot").code == 0
    assert in_town(town, "sync").code == 0
    assert everything_ownerless(town) == []


def test_everything_is_paused_and_resumed_at_once(store, in_town, town):
    assert in_town(town, "pause").code == 0
    ended = in_town(town, "sync")
    assert (ended.code, ended.complaint.count("skipped, paused")) == (0, len(SERVED))
    assert _written(town) == []
    assert in_town(town, "resume").code == 0
    assert in_town(town, "sync").code == 0
    assert everything_ownerless(town) == []


def test_a_sync_that_is_running_is_left_to_it(in_town, town, store_file):
    store = Store.open(f"sqlite:///{store_file}")
    now = datetime.now(UTC)
    store.take_lease("sync:hubspot", "somebody", seconds=LEASE_SECONDS, now=now)
    ended = in_town(town, "sync")
    assert ended.code == 0
    said = "firsttouch: note: hubspot: skipped, another sync of this source is still running"
    assert said in ended.complaint
    assert ownerless(town, "salesforce") == []
    ended = in_town(town, "sync", "--source", "hubspot", "--observe")
    assert ended.err == "", "observing asks for nobody's leave"
    store.release_lease("sync:hubspot", "somebody")
    store.close()


def test_a_sync_that_was_killed_holds_up_one_tick_at_most(in_town, town, store_file):
    """Its last sign of life was a minute ago: the second tick after it works."""
    store = Store.open(f"sqlite:///{store_file}")
    killed = datetime.now(UTC) - timedelta(minutes=1)
    store.take_lease("sync:hubspot", "killed", seconds=LEASE_SECONDS, now=killed)
    store.close()
    ended = in_town(town, "sync", "--source", "hubspot")
    assert (ended.code, "skipped" in ended.err) == (0, False)
    assert ownerless(town, "hubspot") == []


def test_an_owner_who_is_away_gets_nothing(store, in_town, town):
    """All reps but two: their leads, and only theirs, go to the two and to the desk."""
    last = (datetime.now(UTC) + timedelta(days=2)).date()
    back = last + timedelta(days=1)
    here = {"grace", "ines"}
    names = {seat.name.split()[0].lower(): seat for seat in REPS}
    for owner in names.keys() - here:
        ended = in_town(town, "away", owner, "--until", last.isoformat())
        assert ended.code == 0
        assert f"{names[owner].name} gets no leads until {back} 00:00 (" in ended.out
    assert in_town(town, "sync").code == 0
    assert everything_ownerless(town) == []
    gone = {
        crm_id
        for owner in names.keys() - here
        for crm_id in (names[owner].salesforce, names[owner].hubspot)
    }
    written = {owner for owners in owners_written(town).values() for owner in owners}
    # Whoever has a person's first record gets the second too, away or not.
    known = {pair.owner for pair in town.world.duplicates if pair.owner}
    allowed = {i for n in known for s in REPS if s.name == n for i in (s.salesforce, s.hubspot)}
    assert not (written & gone) - allowed
    assert written & {names[owner].salesforce for owner in here}


def test_a_store_that_is_named_and_new_is_told_of_once(in_town, town, tmp_path):
    named = ("sync", "--source", "linkedin_ads", "--store", f"sqlite:///{tmp_path}/tpyo.db")
    first = in_town(town, *named)
    assert f"firsttouch: the store in {tmp_path}/tpyo.db is new" in first.err
    assert "is new" not in in_town(town, *named).err
