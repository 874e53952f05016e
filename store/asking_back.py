"""Records that a person handed back by a status in the CRM: asked for once, answered once."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from leads.keys import LeadKey
from leads.sighting import Sighting
from store.return_rows import AskedBack
from store.rows import LeadState
from store.schema import asked_back, lead, link
from store.upsert import chunks, upsert

_DECIDED = (LeadState.DECIDED.value, LeadState.DUPLICATE.value)
_THESE = (
    asked_back.c.crm == bindparam("of"),
    asked_back.c.record_id.in_(bindparam("ids", expanding=True)),
)
_FORGET = delete(asked_back).where(*_THESE)
_STATUSES = select(asked_back.c.record_id, asked_back.c.status).where(*_THESE)
_UNANSWERED = (
    select(asked_back)
    .where(asked_back.c.crm == bindparam("of"), asked_back.c.answered_at.is_(None))
    .order_by(asked_back.c.asked_at, asked_back.c.record_id)
    .limit(bindparam("limit"))
)


def note(
    connection: Connection,
    crm: str,
    shown: Sequence[Sighting],
    ours: Mapping[str, AbstractSet[str]],
    now: datetime,
) -> None:
    """
    Keep which records show a status that hands them back, while somebody has them by our write.

    `ours` are the owners we wrote, by record. One that shows another such status asks again, and
    so does one that showed none meanwhile.
    """
    known = _known(connection, crm, [each.key.source_id for each in shown])
    over = [
        each.key.source_id for each in shown if not each.handed_back and each.key.source_id in known
    ]
    for some in chunks(over):
        connection.execute(_FORGET, {"of": crm, "ids": some})
    rows = {
        each.key.source_id: {
            "crm": crm,
            "record_id": each.key.source_id,
            "status": each.handed_back,
            "owner_seen": each.owner_seen,
            "asked_at": now,
            "answered_at": None,
        }
        for each in shown
        if each.handed_back
        and each.owner_seen in ours.get(each.key.source_id, ())
        and known.get(each.key.source_id) != each.handed_back
    }
    upsert(connection, asked_back, list(rows.values()))


def _known(connection: Connection, crm: str, records: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(records):
        rows = connection.execute(_STATUSES, {"of": crm, "ids": some})
        found |= {row.record_id: row.status for row in rows}
    return found


def unanswered(connection: Connection, crm: str, limit: int) -> list[AskedBack]:
    """List what is asked for, oldest first: each with the lead whose record it is."""
    return [
        AskedBack(
            crm=crm,
            record_id=row.record_id,
            status=row.status,
            owner_seen=row.owner_seen,
            lead=_behind(connection, crm, row.record_id),
        )
        for row in connection.execute(_UNANSWERED, {"of": crm, "limit": limit}).all()
    ]


def _behind(connection: Connection, crm: str, record: str) -> LeadKey:
    """Answer the lead that was decided: the record itself, or the ad's that was created as it."""
    own = select(lead.c.state).where(lead.c.source == crm, lead.c.source_id == record)
    if connection.execute(own).scalar() not in _DECIDED:
        made = select(link.c.source, link.c.source_id).where(
            link.c.crm == crm, link.c.record_id == record
        )
        row = connection.execute(made.limit(1)).first()
        if row is not None:
            return LeadKey(row.source, row.source_id)
    return LeadKey(crm, record)


def answer(connection: Connection, asked: AskedBack, now: datetime) -> None:
    done = update(asked_back).where(
        asked_back.c.crm == asked.crm,
        asked_back.c.record_id == asked.record_id,
        asked_back.c.status == asked.status,
    )
    connection.execute(done.values(answered_at=now))
