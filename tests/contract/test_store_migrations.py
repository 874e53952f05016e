"""Migrations: one line of numbers, and each keeps every row that the one before it could hold."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    MetaData,
    Table,
    inspect,
)

import store.migrations
from store.census import census
from store.database import Database
from store.schema import SCHEMA_VERSION
from store.store import Store

FOLDER = Path(store.migrations.__path__[0])
VERSIONS = sorted((FOLDER / "versions").glob("v*.py"))
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

# Moved elsewhere on purpose, by the migration that says so.
DROPPED = {"backfill": ("window", "position")}

Rows = dict[str, dict[str, object]]


def config(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["connection"] = connection
    return made


def test_versions_are_one_line_of_numbers_without_a_gap():
    line = list(ScriptDirectory.from_config(config()).walk_revisions("base", "heads"))[::-1]
    numbers = [f"{number:04}" for number in range(1, len(VERSIONS) + 1)]
    assert [each.revision for each in line] == numbers
    assert [each.down_revision for each in line] == [None, *numbers[:-1]]
    assert [path.name[1:5] for path in VERSIONS] == numbers  # two of one number are two files
    assert numbers[-1] == SCHEMA_VERSION


def test_what_each_version_held_is_there_in_the_newest(empty_url: str):
    """Every table gets a row in the version that makes it, and is carried through all the later."""
    database, kept = Database.at(empty_url), Rows()
    for path in VERSIONS:
        with database.engine.begin() as connection:
            command.upgrade(config(connection), path.name[1:5])
            kept |= _fill_new(connection, kept)
    Store.open(empty_url).close()
    assert dict.fromkeys(kept, 1) == census(database).rows
    with database.engine.connect() as connection:
        found = {table.name: _only_row(connection, table) for table in _tables(connection)}
    database.close()
    expected = {name: _without(row, DROPPED.get(name, ())) for name, row in kept.items()}
    assert {name: _of(found[name], row) for name, row in expected.items()} == expected


@pytest.mark.parametrize("version", [VERSIONS[0].name[1:5], VERSIONS[-2].name[1:5]])
def test_a_store_of_an_older_version_is_moved_when_it_is_opened(version: str, empty_url: str):
    database = Database.at(empty_url)
    with database.engine.begin() as connection:
        command.upgrade(config(connection), version)
    assert census(database).version == version
    Store.open(empty_url).close()
    assert census(database).version == SCHEMA_VERSION
    database.close()


def _tables(connection: Connection, but: Collection[str] = ()) -> list[Table]:
    """In an order in which rows may point at earlier ones."""
    names, there = {*inspect(connection).get_table_names()} - {"alembic_version", *but}, MetaData()
    there.reflect(connection, only=sorted(names))
    return [table for table in there.sorted_tables if table.name in names]


def _fill_new(connection: Connection, kept: Rows) -> Rows:
    """
    Fill every column, so that one row of a table may point at the only one of another.

    A table that its migration made of what was there has its row.
    """
    new: Rows = {}
    for table in _tables(connection, but=kept):
        if connection.execute(table.select()).first() is None:
            connection.execute(table.insert(), [{c.name: _value(c) for c in table.columns}])
        new[table.name] = _only_row(connection, table)
    return new


def _value(column: Column[object]) -> object:
    match column.type:
        case Boolean():
            return True
        case DateTime():
            return AT if column.type.timezone else AT.replace(tzinfo=None)
        case Integer() | Float():
            return 1
        case _:
            return "{}"  # also where a document is kept


def _only_row(connection: Connection, table: Table) -> dict[str, object]:
    return dict(connection.execute(table.select()).mappings().one())


def _of(row: dict[str, object], before: dict[str, object]) -> dict[str, object]:
    """The columns that were there before."""
    return {name: row[name] for name in before}


def _without(row: dict[str, object], dropped: Sequence[str]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in dropped}
