"""How a database finds the rows of the statements that a run really made."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from psycopg import ClientCursor
from sqlalchemy import Connection, Engine, event

Statement = tuple[str, Any]

_SQLITE_SCAN = re.compile(r"^SCAN (\w+)\b(?: USING (?:COVERING )?INDEX (\w+))?")
_PLANNED = {"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"}
_OURS = "'public'::regnamespace"
_NEVER_ANALYSED = (
    f"UPDATE pg_class SET relpages = 0, reltuples = -1 WHERE relnamespace = {_OURS}",
    f"DELETE FROM pg_statistic USING pg_class WHERE starelid = oid AND relnamespace = {_OURS}",
)
"""Whether the server has counted a table's few rows by now must not change what is planned."""

_PARTIAL = {
    "ix_alert_end_untold",
    "ix_alert_kind_source_subject",
    "ix_decision_later",
    "ix_reservation_active",
}
"""Indexes of a part of their table, however long its history: all of one may be gone through."""


def statements_during(engine: Engine, work: Callable[[], object]) -> list[Statement]:
    """Each distinct statement that `work` makes, with the parameters it had last."""
    seen: dict[str, Any] = {}

    def note(*call: Any) -> None:
        text, parameters = str(call[2]), call[3]
        if text.split(maxsplit=1)[0] in _PLANNED and " pg_" not in text:
            is_many = isinstance(parameters, list) and parameters
            seen[text] = parameters[0] if is_many else parameters

    event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return list(seen.items())


def scans(engine: Engine, statement: Statement) -> set[str]:
    """The tables of which a statement goes through every row to find those it wants."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return set(_of_sqlite(connection, *statement))
        return set(_of_postgres(connection, *statement))


def _of_sqlite(connection: Connection, text: str, parameters: Any) -> Iterator[str]:
    names = _names(text)
    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters):
        found = _SQLITE_SCAN.match(str(row[3]))
        if found and found[2] not in _PARTIAL and found[1] not in {"CONSTANT", "due"}:
            yield names.get(found[1], found[1])


def _names(text: str) -> dict[str, str]:
    """What a statement calls its tables by."""
    return {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", text)}


def _of_postgres(connection: Connection, text: str, parameters: Any) -> Iterator[str]:
    # Of a few rows it reads all, whatever indexes there are: unless it is told that this is dear.
    for way in ("seqscan", "hashjoin", "mergejoin"):
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    for forgotten in _NEVER_ANALYSED:
        connection.exec_driver_sql(forgotten)
    raw = connection.connection.driver_connection
    assert raw is not None
    literal = ClientCursor(raw).mogrify(text, parameters or None)
    (plan,) = connection.exec_driver_sql(
        f"EXPLAIN (FORMAT JSON) {literal}".replace("%", "%%")
    ).one()
    connection.rollback()
    found = plan if isinstance(plan, list) else json.loads(plan)
    yield from _read_whole(found[0]["Plan"])


def _read_whole(node: dict[str, Any], table: str = "") -> Iterator[str]:
    table = str(node.get("Relation Name", table))
    kind, has_condition = node["Node Type"], "Index Cond" in node
    through_index = kind in {"Index Scan", "Index Only Scan", "Bitmap Index Scan"}
    is_partial = node.get("Index Name") in _PARTIAL
    if kind == "Seq Scan" or (through_index and not has_condition and not is_partial):
        yield table
    for below in node.get("Plans", ()):
        yield from _read_whole(below, table)
