"""Insert-or-update, and long lists in pieces: the same on both databases."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Table, func, true
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

_CHUNK = 500


def insert_for(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Answer an insert that knows `on_conflict_do_...` of this database."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def upsert(
    connection: Connection,
    table: Table,
    rows: Sequence[Mapping[str, object]],
    *,
    keep: frozenset[str] = frozenset(),
    key: Sequence[str] = (),
    newer_by: str = "",
) -> None:
    """
    Insert each row; where its key is there, set its columns, but those of `keep`.

    `key` is the primary key unless named. All rows name the same columns. What is there stays as
    it is where it is later by `newer_by`.
    """
    if not rows:
        return
    key = key or [column.name for column in table.primary_key]
    insert = insert_for(connection, table)
    changed = {
        name: insert.excluded[name] for name in rows[0] if name not in key and name not in keep
    }
    where = None
    if newer_by:
        is_as_new = insert.excluded[newer_by] >= table.c[newer_by]
        where = func.coalesce(is_as_new, true())  # one of which it is not known is as new
    statement = insert.on_conflict_do_update(index_elements=key, set_=changed, where=where)
    connection.execute(statement, rows)


def insert_missing(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert each row whose key is not there."""
    if rows:
        connection.execute(insert_for(connection, table).on_conflict_do_nothing(), rows)


def chunks(parts: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that fit into one IN (...) on every database."""
    for start in range(0, len(parts), _CHUNK):
        yield parts[start : start + _CHUNK]
