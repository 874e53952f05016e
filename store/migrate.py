"""Bringing a database to this version's tables; one from a newer version is refused."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from leads.errors import StoreError
from store.database import Database
from store.engine import none_yet
from store.schema import SCHEMA_VERSION
from store.waits import await_long


def migrate(database: Database) -> str | None:
    """
    Move the schema forward, once however many processes ask; answer the version it had.

    None of a place that was empty. Raises StoreError.
    """
    found = version_of(database)
    _bring_forward(database, found)
    return found


def migrate_existing(database: Database) -> None:
    """Do the same where there are tables of ours. Raises StoreError where there are none."""
    found = version_of(database)
    if found is None:
        raise none_yet(f": {database.place}")
    _bring_forward(database, found)


def expect_current(database: Database) -> None:
    """Raise StoreError unless the tables, which may not be written, are this version's."""
    found = version_of(database)
    if found == SCHEMA_VERSION:
        return
    _refuse_newer(found)
    problem = (
        f"its tables are version {found or 'none'}, this program's are {SCHEMA_VERSION}, and this "
        "user may only read it: whoever may write it brings them forward by `firsttouch store "
        "migrate`"
    )
    raise StoreError(f"opening the store: {database.place}: {problem}")


def version_of(database: Database) -> str | None:
    """Answer the version of the tables that are there; None where there are none."""
    return database.read("opening the store", _version)


def _bring_forward(database: Database, found: str | None) -> None:
    if found != SCHEMA_VERSION:
        database.write_alone("migrating the store", _forward)


def _forward(connection: Connection) -> None:
    found = _version(connection)
    if found == SCHEMA_VERSION:
        return  # another process was faster
    _refuse_newer(found)
    await_long(connection)
    _upgrade(connection)


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > SCHEMA_VERSION:
        problem = (
            f"the store was last used by a newer Firsttouch (its tables are version {found}, this "
            f"program knows up to {SCHEMA_VERSION}): install the newer one, or restore a backup"
        )
        raise StoreError(problem)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    # Here, because it takes a third of a second that an up-to-date store should not pay.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
