"""What is old enough to be forgotten, kind by kind: which rows, and how they are deleted."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select, tuple_

from leads.retention import Retention
from store.forgetting_leads import drop_decided, drop_ignored, find_decided, find_ignored
from store.rows import RejectState
from store.running_rows import InboxState
from store.schema import (
    backfill,
    backfill_entry,
    backfill_window,
    inbox,
    lead,
    outcome,
    pull_count,
    reject,
    run,
    shadow,
    shadow_decision,
    shadow_rotation,
    sighting,
    touch,
)

Key = Any
"""What names one thing to forget: a run's id, a lead's source and id, the number of a row."""

AT_MOST = 200_000
"""Of each kind at a time: what is left is for the next day."""


class Forgettable(StrEnum):
    """The kinds, by their names in the configuration; in the order in which they may go."""

    RUNS = "runs"
    REJECTS = "rejects"
    WEBHOOKS = "webhooks"
    BACKFILLS = "backfills"
    SHADOWS = "shadows"
    TOUCHES = "touches"
    OUTCOMES = "outcomes"
    DECISIONS = "decisions"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Forgetting:
    """
    How one kind is forgotten: `find` names what is old enough, `drop` deletes what still is.

    `drop` answers the rows by table; those of `table` are as many as went of what was named.
    """

    kind: Forgettable
    table: Table
    age: Callable[[Retention], timedelta | None]
    find: Callable[[Connection, datetime], Iterator[Key]]
    drop: Callable[[Connection, Sequence[Key], datetime], Counter[str]]


def find(connection: Connection, each: Forgetting, before: datetime) -> list[Key]:
    return list(islice(each.find(connection, before), AT_MOST))


def _find_runs(connection: Connection, before: datetime) -> Iterator[Key]:
    old = select(run.c.id).where(run.c.started_at < before).order_by(run.c.started_at)
    yield from connection.execute(old).scalars()


def _drop_runs(connection: Connection, keys: Sequence[Key], before: datetime) -> Counter[str]:
    """What each run saw goes with it: without its run it adds up to nothing."""
    del before
    gone = Counter[str]()
    for table, column in ((sighting, sighting.c.run), (pull_count, pull_count.c.run)):
        _delete(connection, table, column.in_(keys), gone)
    _delete(connection, run, run.c.id.in_(keys), gone)
    return gone


def _is_closed(before: datetime) -> ColumnElement[bool]:
    return (reject.c.state != RejectState.OPEN.value) & (reject.c.closed_at < before)


def _find_rejects(connection: Connection, before: datetime) -> Iterator[Key]:
    yield from connection.execute(select(reject.c.id).where(_is_closed(before))).scalars()


def _drop_rejects(connection: Connection, keys: Sequence[Key], before: datetime) -> Counter[str]:
    gone = Counter[str]()
    _delete(connection, reject, reject.c.id.in_(keys) & _is_closed(before), gone)
    return gone


def _is_settled(before: datetime) -> ColumnElement[bool]:
    is_over = inbox.c.state.in_((InboxState.DONE.value, InboxState.FAILED.value))
    return is_over & (inbox.c.settled_at < before)


def _find_webhooks(connection: Connection, before: datetime) -> Iterator[Key]:
    yield from connection.execute(select(inbox.c.id).where(_is_settled(before))).scalars()


def _drop_webhooks(connection: Connection, keys: Sequence[Key], before: datetime) -> Counter[str]:
    gone = Counter[str]()
    _delete(connection, inbox, inbox.c.id.in_(keys) & _is_settled(before), gone)
    return gone


def _find_backfills(connection: Connection, before: datetime) -> Iterator[Key]:
    old = select(backfill.c.id).where(backfill.c.created_at < before)
    yield from connection.execute(old).scalars()


def _drop_backfills(connection: Connection, keys: Sequence[Key], before: datetime) -> Counter[str]:
    """A plan that nobody applied for so long is not what anybody would apply now."""
    del before
    gone = Counter[str]()
    for part in (backfill_entry, backfill_window):
        _delete(connection, part, part.c.backfill.in_(keys), gone)
    _delete(connection, backfill, backfill.c.id.in_(keys), gone)
    return gone


def _find_shadows(connection: Connection, before: datetime) -> Iterator[Key]:
    yield from connection.execute(select(shadow.c.id).where(shadow.c.until < before)).scalars()


def _drop_shadows(connection: Connection, keys: Sequence[Key], before: datetime) -> Counter[str]:
    del before
    gone = Counter[str]()
    for table in (shadow_decision, shadow_rotation):
        _delete(connection, table, table.c.shadow.in_(keys), gone)
    _delete(connection, shadow, shadow.c.id.in_(keys), gone)
    return gone


def _activity(kind: Forgettable, table: Table, age: Callable[[Retention], timedelta]) -> Forgetting:
    """What a CRM told of its leads, by when it came to know of it; clocks keep what they need."""

    def find_old(connection: Connection, before: datetime) -> Iterator[Key]:
        names = select(*table.primary_key).where(table.c.recorded_at < before)
        yield from (tuple(row) for row in connection.execute(names))

    def drop(connection: Connection, keys: Sequence[Key], before: datetime) -> Counter[str]:
        gone = Counter[str]()
        old = tuple_(*table.primary_key).in_(keys) & (table.c.recorded_at < before)
        _delete(connection, table, old, gone)
        return gone

    return Forgetting(kind, table, age, find_old, drop)


def _delete(
    connection: Connection, table: Table, which: ColumnElement[bool], gone: Counter[str]
) -> None:
    gone[table.name] += connection.execute(delete(table).where(which)).rowcount


KINDS: tuple[Forgetting, ...] = (
    Forgetting(Forgettable.RUNS, run, lambda kept: kept.runs, _find_runs, _drop_runs),
    Forgetting(
        Forgettable.REJECTS, reject, lambda kept: kept.rejects, _find_rejects, _drop_rejects
    ),
    Forgetting(
        Forgettable.WEBHOOKS, inbox, lambda kept: kept.webhooks, _find_webhooks, _drop_webhooks
    ),
    Forgetting(
        Forgettable.BACKFILLS,
        backfill,
        lambda kept: kept.backfills,
        _find_backfills,
        _drop_backfills,
    ),
    Forgetting(
        Forgettable.SHADOWS, shadow, lambda kept: kept.shadows, _find_shadows, _drop_shadows
    ),
    _activity(Forgettable.TOUCHES, touch, lambda kept: kept.touches),
    _activity(Forgettable.OUTCOMES, outcome, lambda kept: kept.outcomes),
    Forgetting(
        Forgettable.DECISIONS, lead, lambda kept: kept.decisions, find_decided, drop_decided
    ),
    Forgetting(Forgettable.IGNORED, lead, lambda kept: kept.ignored, find_ignored, drop_ignored),
)
