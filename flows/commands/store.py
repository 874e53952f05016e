"""`firsttouch store status`, `migrate` and `backup`: looking after the database itself."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.exits import DONE_WITH_FAILURES, note
from flows.sizes import in_bytes
from flows.which_store import store_to_open, store_url
from leads.errors import ConfigError
from store.backup import back_up, dump_command
from store.census import Census, census
from store.database import Database
from store.engine import expect_there, in_words, none_yet
from store.migrate import migrate
from store.schema import SCHEMA_VERSION

_NOT_OURS = (
    "nothing was done: a PostgreSQL database is backed up by its own program. Run the command on "
    "stdout; pg_dump asks for the password, or reads PGPASSWORD or ~/.pgpass"
)


def status(store: str | None, *, as_json: bool) -> None:
    """
    Print what is there, changing nothing; exit 1 when a newer program made it.

    Raises StoreError where there is no store.
    """
    with _looking_at(store) as database:
        found = census(database)
        if found.version is None:
            raise none_yet(f": {database.place}")
    print(json.dumps(_json(found)) if as_json else "\n".join(_sentences(found)))
    if found.exposed:
        note(f"{found.address}: {found.exposed}")
    if found.is_newer:
        note(f"the store's tables are newer than this program's ({SCHEMA_VERSION}): install the")
        note("program that made them, or restore a backup")
        raise SystemExit(DONE_WITH_FAILURES)


def bring_forward(store: str | None) -> None:
    """Migrate, and say from what to what. Raises StoreError for a store that is newer than us."""
    url = store_to_open(store)
    database = Database.at(url)
    try:
        before = migrate(database)
    finally:
        database.close()
    if before is None:
        print(f"Made a store{in_words(url)}: its tables are version {SCHEMA_VERSION}.")
    elif before == SCHEMA_VERSION:
        print(f"Nothing to do: the store's tables are version {SCHEMA_VERSION}, as this program's.")
    else:
        print(f"Moved the store's tables from version {before} to {SCHEMA_VERSION}.")


def back_up_to(file: Path, store: str | None) -> None:
    """Back up a SQLite store. Raises ConfigError with what to do instead where it cannot."""
    if file.exists():
        problem = "is there already, and no backup is written over: name another file"
        raise ConfigError([f"store backup: {file} {problem}"])
    with _looking_at(store) as database:
        url = database.engine.url
        if url.get_backend_name() != "sqlite":
            print(dump_command(url, file))
            raise ConfigError([f"store backup: {_NOT_OURS}"])
        left = back_up(database, file)
    for each in left:
        note(f"{each}, which a backup that was killed had left, is deleted")
    size = in_bytes(file.stat().st_size)
    print(f"Backed up to {file} ({size}). Try it: firsttouch store status --store sqlite:///{file}")


@contextmanager
def _looking_at(store: str | None) -> Iterator[Database]:
    """Open what is there, of whatever version. Raises StoreError where there is nothing."""
    url = store_url(store)
    expect_there(url)
    database = Database.to_read(url)
    try:
        yield database
    finally:
        database.close()


def _sentences(found: Census) -> Iterator[str]:
    space, version = found.space, found.version
    ours = "as this program's" if version == SCHEMA_VERSION else f"this program's: {SCHEMA_VERSION}"
    yield f"Store: {found.address}"
    yield f"Tables: version {version} ({ours})"
    free = f", of which {in_bytes(space.free)} is free for new rows" if space.free else ""
    log = f"; write-ahead log {in_bytes(space.log)}" if space.log else ""
    yield f"Size: {in_bytes(space.size)}{free}{log}"
    for kind, at in found.oldest.items():
        yield f"Oldest of {kind}: {at:%Y-%m-%d %H:%M} UTC"
    yield "Rows:"
    width = max((len(name) for name in found.rows), default=0)
    yield from (f"  {name:<{width}} {count:>12,}" for name, count in found.rows.items() if count)


def _json(found: Census) -> dict[str, object]:
    return {
        "store": found.address,
        "version": found.version,
        "program": SCHEMA_VERSION,
        "bytes": found.space.size,
        "free_bytes": found.space.free,
        "log_bytes": found.space.log,
        "exposed": found.exposed,
        "rows": dict(found.rows),
        "oldest": {kind: at.isoformat() for kind, at in found.oldest.items()},
    }
