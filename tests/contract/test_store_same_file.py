"""A SQLite file that is taken away while it is open: nothing is said to be kept that is not."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest

from leads.errors import StoreError
from store.database import Database
from store.store import Store
from tests.contract.store_work import NOW

TAKEN_AWAY = "the file was deleted, moved or replaced while this process had it open"


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    return Path(copyfile(sqlite_template, tmp_path / "store.db"))


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    with closing(Store.open(f"sqlite:///{file}")) as opened:
        yield opened


def test_what_is_deleted_takes_nothing_more(store: Store, file: Path):
    store.pause(None, NOW)
    file.unlink()
    with pytest.raises(StoreError, match=f"pausing: SQLite file {file}: {TAKEN_AWAY}"):
        store.pause(None, NOW)
    with pytest.raises(StoreError, match=TAKEN_AWAY):
        store.alerts(NOW)
    assert not file.exists()


def test_what_is_moved_is_used_again_when_it_is_back(store: Store, file: Path):
    aside = file.rename(file.with_name("aside.db"))
    with pytest.raises(StoreError, match=TAKEN_AWAY):
        store.pause(None, NOW)
    aside.rename(file)
    store.pause(None, NOW)


def test_a_process_that_goes_to_another_folder_has_the_same_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(file.parent)
    with closing(Store.open(f"sqlite:///{file.name}")) as store:
        monkeypatch.chdir("/")
        store.pause(None, NOW)


def test_another_store_in_its_place_is_not_taken_for_it(store: Store, file: Path):
    other = copyfile(file, file.with_name("other.db"))
    other.rename(file)
    with pytest.raises(StoreError, match=TAKEN_AWAY):
        store.pause(None, NOW)


def test_what_was_written_as_it_went_is_not_kept(file: Path):
    with closing(Database.at(f"sqlite:///{file}")) as database:
        with pytest.raises(StoreError, match=TAKEN_AWAY):
            database.write("keeping", lambda _: file.unlink())
        file.touch()
        with pytest.raises(StoreError, match=TAKEN_AWAY), database.alone("deciding"):
            pass
