"""
Owners that are to be taken back in a CRM: noted before it is asked, as what is to be written is.

Of an undo, what it takes back. Else what a process wrote, or may yet write, whose claim had ended
when somebody decided otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from leads.delivery import Delivery
from leads.keys import CrmOwnerId
from store.schema import delivery, giving_back
from store.upsert import upsert

HELD = timedelta(minutes=2)
"""For so long it is left to whoever began with it."""
WATCHED = timedelta(minutes=10)
"""How long a write is waited for of which nobody has heard."""
_AGAIN = timedelta(minutes=1)

IS_MEANT = exists().where(giving_back.c.delivery == delivery.c.id, giving_back.c.is_undo.is_(True))
"""Of a delivery: somebody ordered it to be undone, and that is not known to be done yet."""
_STRAYS = (
    select(delivery.c.record_id, delivery.c.crm_owner)
    .join(giving_back, giving_back.c.delivery == delivery.c.id)
    .where(giving_back.c.crm == bindparam("crm"))
)


def add(
    connection: Connection,
    entries: Sequence[tuple[str, str]],
    due: datetime,
    *,
    is_undo: bool,
    until: datetime | None = None,
) -> None:
    """Note of deliveries, each with its CRM. `until`: not known to be there, and watched for."""
    rows = {
        number: {
            "delivery": number,
            "crm": crm,
            "is_undo": is_undo,
            "due_at": due,
            "until": until,
        }
        for number, crm in entries
    }
    upsert(connection, giving_back, list(rows.values()))


def watch(connection: Connection, number: str, crm: str, now: datetime) -> None:
    """Look again and again whether it comes to be written after all."""
    add(connection, [(number, crm)], now + _AGAIN, is_undo=False, until=now + WATCHED)


def postpone(connection: Connection, number: str, now: datetime) -> None:
    later = update(giving_back).where(giving_back.c.delivery == number)
    connection.execute(later.values(due_at=now + _AGAIN))


def end(connection: Connection, number: str) -> None:
    connection.execute(delete(giving_back).where(giving_back.c.delivery == number))


def with_strays(connection: Connection, crm: str, claimed: Sequence[Delivery]) -> list[Delivery]:
    """Let each replace, too, what we may have written to its record and is not to stand."""
    strays = _strays(connection, crm) if claimed else {}
    return [_replacing(each, strays) for each in claimed] if strays else [*claimed]


def _replacing(entry: Delivery, strays: Mapping[str, set[CrmOwnerId]]) -> Delivery:
    also = strays.get(entry.record_id or "", set())
    return replace(entry, expected=entry.expected | also) if also else entry


def _strays(connection: Connection, crm: str) -> Mapping[str, set[CrmOwnerId]]:
    found: dict[str, set[CrmOwnerId]] = {}
    for record, owner in connection.execute(_STRAYS, {"crm": crm}):
        if record is not None:
            found.setdefault(record, set()).add(CrmOwnerId(owner))
    return found
