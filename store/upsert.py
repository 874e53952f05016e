"""Insert-or-update, and long lists in pieces: the same on both databases."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeAlias, TypeVar

import sqlalchemy
from sqlalchemy import Connection, Dialect, Table, TextClause, bindparam, func, text, true
from sqlalchemy.dialects import postgresql, sqlite

from store.many import execute_many

T = TypeVar("T")
Insert: TypeAlias = sqlite.Insert | postgresql.Insert

_CHUNK = 500


def kept(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    on_conflict: Callable[[Insert], sqlalchemy.Insert],
) -> TextClause:
    """
    Answer an insert of these columns that was made once, for rows of them.

    SQLAlchemy keeps what it compiled of other statements, but of none with ON CONFLICT: to compile
    one costs more than to execute it. `on_conflict`, which must be one function each time, adds
    that; it may use parameters of its own (`bindparam` with a type), and rows name them as well.
    """
    return _kept(connection.dialect.name, table, tuple(names), on_conflict)


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
    given = key or [column.name for column in table.primary_key]
    names = tuple(rows[0])
    statement = _upsert(
        connection.dialect.name, table, names, keep=keep, key=tuple(given), newer_by=newer_by
    )
    execute_many(connection, statement, rows)


def insert_missing(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert each row whose key is not there."""
    if rows:
        statement = kept(connection, table, tuple(rows[0]), _do_nothing)
        execute_many(connection, statement, rows)


def chunks(parts: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that fit into one IN (...) on every database."""
    for start in range(0, len(parts), _CHUNK):
        yield parts[start : start + _CHUNK]


def _insert(database: str, table: Table) -> Insert:
    return sqlite.insert(table) if database == "sqlite" else postgresql.insert(table)


@cache
def _kept(
    database: str,
    table: Table,
    names: tuple[str, ...],
    on_conflict: Callable[[Insert], sqlalchemy.Insert],
) -> TextClause:
    return _as_text(database, on_conflict(_insert(database, table)), names)


@cache
def _upsert(
    database: str,
    table: Table,
    names: tuple[str, ...],
    *,
    keep: frozenset[str],
    key: tuple[str, ...],
    newer_by: str,
) -> TextClause:
    insert = _insert(database, table)
    changed = {name: insert.excluded[name] for name in names if name not in {*key, *keep}}
    where = None
    if newer_by:
        is_as_new = insert.excluded[newer_by] >= table.c[newer_by]
        where = func.coalesce(is_as_new, true())  # one of which it is not known is as new
    update = insert.on_conflict_do_update(index_elements=key, set_=changed, where=where)
    return _as_text(database, update, names)


def _do_nothing(insert: Insert) -> Insert:
    return insert.on_conflict_do_nothing()


def _as_text(database: str, statement: sqlalchemy.Insert, names: tuple[str, ...]) -> TextClause:
    dialect: Dialect = (sqlite if database == "sqlite" else postgresql).dialect(paramstyle="named")
    compiled = statement.compile(dialect=dialect, column_keys=names)
    # As a column of the same name may be a parameter of ON CONFLICT, each is told its type.
    typed = (bindparam(name, type_=bind.type) for name, bind in compiled.binds.items())
    return text(compiled.string).bindparams(*typed)
