"""`firsttouch erase`, as an admin uses it; and what explain and replay say afterwards."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from types import MappingProxyType

import pytest

from flows.reconciling.comparing import Period, compare
from flows.tick import new_run, sync_all
from leads.erasure import Subject
from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.record import Standing
from store.store import Store
from tests.e2e.town_case import sync, wired


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=21, leads=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def synced(town, tmp_path_factory):
    """A store's file, after one sync."""
    folder = tmp_path_factory.mktemp("synced")
    with wired(town, folder) as wiring:
        sync(wiring)
    return folder / "firsttouch.db"


@pytest.fixture
def stored(synced, tmp_path):
    """The URL of a copy of it: to erase somebody changes nothing at a vendor."""
    copyfile(synced, tmp_path / "firsttouch.db")
    return f"sqlite:///{tmp_path}/firsttouch.db"


@pytest.fixture
def ask(firsttouch, stored):
    def run(*words, more=MappingProxyType({})):
        return firsttouch(*words, environment={"FIRSTTOUCH_STORE": stored, **more})

    return run


def file_of(url):
    return Path(url.removeprefix("sqlite:///"))


def bytes_of(url):
    return b"".join(path.read_bytes().lower() for path in file_of(url).parent.glob("*.db*"))


def somebody(town, stored, source="meta_ads"):
    records = (r for r in town.world.records[source] if r.standing is Standing.WAITING)
    store = Store.open(stored)
    leads = [store.stored_lead(LeadKey(source, town.ids[r.key])) for r in records]
    store.close()
    return next(each for each in leads if each.lead and each.lead.email and each.lead.last_name)


def test_somebody_is_erased_and_only_then(ask, town, stored):
    lead = somebody(town, stored)
    email, surname = lead.lead.email.lower(), lead.lead.last_name.lower()
    would = ask("erase", email, "--dry-run")
    assert (would.code, would.err) == (0, "")
    assert "Would be erased: " in would.out
    assert email.encode() in bytes_of(stored)
    done = ask("erase", email.upper())
    assert (done.code, done.err) == (0, "")
    assert "Erased: " in done.out
    assert email.encode() not in bytes_of(stored)
    assert email not in done.out.lower()
    assert surname not in done.out.lower()
    in_crm = lead.deliveries[0].delivery
    assert f"{in_crm.crm} {in_crm.record_id}" in done.out
    assert "Firsttouch deletes nothing at a vendor" in done.out
    again = ask("erase", email)
    assert (again.code, again.err) == (0, "")
    assert "Nothing is stored of this person." in again.out
    assert "was erased before, on 20" in again.out


@pytest.mark.parametrize("word", ["explain", "replay"])
def test_what_is_said_of_an_erased_lead(ask, town, stored, word):
    lead = somebody(town, stored)
    assert ask("erase", "--lead", lead.key).code == 0
    for name in (lead.key, lead.key.source_id, lead.lead.email):
        told = ask(word, name)
        assert (told.code, told.err) == (0, "")
        assert "erased on 20" in told.out
    assert "erased" in ask("explain", lead.key, "--json").out


def test_for_machines(ask, town, stored):
    told = json.loads(ask("erase", "--lead", somebody(town, stored).key, "--json").out)
    assert told["erased"] is True
    assert told["leads"]["meta_ads"] == 1
    assert told["rows"]["lead"] >= 1
    assert told["still_at_vendors"]
    assert told["before"] is None


