"""Writing decisions down: each with its reservations, outbox entries and identity keys."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Insert, Table, bindparam, insert, select, update

from leads.decision import Decision
from leads.delivery import Delivery
from leads.errors import StoreError
from leads.keys import LeadKey, RunId
from store import codec, reviews
from store.arrears import add_arrears
from store.decision_columns import columns_of
from store.inputs import prints_of
from store.known_records import known_before
from store.many import execute_many
from store.outbox import add_deliveries, delivery_row
from store.people import identity_rows
from store.program import program
from store.reservations import end_those_seen, reservation_row
from store.rows import LeadState
from store.schema import decision, identity, lead, reservation
from store.strata import add_drawn
from store.upsert import chunks, insert_missing

_END_HOLDS = (
    update(lead)
    .where(lead.c.state == LeadState.HELD.value, lead.c.until <= bindparam("now"))
    .values(state=LeadState.WAITING.value)
)
_THAT_WAIT = select(lead.c.source_id, lead.c.attempt, lead.c.document).where(
    lead.c.source == bindparam("of"),
    lead.c.source_id.in_(bindparam("ids", expanding=True)),
    lead.c.state == LeadState.WAITING.value,
)
_MARK = (
    update(lead)
    .where(lead.c.source == bindparam("at_source"))
    .where(lead.c.source_id == bindparam("at_id"))
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decision and what it entails."""

    decision: Decision
    identity: frozenset[str]
    deliveries: tuple[Delivery, ...]
    duplicate_of: LeadKey | None
    run: RunId
    review_until: datetime | None = None
    due_at: datetime | None = None


def end_holds(connection: Connection, now: datetime) -> None:
    """Let held leads whose time is up wait with the others."""
    connection.execute(_END_HOLDS, {"now": now})


def record(connection: Connection, recorded: Sequence[Recorded], now: datetime) -> None:
    """Write all of it. Raises StoreError when one of the leads is not waiting."""
    waiting = _waiting(connection, [each.decision.lead for each in recorded])
    attempts = {key: each.attempt for key, each in waiting.items()}
    decisions, deliveries, reserved, people, asked = [], [], [], [], []
    for each in recorded:
        key = each.decision.lead
        decisions.append(_decision_row(each, waiting[key]))
        people += identity_rows(key, each.decision.owner, each.identity, each.decision.decided_at)
        if each.review_until is not None:
            row = reviews.asked_row(each.decision, attempts[key], each.review_until, now)
            asked.append(row)
        for entry in each.deliveries:
            due = each.due_at or each.review_until
            row = delivery_row(entry, attempts[key], each.run, now, due)
            if attempts[key] > 1:
                row["known_id"] = row["known_id"] or known_before(connection, entry)
            deliveries.append(row)
            reserved.append(reservation_row(each.decision, entry, now))
    _insert(connection, decision, decisions)
    add_deliveries(connection, deliveries)
    _insert(connection, reservation, reserved)
    insert_missing(connection, identity, people)
    reviews.ask(connection, asked)
    add_drawn(connection, [each.decision for each in recorded])
    add_arrears(connection, [each.decision for each in recorded])
    _mark_decided(connection, recorded)
    end_those_seen(connection, [each.id for one in recorded for each in one.deliveries], now)


class _Waiting(NamedTuple):
    """A lead as it is stored, and which of its decisions the next one will be."""

    attempt: int
    document: str | None


def _waiting(connection: Connection, keys: Sequence[LeadKey]) -> dict[LeadKey, _Waiting]:
    """Read the leads; every one of them must be waiting."""
    found: dict[LeadKey, _Waiting] = {}
    for source in sorted({key.source for key in keys}):
        ids = [key.source_id for key in keys if key.source == source]
        for some in chunks(ids):
            rows = connection.execute(_THAT_WAIT, {"of": source, "ids": some})
            for source_id, attempt, document in rows:
                found[LeadKey(source, source_id)] = _Waiting(attempt, document)
    for key in keys:
        if key not in found:
            raise StoreError(f"deciding {key}: it is not waiting (decided already, or never saved)")
    return found


def _decision_row(each: Recorded, waiting: _Waiting) -> dict[str, object]:
    made = each.decision
    match = made.saw.match if made.saw else None
    document, saw = codec.dumps_with(as_kept(made), "saw")
    return {
        "source": made.lead.source,
        "source_id": made.lead.source_id,
        "attempt": waiting.attempt,
        **columns_of(made),
        "run": each.run,
        "segments": list(made.segments) or None,
        "fills": made.fills,
        "worked_from": made.worked_from,
        "arm": match.arm.value if match else None,
        "model": match.version if match else None,
        "inputs": prints_of(made.decided_at, saw, waiting.document),
        "document": document,
    }


def as_kept(made: Decision) -> Decision:
    """
    Name the program that decided it: this one, unless it was planned by another before.

    What became of each candidate is told again from what the decision saw.
    """
    return replace(made, candidates=(), program=made.program or program())


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    execute_many(connection, _into(table), rows)


@cache
def _into(table: Table) -> Insert:
    return insert(table)


def _mark_decided(connection: Connection, recorded: Sequence[Recorded]) -> None:
    rows = [
        {
            "at_source": each.decision.lead.source,
            "at_id": each.decision.lead.source_id,
            "state": (LeadState.DUPLICATE if each.duplicate_of else LeadState.DECIDED).value,
            "duplicate_source": each.duplicate_of.source if each.duplicate_of else None,
            "duplicate_id": each.duplicate_of.source_id if each.duplicate_of else None,
        }
        for each in recorded
    ]
    execute_many(connection, _MARK, rows)
