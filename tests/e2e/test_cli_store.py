"""`firsttouch store`: what an admin asks of the database, over the command line."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.daily_prune import prune_store
from flows.sizes import in_bytes
from flows.which_store import open_store, store_url
from flows.wiring import utc_now
from leads.keys import RunId
from store.database import Database
from store.schema import SCHEMA_VERSION

Words = tuple[str, ...]


def _age(days: int) -> None:
    """A run that was that long ago."""
    database = Database.at(store_url(None))
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO run (id, kind, started_at, error) "
            f"VALUES ('old', 'sync', datetime('now', '-{days} days'), '')"
        )
    database.close()


def _version_is(version: str) -> None:
    database = Database.at(store_url(None))
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    database.close()


def test_where_there_is_none_status_says_so_and_makes_none(firsttouch, tmp_path: Path):
    asked = firsttouch("store", "status")
    assert asked.code == 3
    assert "there is no store yet" in asked.err
    assert firsttouch("store", "backup", str(tmp_path / "copy.db")).code == 3
    assert firsttouch("store", "prune").code == 3
    made = firsttouch("store", "migrate")
    assert f"its tables are version {SCHEMA_VERSION}" in made.out
    assert "Nothing to do" in firsttouch("store", "migrate").out


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_status_of_a_database_without_our_tables_is_that_there_is_no_store(
    firsttouch, tmp_path: Path, database: str, request: pytest.FixtureRequest
):
    url = f"sqlite:///{tmp_path}/other.db"
    if database == "postgresql":
        url = request.getfixturevalue("postgres_url")
    else:
        with closing(sqlite3.connect(tmp_path / "other.db")) as other:
            other.execute("CREATE TABLE theirs (a TEXT)")
    for words in (("status",), ("status", "--json")):
        asked = firsttouch("store", *words, "--store", url)
        assert (asked.code, asked.out) == (3, "")
        assert "there is no store yet: `firsttouch sync` makes it" in asked.complaint


@pytest.mark.parametrize(
    "words", [("sync",), ("store", "status"), ("store", "migrate"), ("check",)]
)
def test_a_folder_named_as_the_store_is_told_as_one(firsttouch, tmp_path: Path, words: Words):
    asked = firsttouch(*words, "--store", f"sqlite:///{tmp_path}")
    assert asked.code == 3
    assert f"SQLite file {tmp_path}: it is a folder: name a file in it" in asked.complaint


def test_status_counts_what_is_there(firsttouch):
    with open_store(None) as store:
        store.start_run(RunId("r"), "sync", utc_now())
    told = json.loads(firsttouch("store", "status", "--json").out)
    assert (told["version"], told["rows"]["run"], told["rows"]["lead"]) == (SCHEMA_VERSION, 1, 0)
    assert told["bytes"] > 0
    assert "run" in firsttouch("store", "status").out


def test_a_newer_store_is_told_and_left_alone(firsttouch):
    firsttouch("store", "migrate")
    _version_is("9999")
    looked = firsttouch("store", "status")
    assert (looked.code, "newer than this program's" in looked.err) == (1, True)
    assert "version 9999" in looked.out
    moved = firsttouch("store", "migrate")
    assert moved.code == 3
    assert "install the newer one, or restore a backup" in moved.err
    assert firsttouch("store", "prune").code == 3


def test_a_backup_is_made_once_and_can_be_looked_at(firsttouch, tmp_path: Path):
    firsttouch("store", "migrate")
    copy = tmp_path / "copy.db"
    assert "Backed up to" in firsttouch("store", "backup", str(copy)).out
    assert firsttouch("store", "status", "--store", f"sqlite:///{copy}").code == 0
    again = firsttouch("store", "backup", str(copy))
    assert again.code == 2
    assert "no backup is written over" in again.err


def test_a_server_is_backed_up_by_its_own_command(firsttouch, tmp_path: Path):
    url = "postgresql://me:s3cret@db.example.com/leads"
    asked = firsttouch("store", "backup", str(tmp_path / "x"), "--store", url)
    assert asked.code == 2
    assert asked.out.startswith(f"pg_dump --format=custom --file={tmp_path}/x postgresql://me@")
    assert (
        "nothing was done: a PostgreSQL database is backed up by its own program" in asked.complaint
    )
    assert "s3cret" not in asked.err


def test_pruning_says_first_what_would_go_and_then_it_goes(firsttouch):
    firsttouch("store", "migrate")
    _age(100)
    would = firsttouch("store", "prune", "--dry-run")
    assert ": 1 would be forgotten (rows: run 1)" in would.out
    assert "decided leads: kept until they are erased" in would.out
    assert json.loads(firsttouch("store", "status", "--json").out)["rows"]["run"] == 1
    assert ": 1 forgotten (rows: run 1)" in firsttouch("store", "prune").out
    told = json.loads(firsttouch("store", "prune", "--json").out)
    assert told["kinds"]["runs"]["forgotten"] == 0
    assert told["dry_run"] is False


def test_what_is_younger_than_stated_stays(firsttouch, tmp_path: Path):
    firsttouch("store", "migrate")
    _age(80)
    assert ": 0 forgotten" in firsttouch("store", "prune").out.splitlines()[0]


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 bytes"), (1_023, "1,023 bytes"), (1_536, "1.5 KB"), (3 * 1024**5, "3,145,728.0 GB")],
)
def test_sizes_are_read_by_people(count: int, told: str):
    assert in_bytes(count) == told


def test_the_daily_flow_does_the_same(firsttouch):
    firsttouch("store", "migrate")
    _age(100)
    assert ": 1 would be forgotten" in prune_store(is_rehearsal=True)[0]
    told = prune_store(is_rehearsal=False)
    assert ": 1 forgotten" in told[0]
    assert told[-1].startswith("The store takes")
