"""Opening: made, migrated, refused, or explained in a sentence that says what to do."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, make_url

from leads.errors import StoreError
from leads.record import Cursor
from store.database import Database
from store.schema import SCHEMA_VERSION, metadata
from store.store import Store
from tests.contract.store_work import NOW, RUN, decide, new, show

_NOBODY = 65534


def test_an_empty_place_becomes_a_store_that_stays(empty_url: str):
    first = Store.open(empty_url)
    show(first, new(1))
    first.close()
    second = Store.open(empty_url)
    assert len(decide(second)) == 1
    second.close()


@pytest.mark.parametrize("opening", [Store.open_existing, Store.open_to_read])
def test_in_an_empty_place_a_question_makes_nothing(
    empty_url: str, opening: Callable[[str], Store]
):
    with pytest.raises(StoreError, match=r"opening the store.*: there is no store yet"):
        opening(empty_url)
    database = Database.at(empty_url)
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()


def test_the_migrations_make_what_the_tables_say(empty_url: str):
    Store.open(empty_url).close()
    database = Database.at(empty_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_eight_openings_at_once_migrate_once(empty_url: str):
    with ThreadPoolExecutor(8) as threads:
        stores = list(threads.map(lambda _: Store.open(empty_url), range(8)))
    for each in stores:
        assert each.paused() == set()
        each.close()


def test_an_open_store_is_opened_without_alembic(store_url: str):
    code = (
        "import sys; from store.store import Store; "
        "Store.open(sys.argv[1]).close(); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code, store_url], check=True)


def test_a_store_of_a_newer_version_is_refused(empty_url: str):
    Store.open(empty_url).close()
    database = Database.at(empty_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(StoreError) as caught:
        Store.open(empty_url)
    assert str(caught.value) == (
        "the store was last used by a newer Firsttouch (its tables are version 9999, this program "
        f"knows up to {SCHEMA_VERSION}): install the newer one, or restore a backup"
    )


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("not a url", "cannot be read: write sqlite:///"),
        ("mysql://root:s3cret@localhost/x", "cannot be kept in 'mysql'"),
        ("postgresql+psycopg2://u:s3cret@h/x", r"cannot be kept in 'postgresql\+psycopg2'"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
        ("sqlite:////nowhere/x.db?mode=ro&key=s3cret", "no options, and after . stands key, mode:"),
        ("postgresql://u:s3cret@127.0.0.1:1/leads?mode=ro", 'invalid connection option "mode"'),
        (
            "postgresql+psycopg://u:s3cret@127.0.0.1:1/leads",
            "opening the store: PostgreSQL database leads at 127.0.0.1:1: no connection .*port 1 f",
        ),
        ("postgresql://u:s3cret@db.example.invalid/leads", "'db.example.invalid'.*: check host"),
        ("postgresql://u:s3cret@127.0.0.1:99999/leads", 'invalid port number: "99999"'),
    ],
)
def test_an_address_that_leads_nowhere_is_explained(url: str, what: str):
    with pytest.raises(StoreError, match=what) as caught:
        Store.open(url)
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(caught.value.__cause__)


def test_a_database_the_server_lacks_is_named(postgres_url: str):
    with pytest.raises(StoreError, match=r"no connection .*database \"nowhere\" does not exist"):
        Store.open(postgres_url.replace("/postgres?", "/nowhere?"))


def test_a_user_the_server_does_not_let_in_is_named(postgres_url: str):
    stranger = make_url(postgres_url).set(username="bob", password="s3cret")
    with pytest.raises(StoreError, match=r"no connection .*role \"bob\" does not exist") as caught:
        Store.open(stranger.render_as_string(hide_password=False))
    assert "s3cret" not in str(caught.value)


def test_a_path_through_a_file_is_explained(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(
        StoreError, match=r"opening the store: SQLite file .*/file: File exists; name"
    ):
        Store.open(f"sqlite:///{tmp_path}/file/store.db")


@pytest.mark.parametrize("opening", [Store.open, Store.open_existing, Store.open_to_read])
def test_a_folder_in_the_place_of_a_file_is_explained(
    tmp_path: Path, opening: Callable[[str], Store]
):
    told = f"SQLite file {tmp_path}: it is a folder: name a file in it, as in sqlite:///{tmp_path}/"
    with pytest.raises(StoreError, match=re.escape(told)):
        opening(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database_is_explained(tmp_path: Path):
    (tmp_path / "store.db").write_text("dear diary, " * 500)
    with pytest.raises(StoreError, match="this file is not a database"):
        Store.open(f"sqlite:///{tmp_path}/store.db")


def test_a_new_file_is_for_its_owner_only(tmp_path: Path):
    Store.open(f"sqlite:///{tmp_path}/deep/er/store.db").close()
    assert stat.S_IMODE((tmp_path / "deep/er/store.db").stat().st_mode) == 0o600


def test_an_empty_file_becomes_its_owners_only_and_one_that_holds_something_stays(tmp_path: Path):
    file = tmp_path / "store.db"
    file.touch()
    file.chmod(0o644)
    opened = Store.open(f"sqlite:///{file}")
    show(opened, new(1))
    beside = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    opened.close()
    assert beside == dict.fromkeys(("store.db", "store.db-wal", "store.db-shm"), 0o600)
    file.chmod(0o640)
    Store.open(f"sqlite:///{file}").close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.fixture
def as_somebody_else() -> Iterator[Path]:
    """A folder and a user that is not root: root may write everything."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        user = os.geteuid()
        if user == 0:
            os.chown(folder, _NOBODY, -1)
            os.seteuid(_NOBODY)
        yield Path(folder)
        os.seteuid(user)


