"""Room on the disk: told truly, and given back by what was deleted; and copies of it."""

import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from shlex import quote
from threading import Barrier, Event, Thread

import pytest
from sqlalchemy import make_url

from leads.errors import StoreError
from leads.retention import Retention
from store.backup import _own_file, back_up, dump_command
from store.census import address_of, census
from store.schema import SCHEMA_VERSION
from store.store import Store
from tests.contract.store_work import NOW, RUN, decide, decision, key, new, show
from tests.postgres import PROGRAMS

MANY = 2_000


def file_of(store: Store) -> Path:
    return Path(store._db.engine.url.database or "")


@pytest.fixture
def filled(tmp_path: Path) -> Store:
    """Many runs, by one transaction: as a year leaves them."""
    opened = Store.open(f"sqlite:///{tmp_path}/store.db")
    show(opened, new(1))
    with opened._db.engine.begin() as connection:
        rows = [(f"run {n:05} {'x' * 500}", "sync", "2026-01-01 10:00:00", "") for n in range(MANY)]
        text = "INSERT INTO run (id, kind, started_at, error) VALUES (?, ?, ?, ?)"
        connection.exec_driver_sql(text, rows)
    return opened


def test_the_file_shrinks_by_what_was_forgotten(filled: Store):
    before = file_of(filled).stat().st_size
    assert sum(each.found for each in filled.prune(Retention(), NOW)) == MANY
    space = filled.give_back_space(may_rewrite=False)
    assert (space.free, space.can_shrink) == (0, True)
    assert space.size == file_of(filled).stat().st_size < before / 2
    filled.close()


def test_while_somebody_reads_it_shrinks_as_far_as_it_can(filled: Store):
    reader = sqlite3.connect(file_of(filled), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM run").fetchone()
    list(filled.prune(Retention(), NOW))
    filled.give_back_space(may_rewrite=False)  # neither waits nor fails
    reader.execute("COMMIT")
    reader.close()
    assert filled.give_back_space(may_rewrite=False).free == 0
    filled.close()


def test_a_file_from_before_is_rewritten_once_and_shrinks_from_then_on(tmp_path: Path):
    old = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    old.execute("CREATE TABLE something (x)")  # its layout is settled by now
    old.close()
    opened = Store.open(f"sqlite:///{tmp_path}/store.db")
    with opened._db.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO run (id, kind, started_at, error) "
            "VALUES ('old', 'sync', '2026-01-01 10:00:00', ?)",
            ("x" * 100_000,),
        )
    list(opened.prune(Retention(), NOW))
    left = opened.give_back_space(may_rewrite=False)
    assert left.free > 50_000
    assert not left.can_shrink
    rewritten = opened.give_back_space(may_rewrite=True)
    assert (rewritten.free, rewritten.can_shrink) == (0, True)
    opened.close()


def test_a_server_has_nothing_to_give_back(store: Store):
    assert store.give_back_space(may_rewrite=True).size > 0


def test_a_census_counts_and_changes_nothing(store: Store):
    store.start_run(RUN, "sync", NOW)
    show(store, new(1), new(2))
    found = census(store._db)
    assert found.version == SCHEMA_VERSION
    assert (found.rows["lead"], found.rows["run"], found.rows["decision"]) == (2, 1, 0)
    assert found.oldest == {"runs": NOW, "leads": NOW}
    assert not found.is_newer


def test_an_address_is_told_without_its_password():
    url = make_url("postgresql+psycopg://me:s3cret@db.example.com/leads?password=s3cret")
    assert address_of(url) == "postgresql+psycopg://me:***@db.example.com/leads"


def test_servers_behind_sockets_are_told_apart_and_no_password_is_made_up():
    url = make_url("postgresql+psycopg://me:@/leads?host=/run/one&password=s3cret&port=5433")
    assert address_of(url) == "postgresql+psycopg://me@/leads?host=%2Frun%2Fone&port=5433"


def test_an_empty_place_has_no_version(empty_url: str):
    opened = Store.open(empty_url)
    with opened._db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    assert census(opened._db).version is None
    opened.close()


def test_a_backup_is_a_store_of_one_moment_and_for_its_user_alone(tmp_path: Path):
    opened = Store.open(f"sqlite:///{tmp_path}/store.db")
    is_over = Event()

    def write_on() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            show(opened, new(number), new(-number))

    writing = Thread(target=write_on)
    writing.start()
    try:
        while opened.cursor("hubspot") is None:
            is_over.wait(0.01)
        back_up(opened._db, tmp_path / "copy.db")
    finally:
        is_over.set()
        writing.join()
    opened.close()
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.glob("copy*")) == ["copy.db"]
    copy = Store.open(f"sqlite:///{tmp_path}/copy.db")
    found = census(copy._db)
    assert found.rows["lead"] % 2 == 0  # a page is there whole, or not at all
    assert copy.stored_lead(key(1)).lead is not None
    copy.close()


