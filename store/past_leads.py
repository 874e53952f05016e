"""What came of the leads that were given to somebody, as far as the CRMs told: to learn from."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Row, Select, and_, func, select

from leads.activity import OutcomeKind
from leads.decision import Decision
from leads.keys import CrmOwnerId, OwnerId
from leads.lead import Lead
from store import codec
from store.activity_rows import ClockKind
from store.model_rows import PastRow, StoredEnd
from store.rows import LeadState
from store.schema import decision, delivery, lead, outcome, sla_clock

_BATCH = 1_000
_Ends = dict[tuple[str, str], tuple[StoredEnd, ...]]


def past_leads(connection: Connection, since: datetime) -> list[PastRow]:
    """
    List leads decided since then that stand, by their first decision, the oldest first.

    A lead is as it was decided: what was written into its record later is not in it.
    """
    ends = _ends(connection)
    rows: dict[tuple[str, str], list[Row[tuple[object, ...]]]] = defaultdict(list)
    for row in connection.execution_options(yield_per=_BATCH).execute(_wanted(since)):
        rows[row.source, row.source_id].append(row)
    return [_past(of_lead, ends) for of_lead in rows.values()]


def _wanted(since: datetime) -> Select[tuple[object, ...]]:
    is_first = sla_clock.c.kind == ClockKind.FIRST_TOUCH.value
    same_lead = and_(lead.c.source == decision.c.source, lead.c.source_id == decision.c.source_id)
    delivered = and_(
        delivery.c.source == decision.c.source,
        delivery.c.source_id == decision.c.source_id,
        delivery.c.attempt == decision.c.attempt,
    )
    return (
        select(
            *(decision.c[name] for name in ("source", "source_id", "owner", "decided_at")),
            decision.c.document,
            lead.c.document.label("read"),
            delivery.c.crm,
            func.coalesce(sla_clock.c.record_id, delivery.c.record_id).label("record"),
            sla_clock.c.touched_at,
            sla_clock.c.touched_by,
        )
        .join(lead, same_lead)
        .outerjoin(delivery, delivered)
        .outerjoin(sla_clock, and_(sla_clock.c.delivery == delivery.c.id, is_first))
        .where(decision.c.decided_at >= since, decision.c.void_at.is_(None))
        .where(lead.c.document.is_not(None), lead.c.state == LeadState.DECIDED.value)
        .order_by(decision.c.id)
    )


def _ends(connection: Connection) -> _Ends:
    found: dict[tuple[str, str], list[StoredEnd]] = defaultdict(list)
    for row in connection.execute(select(outcome).order_by(outcome.c.at)):
        end = StoredEnd(
            kind=OutcomeKind(row.kind), at=row.at, amount=row.amount, currency=row.currency
        )
        found[row.crm, row.record_id].append(end)
    return {record: tuple(ends) for record, ends in found.items()}


def _past(rows: list[Row[tuple[object, ...]]], ends: _Ends) -> PastRow:
    first = rows[0]
    touched = min(
        (row for row in rows if row.touched_at), key=lambda row: row.touched_at, default=None
    )
    made = codec.loads(first.document, Decision)
    records = dict.fromkeys((row.crm, row.record) for row in rows if row.record)
    return PastRow(
        lead=codec.loads(first.read, Lead),
        owner=OwnerId(rows[-1].owner),
        at=first.decided_at,
        crm=first.crm,
        touched_by=CrmOwnerId(touched.touched_by) if touched and touched.touched_by else None,
        touched_owner=OwnerId(touched.owner) if touched else None,
        touched_at=touched.touched_at if touched else None,
        match=made.saw.match if made.saw else None,
        given_to=made.owner,
        ends=tuple(_of(records, ends)),
    )


def _of(records: dict[tuple[str, str], None], ends: _Ends) -> Iterator[StoredEnd]:
    for record in records:
        yield from ends.get(record, ())
