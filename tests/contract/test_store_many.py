"""Many rows by one statement are the rows that SQLAlchemy's own way would have written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import StatementError

from store.many import execute_many
from store.schema import lead
from store.store import Store
from store.upsert import upsert

NOW = datetime(2026, 3, 2, 9, 0, 0, 12, tzinfo=timezone(timedelta(hours=-5)))
ADD = insert(lead)
MOVE = (
    update(lead)
    .where(lead.c.source == bindparam("of"), lead.c.source_id == bindparam("at"))
    .values(reason=bindparam("why"), until=bindparam("then"))
)


def row(number: int, reason: str = "") -> dict[str, object]:
    return {
        "source": "hubspot",
        "source_id": str(number),
        "version": "1",
        "state": "waiting",
        "reason": reason,
        "until": None if number % 2 else NOW,
        "created_at": NOW + timedelta(seconds=number),
        "email": f"né{number}@example.com",
        "document": "{}",
        "attempt": number,
        "first_seen": NOW,
        "last_seen": NOW,
        "place": number,
    }


ROWS = [row(1), row(2, "nul \0 and half \ud800 a pair"), row(3, "a :name, a %(name)s and a ?")]


def stored(store: Store) -> list[dict[str, object]]:
    with store._db.engine.connect() as connection:
        found = connection.execute(select(lead).order_by(lead.c.source_id))
        return [dict(each) for each in found.mappings()]


def test_rows_are_inserted_and_changed_as_one_by_one(store: Store):
    with store._db.engine.begin() as connection:
        connection.execute(ADD, ROWS)
    one_by_one = stored(store)
    with store._db.engine.begin() as connection:
        connection.execute(lead.delete())
        execute_many(connection, ADD, ROWS)
    assert stored(store) == one_by_one
    assert [each["reason"] for each in one_by_one] == [
        *("", "nul \N{REPLACEMENT CHARACTER} and half ? a pair", "a :name, a %(name)s and a ?")
    ]
    changes = [{"at": "3", "of": "hubspot", "then": NOW, "why": "later"}]
    with store._db.engine.begin() as connection:
        execute_many(connection, MOVE, changes)
        execute_many(connection, MOVE, [])
    *others, changed = stored(store)
    assert others == one_by_one[:2]
    assert changed == {**one_by_one[2], "reason": "later", "until": NOW.astimezone(UTC)}


def test_rows_that_name_other_columns_are_another_statement(store: Store):
    with store._db.engine.begin() as connection:
        execute_many(connection, ADD, ROWS[:2])
        backwards = dict(reversed(row(3).items()))
        execute_many(connection, ADD, [backwards | {"owner_seen": "4471"}])
        upsert(connection, lead, [row(1, "again"), row(4)])
    found = stored(store)
    assert [each["reason"] for each in found][::2] == ["again", ""]
    assert [each["owner_seen"] for each in found] == [None, None, "4471", None]
    assert [each["attempt"] for each in found] == [1, 2, 3, 4]


def test_a_value_that_a_column_does_not_take_is_told_as_sqlalchemy_tells_it(store: Store):
    wrong = [row(1), {**row(2), "first_seen": NOW.replace(tzinfo=None)}]
    with (
        store._db.engine.begin() as connection,
        pytest.raises(StatementError, match="no time zone") as told,
    ):
        execute_many(connection, ADD, wrong)
    assert isinstance(told.value.orig, ValueError)
    assert stored(store) == []