def test_by_the_record_that_two_leads_became(ask, town, stored):
    """Not shown yet by its CRM, it is a lead of none of ours."""
    lead = somebody(town, stored)
    written = lead.deliveries[0].delivery
    with sqlite3.connect(file_of(stored)) as database:
        (other,) = database.execute(
            "UPDATE link SET record_id = ? WHERE source = 'linkedin_ads' AND crm = ?"
            " AND source_id = (SELECT min(source_id) FROM link WHERE source = 'linkedin_ads'"
            " AND crm = ?) RETURNING source_id",
            (written.record_id, written.crm, written.crm),
        ).fetchone()
        where = (written.crm, written.record_id)
        for table in ("sighting", "lead"):
            database.execute(f"DELETE FROM {table} WHERE source = ? AND source_id = ?", where)
    database.close()
    assert ask("erase", "--lead", f"{written.crm}:{written.record_id}").code == 0
    for name in (lead.key, f"linkedin_ads:{other}"):
        assert "erased on 20" in ask("explain", name).out


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "give an e-mail address, or --phone, or --lead"),
        (["ana@example.com", "--phone", "+34655512345"], "one of them"),
        (["not an address"], "is not one e-mail address"),
        (["ana@example.com, ben@example.com"], "is not one e-mail address"),
        (["--phone", "655512345"], "with its country"),
    ],
)
def test_whom_nobody_could_mean(firsttouch, words, what):
    ended = firsttouch("erase", *words)
    assert (ended.code, ended.out) == (2, "")
    assert what in ended.complaint


def test_a_lead_that_the_store_does_not_know_is_nobody(ask):
    ended = ask("erase", "--lead", "meta_ads:none")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no such lead" in ended.complaint


def test_a_switchboard_is_nobody(ask, town, stored):
    database = sqlite3.connect(file_of(stored))
    rows = database.execute(
        "SELECT source_id, document FROM lead WHERE document LIKE '%\"phone\":%'"
    )
    (first, one), (second, two) = list(rows)[:2]
    numbers = json.loads(one)["phone"], json.loads(two)["phone"]
    database.execute(
        "UPDATE lead SET document = replace(document, ?, ?) WHERE source_id = ?",
        (numbers[1], numbers[0], second),
    )
    database.commit()
    database.close()
    ended = ask("erase", "--phone", numbers[0])
    assert ended.code == 2
    assert "several people have this number" in ended.complaint
    assert first in ended.complaint
    assert second in ended.complaint


def test_a_number_of_one_person(ask, town, stored):
    lead = somebody(town, stored)
    if lead.lead.phone is None:
        pytest.skip("no number")
    assert ask("erase", "--phone", lead.lead.phone).code == 0
    assert "erased on" in ask("explain", lead.key).out


def test_what_was_merged_since_the_last_sync_goes_too(ask, town, stored):
    """HubSpot answers for the record that is gone with the one that is left; nobody had read it."""
    gone, left = (somebody_in_hubspot(town, stored, n) for n in (0, 1))
    town.vendors.hubspot.merge(left.source_id, gone.source_id)
    unasked = ask("erase", "--lead", gone, "--dry-run")
    assert "hubspot could not be asked: " in unasked.out
    assert "FIRSTTOUCH_HUBSPOT_TOKEN" in unasked.out
    told = ask("erase", "--lead", gone, more=town.environment)
    assert (told.code, told.err) == (0, "")
    assert "could not be asked" not in told.out
    assert f"hubspot {left.source_id}" in told.out
    assert f"hubspot {gone.source_id}" not in told.out
    for each in (gone, left):
        assert "erased on" in ask("explain", each).out


def somebody_in_hubspot(town, stored, number):
    waiting = [r for r in town.world.records["hubspot"] if r.standing is Standing.WAITING]
    return LeadKey("hubspot", town.ids[waiting[number].key])


def test_whoever_is_not_known_is_marked(ask):
    told = ask("erase", "nobody-here@example.com")
    assert (told.code, told.err) == (0, "")
    assert "Nothing is stored of this person." in told.out


def test_whoever_is_erased_and_still_waits_in_their_crm_is_no_difference(town, tmp_path):
    with wired(town, tmp_path) as wiring:
        waiting = (r for r in town.world.records["hubspot"] if r.standing is Standing.WAITING)
        contact = town.ids[next(waiting).key]
        town.vendors.hubspot.person_sets_owner(contact, None)
        sync_all(wiring, ["hubspot"], new_run(), write=False)
        key = LeadKey("hubspot", contact)
        wiring.store.erase(Subject(lead=key), asked_by="them", now=wiring.now())
        period = Period(since=datetime(2026, 1, 1, tzinfo=UTC), until=wiring.now())
        found = compare(wiring, "hubspot", period)
        assert [each for each in found.differences if each.lead == key] == []
        assert found.ignored["erased"] == 1
