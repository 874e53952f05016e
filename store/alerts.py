"""Alerts: opened once for each cause, closed when it has not been seen for a while."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from store.alert_rows import Alert, Cause
from store.schema import alert

LINGERS = timedelta(minutes=5)
"""A cause that comes and goes within this is one."""


def note(
    connection: Connection,
    causes: Sequence[Cause],
    looked_at: Collection[tuple[str, str]],
    now: datetime,
) -> None:
    """
    Open alerts for causes that are new, and close those that are over.

    `looked_at` are the kinds, each with its source, about which anything is known now: alerts of
    other kinds stay as they are.
    """
    is_open = {_key(row): row for row in connection.execute(select(alert).where(_OPEN))}
    found = {(each.kind, each.source, each.subject): each for each in causes}
    for key, cause in found.items():
        if key in is_open:
            seen = update(alert).where(alert.c.id == is_open[key].id)
            connection.execute(seen.values(seen_at=now, text=cause.text))
        else:
            connection.execute(insert(alert).values(**_row(cause), opened_at=now, seen_at=now))
    over = [
        row.id
        for key, row in is_open.items()
        if key not in found and key[:2] in looked_at and now - row.seen_at >= LINGERS
    ]
    if over:
        connection.execute(update(alert).where(alert.c.id.in_(over)).values(closed_at=now))


def untold(connection: Connection) -> list[Alert]:
    """
    List what people have not heard of: alerts that began, and ended ones whose beginning they know.

    One that was over before anybody was told is nobody's any more.
    """
    # Asked one by one: together no index would find either.
    began = _read(connection, alert.c.told_at.is_(None) & _OPEN)
    ended = alert.c.told_at.is_not(None) & ~_OPEN & alert.c.told_end_at.is_(None)
    return sorted([*began, *_read(connection, ended)], key=lambda each: each.opened_at)


def mark_told(connection: Connection, told: Sequence[Alert], now: datetime) -> None:
    began = [each.id for each in told if each.closed_at is None]
    ended = [each.id for each in told if each.closed_at is not None]
    for ids, column in ((began, "told_at"), (ended, "told_end_at")):
        if ids:
            connection.execute(update(alert).where(alert.c.id.in_(ids)).values({column: now}))


def standing(connection: Connection) -> list[Alert]:
    """List those that are open, the oldest first."""
    return _read(connection, _OPEN)


def since(connection: Connection, at: datetime) -> list[Alert]:
    """List those that are open, and those that were open at some time since `at`."""
    # Asked one by one: together no index would find either.
    ended = connection.execute(select(alert).where(alert.c.closed_at >= at))
    found = [*_read(connection, _OPEN), *map(_alert, ended)]
    return sorted(found, key=lambda each: (each.opened_at, each.id))


_OPEN = alert.c.closed_at.is_(None)


def _read(connection: Connection, which: ColumnElement[bool]) -> list[Alert]:
    rows = connection.execute(select(alert).where(which).order_by(alert.c.opened_at, alert.c.id))
    return [_alert(row) for row in rows]


def _key(row: Row[tuple[object, ...]]) -> tuple[str, str, str]:
    return row.kind, row.source, row.subject


def _row(cause: Cause) -> dict[str, str]:
    return {
        "kind": cause.kind,
        "source": cause.source,
        "subject": cause.subject,
        "text": cause.text,
    }


def _alert(row: Row[tuple[object, ...]]) -> Alert:
    return Alert(
        id=row.id,
        cause=Cause(kind=row.kind, source=row.source, subject=row.subject, text=row.text),
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        closed_at=row.closed_at,
    )
