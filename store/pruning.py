"""Forgetting what is old: a little at a time, so that nobody who decides or delivers waits long."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from leads.retention import Retention
from store.database import Database
from store.forgetting import AT_MOST, KINDS, Forgettable, Forgetting, find

_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """
    Of one kind: how many were older than `before`, and the rows deleted or emptied, by table.

    `kept` of them are still there: something of them is newer, or on its way. `before` None: the
    kind is kept for good. `is_more`: this time not all were looked at.
    """

    kind: Forgettable
    before: datetime | None = None
    found: int = 0
    kept: int = 0
    is_more: bool = False
    rows: Mapping[str, int]


def prune(
    database: Database, retention: Retention, now: datetime, *, is_rehearsal: bool
) -> Iterator[Pruned]:
    """
    Delete what is older than its retention, a transaction a batch; a rehearsal undoes each.

    Kind by kind, as the answers are asked for. Safe to repeat, and to kill: what went is whole.
    """
    for each in KINDS:
        age = each.age(retention)
        if age is None:
            yield Pruned(kind=each.kind, rows={})
        else:
            yield _prune(database, each, now - age, is_rehearsal=is_rehearsal)


def _prune(database: Database, each: Forgetting, before: datetime, *, is_rehearsal: bool) -> Pruned:
    doing = f"forgetting old {each.kind}"
    keys = database.read(doing, lambda c: find(c, each, before))
    rows = Counter[str]()
    for start in range(0, len(keys), _BATCH):
        some = keys[start : start + _BATCH]

        def drop(connection: Connection) -> Counter[str]:
            gone = each.drop(connection, some, before)  # noqa: B023  (called before the next turn)
            if is_rehearsal:
                connection.rollback()
            return gone

        rows += database.write_alone(doing, drop)
    return Pruned(
        kind=each.kind,
        before=before,
        found=len(keys),
        kept=len(keys) - rows[each.table.name],
        is_more=len(keys) == AT_MOST,
        rows=dict(sorted(rows.items())),
    )