def test_of_backups_to_one_file_at_once_one_is_made_and_the_others_say_so(
    filled: Store, tmp_path: Path
):
    begin = Barrier(4, timeout=60)

    def copy(_: int) -> str:
        begin.wait()
        try:
            back_up(filled._db, tmp_path / "copy.db")
        except StoreError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(4) as threads:
        told = sorted(threads.map(copy, range(4)))
    filled.close()
    assert [each for each in told if "it is there by now, by another backup" not in each] == [""]
    assert sorted(each.name for each in tmp_path.glob("copy*")) == ["copy.db"]
    with closing(sqlite3.connect(tmp_path / "copy.db")) as made:
        assert made.execute("SELECT count(*) FROM run WHERE id LIKE 'run %'").fetchone() == (MANY,)
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_a_backup_that_cannot_be_made_is_explained_and_leaves_nothing(tmp_path: Path):
    opened = Store.open(f"sqlite:///{tmp_path}/store.db")
    with pytest.raises(StoreError, match=r"backing up the store to .*: No such file.*; name a"):
        back_up(opened._db, tmp_path / "nowhere" / "copy.db")
    opened.close()


def test_a_backup_that_finds_no_room_says_so_in_words(filled: Store, tmp_path: Path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        with pytest.raises(StoreError, match=r"copy.db: the disk failed to read or write: check"):
            back_up(filled._db, tmp_path / "copy.db")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    filled.close()
    assert list(tmp_path.glob("copy*")) == []


def test_the_command_for_a_server_has_no_password():
    url = make_url("postgresql+psycopg://me:s3cret@db.example.com:5433/leads?password=s3cret")
    told = dump_command(url, Path("my leads.dump"))
    assert told == (
        "pg_dump --format=custom --file='my leads.dump' postgresql://me@db.example.com:5433/leads"
    )


_KILLED = """
import os, signal, sys
from pathlib import Path
from store.backup import back_up
from store.database import Database

os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
back_up(Database.at(sys.argv[1]), Path(sys.argv[2]))
"""


def test_what_a_killed_backup_leaves_is_deleted_by_the_next(tmp_path: Path):
    """Killed when all is copied: the file has everything but its name."""
    opened = Store.open(f"sqlite:///{tmp_path}/store.db")
    show(opened, new(1))
    words = (f"sqlite:///{tmp_path}/store.db", tmp_path / "monday.db")
    killed = subprocess.run([sys.executable, "-c", _KILLED, *words], check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = tmp_path.glob("monday.db*")
    assert left.suffix == ".part"
    assert left.stat().st_size > 0
    stranger = tmp_path / "film.mp4.part"
    stranger.touch()
    assert back_up(opened._db, tmp_path / "tuesday.db") == [left]
    opened.close()
    assert sorted(each.name for each in tmp_path.glob("*day*")) == ["tuesday.db"]
    assert stranger.exists()


def test_what_another_backup_is_writing_is_left_to_it(filled: Store, tmp_path: Path):
    with _own_file(tmp_path / "monday.db") as theirs:
        assert back_up(filled._db, tmp_path / "tuesday.db") == []
        assert theirs.exists()
    filled.close()
    assert sorted(each.name for each in tmp_path.glob("*day*")) == ["tuesday.db"]


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_what_a_servers_own_program_backs_up_is_a_store_again(
    store: Store, store_url: str, new_postgres: str, tmp_path: Path
):
    show(store, new(1), new(2))
    with store.desk(NOW) as desk:
        desk.record_decision(decision(key(1)), frozenset(), [], run=RUN)
    before = census(store._db)
    dumping = dump_command(make_url(store_url), tmp_path / "store.dump")
    bare = make_url(new_postgres).set(drivername="postgresql").render_as_string(hide_password=False)
    restoring = (
        f"pg_restore --exit-on-error --no-owner --dbname={quote(bare)} {tmp_path}/store.dump"
    )
    for command in (dumping, restoring):
        subprocess.run(command, shell=True, check=True, env={"PATH": str(PROGRAMS)})
    restored = Store.open_existing(new_postgres)
    after = census(restored._db)
    assert (after.version, after.rows, after.oldest) == (before.version, before.rows, before.oldest)
    assert decide(restored) == [key(2)], "its numbers go on where they were"
    restored.close()