def test_a_file_that_may_only_be_read_is_explained(as_somebody_else: Path):
    folder = as_somebody_else
    url = f"sqlite:///{folder}/store.db"
    Store.open(url).close()
    (folder / "store.db").chmod(0o444)
    opened = Store.open(url)
    with pytest.raises(StoreError, match=r"store.db: it cannot be written: give this user write"):
        opened.pause("hubspot", NOW)
    opened.close()
    folder.chmod(0o555)
    with pytest.raises(StoreError, match=r"file .*/new.db: Permission denied; name a file in"):
        Store.open(f"sqlite:///{folder}/new.db")
    with pytest.raises(StoreError, match=r"file .*/sub: Permission denied; name a file in"):
        Store.open(f"sqlite:///{folder}/sub/new.db")
    folder.chmod(0o755)


def test_a_full_disk_is_explained_and_loses_nothing(tmp_path: Path):
    opened = Store.open(f"sqlite:///{tmp_path}/store.db")
    show(opened, new(1))
    with opened._db.engine.connect() as connection:
        # What SQLite says when it cannot grow, without filling a disk.
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(StoreError, match=r"saving a page of hubspot: .*the disk is full"):
        opened.save_page("hubspot", [new(n) for n in range(500)], Cursor("z"), run=RUN, now=NOW)
    assert opened.cursor("hubspot") == "c"
    opened.close()


def test_a_lock_held_too_long_is_explained(tmp_path: Path):
    opened = Store.open(f"sqlite:///{tmp_path}/store.db")
    opened._db.patience = 0.05
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert opened.paused() == set()  # reading goes on
    with pytest.raises(StoreError, match=r"pausing: .*another process keeps it locked"):
        opened.pause("hubspot", NOW)
    other.execute("ROLLBACK")
    other.close()
    opened.pause("hubspot", NOW)
    opened.close()


def test_a_moment_without_a_zone_is_refused(store: Store):
    with pytest.raises(StoreError, match=r"pausing: .* a value cannot be stored \(ValueError\)"):
        store.pause("hubspot", NOW.replace(tzinfo=None))


def test_a_store_used_after_its_table_went_says_the_code_only(store: Store):
    with store._db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE pause RENAME TO gone")
    with pytest.raises(StoreError, match=r"the database answered (SQLITE_ERROR|42P01)"):
        store.pause("hubspot", NOW)
    with store._db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO pause")
