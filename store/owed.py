"""Erasures that are owed: a CRM is being told to create whoever is being erased."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, select

from leads.delivery import Delivery, DeliveryKind
from leads.keys import LeadKey
from leads.ownership import WriteOutcome, WriteStatus
from store import codec, inbox
from store.outbox import PENDING
from store.running_rows import InboxEntry, InboxState
from store.schema import delivery
from store.schema import inbox as inbox_table

_MAYBE = (
    "{} may have been created there while its person was being erased, by a process that has not "
    "said so yet: look for it by this id, and delete it"
)
_UNANSWERED = (
    "{} may have been created there: the CRM did not answer, and its person was erased before it "
    "was asked again; look for it by this id, and delete it"
)
_MADE = "record {} was created there while its person was being erased: delete it there"
_MADE_THERE = {WriteStatus.WRITTEN, WriteStatus.UNCHANGED}


def owe_what_is_on_its_way(
    connection: Connection, key: LeadKey, now: datetime
) -> list[tuple[str, str]]:
    """
    Keep what a process is writing at this moment, or died over: only the CRM knows if it is there.

    So is what was tried and not answered. In the transaction that erases: from then on nothing else
    names it. Whoever is claiming one at this moment is waited for: claims are not made one after
    another, as decisions are. Answers it in words, each with its CRM.
    """
    kept = (delivery.c.document, delivery.c.lease_holder, delivery.c.attempts)
    due = select(*kept).where(
        delivery.c.source == key.source, delivery.c.source_id == key.source_id, PENDING
    )
    rows = connection.execute(due.with_for_update()).all()
    # An id that is somebody's address would be what is to be erased.
    named = f"a lead of {key.source}" if "@" in key.source_id else key
    tried = [row for row in rows if row.lease_holder is not None or row.attempts]
    said = [
        (codec.loads(row.document, Delivery), _MAYBE if row.lease_holder else _UNANSWERED)
        for row in tried
    ]
    owed = [_owed(e, why.format(named)) for e, why in said if e.kind is DeliveryKind.CREATE]
    inbox.put(connection, owed, now)
    return [(each.source, each.error) for each in owed]


def settle(
    connection: Connection, results: Sequence[tuple[Delivery, WriteOutcome]], now: datetime
) -> None:
    """Say of creations for people erased meanwhile which record it is, or nothing if it is none."""
    for each, outcome in results:
        if outcome.status in _MADE_THERE and outcome.record_id is not None:
            inbox.put(connection, [_owed(each, _MADE.format(outcome.record_id))], now)
        elif outcome.status is not WriteStatus.RETRYABLE:
            owed = inbox_table.c.body_hash == _name(each), inbox_table.c.source == each.crm
            connection.execute(delete(inbox_table).where(*owed))


def _owed(entry: Delivery, what: str) -> InboxEntry:
    return InboxEntry(
        source=entry.crm, body_hash=_name(entry), payload={}, state=InboxState.OWED, error=what
    )


def _name(entry: Delivery) -> str:
    return sha256(f"owed:{entry.id}".encode()).hexdigest()
