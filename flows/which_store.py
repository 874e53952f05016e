"""Which store: what --store names, or the environment, or the checkout's own; and its opening."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.checkout import CHECKOUT
from flows.secret_blocks import revealed
from leads.errors import StoreError
from store.engine import folder_of, in_words, is_there
from store.store import Store

STORE_VARIABLE = "FIRSTTOUCH_STORE"
DEFAULT_STORE = f"sqlite:///{CHECKOUT}/var/firsttouch.db"


def store_url(asked: str | None) -> str:
    """Return the store asked for, or the environment's, or the SQLite file under var/."""
    return revealed({STORE_VARIABLE: stated_store(asked)})[STORE_VARIABLE]


def stated_store(asked: str | None) -> str:
    """Return the same, a secret block by its name: what may be handed to another process."""
    return asked or os.environ.get(STORE_VARIABLE) or DEFAULT_STORE


def store_to_open(asked: str | None) -> str:
    """
    Return the store that may be made where it is not there yet.

    Raises StoreError where its folder is missing: a slip in the path would begin from nothing, and
    give every lead out once more. The checkout's own var/ is made with the first store.
    """
    url = store_url(asked)
    folder = folder_of(url)
    if folder is None or folder.exists() or folder == CHECKOUT / "var":
        return url
    problem = f"the folder {folder} does not exist; make it, or mend --store or {STORE_VARIABLE}"
    raise StoreError(f"opening the store{in_words(url)}: {problem}")


def expect_named(asked: str | None) -> None:
    """
    Raise StoreError where what --store names is not there: also for what can do without a store.

    The environment's may be the one that the first sync will make; its folder must be there.
    """
    if asked is None:
        store_to_open(None)
        return
    with read_store(asked):
        pass


def new_store(asked: str | None) -> str:
    """
    Say that what --store names is not there yet, so that a slip in it is seen; "" where it is.

    Asked before it is opened, which makes it. Raises StoreError for what no store can be.
    """
    if asked is None or is_there(url := store_url(asked)):
        return ""
    return (
        f"the store{in_words(url)} is new: nothing was decided in it before, so that every lead "
        "that waits is given out. If there is another store, end this and name that one"
    )


def shared_folder(url: str) -> Path:
    """Return where a machine's processes keep a vendor's limits: beside the store, if a file."""
    return folder_of(url) or CHECKOUT / "var"


@contextmanager
def read_store(url: str | None) -> Iterator[Store]:
    """Open the store for a question about what was. Raises StoreError where there is none."""
    opened = Store.open_to_read(store_url(url))
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def open_existing_store(url: str | None) -> Iterator[Store]:
    """Open the store to change something that is there. Raises StoreError where there is none."""
    opened = Store.open_existing(store_url(url))
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def open_store(url: str | None) -> Iterator[Store]:
    """Open the store alone, making it where there is none. Raises StoreError."""
    opened = Store.open(store_to_open(url))
    try:
        yield opened
    finally:
        opened.close()
