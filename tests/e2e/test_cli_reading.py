"""A store that a user may only read is read; one that is not there is not made by a slip."""

import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from flows.checkout import CHECKOUT
from flows.wiring import DEFAULT_CONFIG
from store.schema import SCHEMA_VERSION
from store.store import Store
from tests.contract.store_work import new, rejected, show

_NOBODY = 65534
LEADS = str(CHECKOUT / "examples" / "leads.csv")
QUESTIONS = (
    ("explain", "hubspot:1"),
    ("rejects", "list"),
    ("report", "--json"),
    ("store", "status"),
    ("alerts",),
    ("away",),
    ("returns",),
    ("review", "list"),
    ("undo",),
    ("backfill",),
)
WITHOUT_A_STORE = (
    ("check",),
    ("check", "--json"),
    ("simulate", LEADS, "--json"),
    ("simulate", LEADS, "--against", str(DEFAULT_CONFIG)),
    ("policy", "show"),
    ("doctor",),
    ("report", "--baseline"),
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store with a lead, whole in its one file."""
    file = tmp_path_factory.mktemp("filled") / "store.db"
    with closing(Store.open(f"sqlite:///{file}")) as store:
        show(store, new(1), rejected(2))
    return file.read_bytes()


@pytest.fixture
def place(filled):
    """A folder of somebody else's with that store in it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "store.db"
        file.write_bytes(filled)
        file.chmod(0o444)
        Path(folder).chmod(0o555)
        yield file
        Path(folder).chmod(0o755)


@contextmanager
def whom_permissions_stop():
    """Root is nobody for a while."""
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(_NOBODY)
        yield
    finally:
        os.seteuid(user)


def asked(firsttouch, file, *words):
    return firsttouch(*words, "--store", f"sqlite:///{file}")


@pytest.fixture
def as_nobody(firsttouch, filled, tmp_path):
    """Run a command as such a user: once before as ourselves, who may read what it imports."""

    def run(file, *words):
        ours = tmp_path / "ours.db"
        ours.write_bytes(filled)
        asked(firsttouch, ours, *words)
        with whom_permissions_stop():
            return asked(firsttouch, file, *words)

    return run


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_who_may_only_read_is_answered(as_nobody, place, words):
    ended = as_nobody(place, *words)
    assert (ended.code, _without_the_mode(ended.err, words)) == (0, "")
    assert ended.out
    assert sorted(place.parent.iterdir()) == [place]


def _without_the_mode(told, words):
    """That whoever is on this machine can read the file is so here, and `store status` says it."""
    if words != ("store", "status"):
        return told
    said, chmod, rest = told.partition(": chmod o-rwx ")
    assert (said.endswith("(mode 444)"), bool(chmod), rest.count("\n")) == (True, True, 1)
    return ""


def test_what_is_written_meanwhile_is_read_too(firsttouch, filled, tmp_path):
    """Somebody who may write has it open: what they wrote is in the log beside the file."""
    file = tmp_path / "store.db"
    file.write_bytes(filled)
    with closing(Store.open(f"sqlite:///{file}")) as theirs:
        show(theirs, rejected(3))
        for each in tmp_path.iterdir():
            each.chmod(0o444)
        ended = asked(firsttouch, file, "rejects", "list", "--json")
    assert '"hubspot:3"' in ended.out


@pytest.mark.parametrize(
    "words",
    [("pause",), ("away", "ana"), ("sync",), ("erase", "eva@example.com"), ("store", "migrate")],
    ids=" ".join,
)
def test_who_would_write_is_told_what_keeps_them_from_it(as_nobody, place, words):
    ended = as_nobody(place, *words)
    assert (ended.code, ended.out) == (3, "")
    told = f"file {place}: this user may read it and not write it ({place}: mode 444, of user "
    assert told in ended.complaint
    assert "run as that user, or give this one write permission on it" in ended.complaint


def test_a_folder_that_may_not_be_written_is_named(as_nobody, place):
    place.chmod(0o666)
    ended = as_nobody(place, "pause")
    assert ended.code == 3
    told = "this user may not write in its folder, where SQLite keeps a log beside it"
    assert f"{told} ({place.parent}: mode 555, of user " in ended.complaint
    assert as_nobody(place, "rejects", "list").code == 0


def test_older_tables_are_brought_forward_by_whoever_may(as_nobody, place):
    place.chmod(0o644)
    place.parent.chmod(0o755)
    with closing(sqlite3.connect(place)) as older:
        older.execute("UPDATE alembic_version SET version_num = '0020'")
        older.commit()
    place.chmod(0o444)
    place.parent.chmod(0o555)
    ended = as_nobody(place, "rejects", "list")
    assert ended.code == 3
    told = f"version 0020, this program's are {SCHEMA_VERSION}, and this user may only read it"
    assert told in ended.complaint
    assert "`firsttouch store migrate`" in ended.complaint


@pytest.mark.parametrize(
    "words",
    [
        ("pause",),
        ("resume",),
        ("away",),
        ("away", "ana"),
        ("back", "ana"),
        ("age",),
        ("sweep",),
        ("take", "iberia", "--as", "ana"),
        ("policy", "list"),
        ("shadow", "stop"),
        ("shadow", "report"),
        ("reconcile",),
        ("recalibrate",),
        ("review", "approve", "--all"),
        ("rejects", "replay"),
        ("return", "hubspot:1", "--reason", "spam"),
        ("undo", "--run", "7"),
    ],
    ids=" ".join,
)
def test_a_slip_in_a_stores_name_makes_none(firsttouch, tmp_path, words):
    file = tmp_path / "typo.db"
    ended = asked(firsttouch, file, *words)
    assert (ended.code, ended.out) == (3, "")
    assert f"opening the store in {file}: there is no store yet: `firsttouch sync` makes it" in (
        ended.complaint
    )
    assert list(tmp_path.glob("typo*")) == []


@pytest.mark.parametrize("words", WITHOUT_A_STORE, ids=" ".join)
def test_who_can_do_without_a_store_says_all_the_same_that_the_named_one_is_not_there(
    firsttouch, tmp_path, words
):
    file = tmp_path / "typo.db"
    ended = asked(firsttouch, file, *words)
    assert (ended.code, ended.out) == (3, "")
    assert f"opening the store in {file}: there is no store yet" in ended.complaint
    assert list(tmp_path.glob("typo*")) == []


@pytest.mark.parametrize("words", WITHOUT_A_STORE, ids=" ".join)
def test_and_that_the_folder_named_in_the_environment_is_not_there(firsttouch, tmp_path, words):
    url = f"sqlite:///{tmp_path}/typo/firsttouch.db"
    ended = firsttouch(*words, environment={"FIRSTTOUCH_STORE": url})
    assert (ended.code, ended.out) == (3, "")
    assert f"the folder {tmp_path}/typo does not exist; make it, or mend --store or " in (
        ended.complaint
    )
    assert list(tmp_path.glob("typo*")) == []


def test_before_the_first_sync_doctor_looks_into_no_store_and_leaves_none(firsttouch, tmp_path):
    firsttouch("doctor", environment={"FIRSTTOUCH_STORE": f"sqlite:///{tmp_path}/none.db"})
    assert list(tmp_path.glob("none*")) == []


def test_before_the_first_sync_check_says_that_there_is_no_store(firsttouch, tmp_path):
    file = tmp_path / "none.db"
    ended = firsttouch("check", environment={"FIRSTTOUCH_STORE": f"sqlite:///{file}"})
    assert (ended.code, ended.err) == (0, "")
    assert f"there is no store yet in {file}" in ended.out
    assert list(tmp_path.glob("none*")) == []


def test_a_database_of_somebody_elses_is_not_filled_by_a_question(firsttouch, tmp_path):
    file = tmp_path / "theirs.db"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE invoice (id)")
    ended = asked(firsttouch, file, "rejects", "list")
    assert ended.code == 3
    assert f"opening the store: SQLite file {file}: there is no store yet" in ended.complaint
    with closing(sqlite3.connect(file)) as theirs:
        assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("invoice",)]
