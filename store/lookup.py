"""Answers for people: which lead, what became of it, what was assigned last."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, select

from leads.decision import Decision
from leads.errors import StoreError
from leads.keys import LeadKey, OwnerId
from leads.lead import Lead
from leads.ownership import OwnerSeen
from store import codec
from store.decision_columns import contradicting
from store.inputs import altered
from store.marks import find_tombs
from store.outbox import deliveries_of
from store.reviews import reviews_of
from store.rows import AssignmentRow, DeliveryState, LeadState, StoredDecision, StoredLead
from store.schema import assignment, decision, delivery, lead, link, work


def find_lead(connection: Connection, text: str) -> list[LeadKey]:
    """
    Find by `source:id`, by the source's id alone, or by e-mail in any case.

    Else by the id of the CRM's record that the lead was written to, with or without the CRM; also
    where the record itself was erased. Else among the erased.
    """
    named = _one_named(connection, text)
    if named:
        return named
    by_email = lead.c.email == text.strip().lower()
    return (
        _keys(connection, (lead.c.source_id == text) | by_email)
        or _written_to(connection, text)
        or find_tombs(connection, text)
    )


def _written_to(connection: Connection, text: str) -> list[LeadKey]:
    """Find those that are this record in a CRM: messages and pages there name no other id."""
    crm, _, record = text.rpartition(":")
    found: set[LeadKey] = set()
    for table in (delivery, link):
        is_it = table.c.record_id == record
        wanted = select(table.c.source, table.c.source_id).where(
            is_it, *([table.c.crm == crm] if crm else [])
        )
        found |= {LeadKey(*row) for row in connection.execute(wanted)}
    return sorted(found)


def _one_named(connection: Connection, text: str) -> list[LeadKey]:
    try:
        key = LeadKey.parse(text)
    except ValueError:
        return []
    return _keys(connection, (lead.c.source == key.source) & (lead.c.source_id == key.source_id))


def _keys(connection: Connection, condition: ColumnElement[bool]) -> list[LeadKey]:
    wanted = select(lead.c.source, lead.c.source_id).where(condition)
    return sorted(LeadKey(*row) for row in connection.execute(wanted))


def stored_lead(connection: Connection, key: LeadKey) -> StoredLead:
    row = connection.execute(
        select(lead).where(lead.c.source == key.source, lead.c.source_id == key.source_id)
    ).first()
    if row is None:
        raise StoreError(f"reading {key}: the store has no such lead; was its source synced?")
    decisions = _decisions(connection, key)
    made = [codec.loads(each["document"], Decision) for each in decisions]
    both = list(zip(decisions, made, strict=True))
    return StoredLead(
        key=key,
        lead=codec.loads(row.document, Lead) if row.document else None,
        state=LeadState(row.state),
        reason=row.reason,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        owner_seen=row.owner_seen,
        held_until=row.until,
        decision=made[-1] if made else None,
        is_void=bool(decisions) and decisions[-1]["void_at"] is not None,
        duplicate_of=LeadKey(row.duplicate_source, row.duplicate_id) if row.duplicate_id else None,
        deliveries=tuple(deliveries_of(connection, key)),
        reviews=tuple(reviews_of(connection, key)),
        earlier=tuple(made[:-1]),
        altered=tuple(altered(kept["inputs"], each, row.document) for kept, each in both),
        contradicted=tuple(contradicting(dict(kept), each) for kept, each in both),
    )


def owner_seen(connection: Connection, crm: str, record_id: str) -> OwnerSeen | None:
    """Answer whom the CRM's own records, or the mirror of its work, showed last as the owner."""
    records = select(lead.c.owner_seen, lead.c.last_seen).where(
        lead.c.source == crm, lead.c.source_id == record_id
    )
    mirrored = select(work.c.owner, work.c.seen_at).where(
        work.c.crm == crm, work.c.record_id == record_id
    )
    found = [
        OwnerSeen(owner=owner, at=at)
        for wanted in (records, mirrored)
        for owner, at in connection.execute(wanted)
    ]
    seen = max(found, key=lambda each: each.at, default=None)
    ours = _last_written(connection, crm, record_id)
    if seen is None or ours is None or ours.crm_owner != seen.owner:
        return seen
    return replace(seen, by=LeadKey(ours.source, ours.source_id))


def _last_written(
    connection: Connection, crm: str, record_id: str
) -> Row[tuple[str, str, str]] | None:
    """Answer what we wrote to a record last, for whichever lead of ours."""
    wanted = (
        select(delivery.c.source, delivery.c.source_id, delivery.c.crm_owner)
        .where(
            delivery.c.crm == crm,
            delivery.c.record_id == record_id,
            delivery.c.state == DeliveryState.WRITTEN,
        )
        .order_by(delivery.c.settled_at.desc(), delivery.c.seq.desc())
        .limit(1)
    )
    return connection.execute(wanted).first()


def _decisions(connection: Connection, key: LeadKey) -> Sequence[RowMapping]:
    """Answer every decision of a lead, the first one first."""
    found = connection.execute(
        select(decision)
        .where(decision.c.source == key.source, decision.c.source_id == key.source_id)
        .order_by(decision.c.attempt)
    )
    return found.mappings().all()


def decisions_since(connection: Connection, at: datetime) -> list[StoredDecision]:
    """List the decisions made at or after `at`, in the order they were made."""
    of_lead = (lead.c.source == decision.c.source) & (lead.c.source_id == decision.c.source_id)
    wanted = (
        select(decision.c.document, decision.c.void_at, lead.c.document.label("lead"))
        .outerjoin(lead, of_lead)
        .where(decision.c.decided_at >= at)
        .order_by(decision.c.decided_at, decision.c.id)
    )
    return [
        StoredDecision(
            decision=codec.loads(row.document, Decision),
            lead=None if row.lead is None else codec.loads(row.lead, Lead),
            is_void=row.void_at is not None,
        )
        for row in connection.execute(wanted)
    ]


def recent_assignments(connection: Connection, after_id: int, limit: int) -> list[AssignmentRow]:
    """List what was written after the assignment `after_id`, in that order."""
    of_lead = (lead.c.source == delivery.c.source) & (lead.c.source_id == delivery.c.source_id)
    of_decision = (
        (decision.c.source == delivery.c.source)
        & (decision.c.source_id == delivery.c.source_id)
        & (decision.c.attempt == delivery.c.attempt)
    )
    wanted = (
        select(
            assignment.c.id,
            assignment.c.written_at,
            delivery.c.source,
            delivery.c.source_id,
            delivery.c.crm,
            delivery.c.owner,
            decision.c.rule,
            decision.c.method,
            decision.c.reason,
            lead.c.created_at,
        )
        .join(delivery, delivery.c.id == assignment.c.delivery)
        .join(lead, of_lead)
        .outerjoin(decision, of_decision)
        .where(assignment.c.id > after_id)
        .order_by(assignment.c.id)
        .limit(limit)
    )
    return [_assignment(row) for row in connection.execute(wanted).mappings()]


def _assignment(found: RowMapping) -> AssignmentRow:
    return AssignmentRow(
        id=found["id"],
        lead=LeadKey(found["source"], found["source_id"]),
        crm=found["crm"],
        owner=OwnerId(found["owner"]),
        rule=found["rule"],
        method=found["method"],
        reason=found["reason"] or "a record set aside, for the data steward",
        written_at=found["written_at"],
        created_at=found["created_at"],
    )
