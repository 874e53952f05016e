"""One statement for many rows, without what SQLAlchemy does anew for each of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import StatementError
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import TextClause

_Change: TypeAlias = UpdateBase | TextClause
_Convert: TypeAlias = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as a driver takes it; a parameter is converted where its type says how."""

    sql: str
    parameters: Sequence[tuple[str, _Convert | None]]
    by_place: bool

    def of(self, row: Mapping[str, object]) -> Any:
        values = [to(row[name]) if to else row[name] for name, to in self.parameters]
        if self.by_place:
            return tuple(values)
        return dict(zip((name for name, _ in self.parameters), values, strict=True))


_COMPILED: dict[tuple[str, _Change, tuple[str, ...]], _Compiled] = {}


def execute_many(
    connection: Connection, statement: _Change, rows: Sequence[Mapping[str, object]]
) -> None:
    """
    Execute a statement that answers nothing for each row. All rows name the same parameters.

    It is compiled once a process, and so has to be made once. SQLAlchemy's own way puts each row's
    parameters together anew, which takes longer than SQLite takes to write them.
    """
    if not rows:
        return
    key = (connection.dialect.name, statement, tuple(rows[0]))
    if key not in _COMPILED:
        _COMPILED[key] = _compiled(connection.dialect, statement, key[2])
    compiled = _COMPILED[key]
    connection.exec_driver_sql(compiled.sql, _converted(compiled, rows))


def _converted(compiled: _Compiled, rows: Sequence[Mapping[str, object]]) -> list[Any]:
    try:
        return [compiled.of(row) for row in rows]
    except Exception as error:
        # As SQLAlchemy itself says that a value is none that this column takes.
        raise StatementError(str(error), compiled.sql, None, error) from error


def _compiled(dialect: Dialect, statement: _Change, names: tuple[str, ...]) -> _Compiled:
    made = statement.compile(dialect=dialect, column_keys=names, for_executemany=True)
    converters = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect)
        for name, bind in made.binds.items()
    }
    places = made.positiontup or tuple(converters)
    parameters = [(name, converters[name]) for name in places]
    return _Compiled(made.string, parameters, by_place=dialect.positional)
