"""The org's records in memory: rows are replaced, never changed, so a page once read stays."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.salesforce.ids import record_id
from sandbox.salesforce.schema import Entity

Row = Mapping[str, Any]


class Records:
    """Rows by object and id, with an index for each column that is searched by value."""

    def __init__(self, entities: Mapping[str, Entity]) -> None:
        self._rows: dict[str, dict[str, Row]] = {name: {} for name in entities}
        self._blank = {name: dict.fromkeys(entity.columns) for name, entity in entities.items()}
        self._numbers: dict[str, int] = {}
        self._prefixes = {name: entity.prefix or "000" for name, entity in entities.items()}
        self._indexed = {name: _indexed(entity) for name, entity in entities.items()}
        self._index: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def of(self, entity: str) -> Mapping[str, Row]:
        return self._rows[entity]

    def get(self, entity: str, key: str) -> Row | None:
        return self._rows[entity].get(key)

    def insert(self, entity: str, fields: Row) -> Row:
        """Add a row under the id it brings, in place of one that has it, or under the next id."""
        key = fields.get("Id") or self._new_id(entity)
        if key in self._rows[entity]:
            self._leave(entity, self._rows[entity][key])
        row = {**self._blank[entity], **fields, "Id": key}
        self._rows[entity][key] = row
        self._enter(entity, row)
        return row

    def change(self, entity: str, key: str, changes: Row) -> Row:
        old = self._rows[entity][key]
        row = {**old, **changes}
        if any(old[column] != row[column] for column in self._indexed[entity]):
            self._leave(entity, old)
            self._enter(entity, row)
        self._rows[entity][key] = row
        return row

    def having(self, entity: str, column: str, value: str) -> list[Row]:
        """Answer the live rows with this value, without regard to case."""
        keys = self._index.get((entity, column, value.lower()), ())
        rows = (self._rows[entity][key] for key in keys)
        return [row for row in rows if not row.get("IsDeleted")]

    def snapshot(self) -> tuple[dict[str, dict[str, Row]], dict[tuple[str, str, str], Any]]:
        return {name: dict(rows) for name, rows in self._rows.items()}, dict(self._index)

    def restore(
        self, saved: tuple[dict[str, dict[str, Row]], dict[tuple[str, str, str], Any]]
    ) -> None:
        for name, rows in saved[0].items():
            self._rows[name].clear()
            self._rows[name].update(rows)
        self._index = saved[1]

    def _new_id(self, entity: str) -> str:
        self._numbers[entity] = self._numbers.get(entity, 0) + 1
        return record_id(self._prefixes[entity], self._numbers[entity])

    def _enter(self, entity: str, row: Row) -> None:
        for column in self._indexed[entity]:
            if row[column] is not None:
                place = (entity, column, str(row[column]).lower())
                self._index[place] = (*self._index.get(place, ()), row["Id"])

    def _leave(self, entity: str, row: Row) -> None:
        for column in self._indexed[entity]:
            if row[column] is not None:
                place = (entity, column, str(row[column]).lower())
                kept = tuple(key for key in self._index[place] if key != row["Id"])
                self._index[place] = kept


def _indexed(entity: Entity) -> tuple[str, ...]:
    return tuple(
        column.name
        for column in entity.columns.values()
        if column.unique or column.external_id or column.name == "Email"
    )


class RowsView(Mapping[str, Row]):
    """Rows by id for tests and pages; safe to walk while others write."""

    def __init__(self, rows: Mapping[str, Row], lock: threading.RLock) -> None:
        self._rows, self._lock = rows, lock

    def __getitem__(self, key: str) -> Row:
        return self._rows[key]

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._rows))

    def __len__(self) -> int:
        return len(self._rows)
