"""What a report counts, read in bulk: a row for each time a lead was given to somebody."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Float,
    Row,
    Select,
    Subquery,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from leads.activity import OutcomeKind
from store.activity_rows import ClockKind
from store.columns import Instant, Words
from store.notices import NoticeState
from store.rows import DeliveryState
from store.schema import assignment, decision, delivery, lead, notice, outcome, returned, sla_clock

CHUNK = 20_000
WORDS = (
    *("source", "lead", "channel", "lead_source", "campaign", "country", "rule", "pool"),
    *("method", "owner", "told", "crm", "taken_by", "arm"),
)
NUMBERS = ("id", "employees", "touch_flawed", "won_amount")
INSTANTS = (
    *("created_at", "first_seen", "decided_at", "assigned_at", "worked_from", "sla_due"),
    *("touched_at", "taken_at", "converted_at", "won_at", "lost_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What amounts are told in, and what one unit of another currency is worth in it."""

    base: str
    rates: Mapping[str, float] = field(default_factory=dict)


Rows = Iterator[Sequence[Row[tuple[object, ...]]]]


def given_rows(connection: Connection, since: datetime, money: Money) -> Rows:
    """
    Yield, in parts, what was decided since and stands, was handed back, or a person had taken.

    Oldest decision first; a decision of several deliveries comes as often. The columns are `id`,
    then WORDS, the other NUMBERS, INSTANTS. An instant comes as its database's driver has it: text
    in UTC from SQLite, a datetime from PostgreSQL; a million of them are quicker read in bulk.
    """
    wanted = _joined(connection, money).where(decision.c.decided_at >= since).where(_counts())
    found = connection.execution_options(yield_per=CHUNK).execute(wanted.order_by(decision.c.id))
    yield from found.partitions(CHUNK)


def _joined(connection: Connection, money: Money) -> Select[tuple[object, ...]]:
    told, ends = _notices(), _ends(money)
    is_first = sla_clock.c.kind == ClockKind.FIRST_TOUCH.value
    is_clock = (sla_clock.c.delivery == delivery.c.id) & is_first
    record = func.coalesce(sla_clock.c.record_id, delivery.c.record_id)
    return (
        select(*_columns(connection, told, ends))
        .select_from(decision)
        .join(lead, _same(lead, decision))
        .outerjoin(delivery, _same(delivery, decision) & (delivery.c.attempt == decision.c.attempt))
        .outerjoin(sla_clock, is_clock)
        .outerjoin(returned, _same(returned, decision) & (returned.c.attempt == decision.c.attempt))
        .outerjoin(told, told.c.delivery == delivery.c.id)
        .outerjoin(ends, (ends.c.crm == delivery.c.crm) & (ends.c.record_id == record))
    )


def _columns(connection: Connection, told: Subquery, ends: Subquery) -> list[ColumnElement[object]]:
    is_taken = delivery.c.state == DeliveryState.CONFLICT.value
    # What was written and taken afterwards was ours, and then given: it is no conflict of ours.
    was_ours = exists().where(assignment.c.delivery == delivery.c.id)
    clock = sla_clock.c
    words = (
        decision.c.source,
        decision.c.source_id,
        *(_said(connection, name) for name in ("channel", "lead_source", "campaign", "country")),
        decision.c.rule,
        decision.c.pool,
        decision.c.method,
        decision.c.owner,
        told.c.told,
        delivery.c.crm,
        case((is_taken & ~was_ours, func.coalesce(delivery.c.owner_found, ""))),
        decision.c.arm,
    )
    instants = (
        lead.c.created_at,
        lead.c.first_seen,
        decision.c.decided_at,
        func.coalesce(clock.assigned_at, decision.c.decided_at),
        decision.c.worked_from,
        func.coalesce(clock.due_at, decision.c.sla_due),
        clock.touched_at,
        type_coerce(case((is_taken, decision.c.void_at)), Instant()),
        *(ends.c[kind.value] for kind in OutcomeKind),
    )
    flawed = case((func.coalesce(clock.touch_flaw, "") != "", 1), else_=0)
    numbers = (_said(connection, "employees", "least"), flawed, ends.c.won_amount)
    raw = connection.dialect.name == "sqlite"
    return [
        decision.c.id,
        *(column.label(name) for name, column in zip(WORDS, words, strict=True)),
        *(column.label(name) for name, column in zip(NUMBERS[1:], numbers, strict=True)),
        *(
            (type_coerce(column, Words()) if raw else column).label(name)
            for name, column in zip(INSTANTS, instants, strict=True)
        ),
    ]


def _counts() -> ColumnElement[bool]:
    """What had an effect on somebody: a decision that was void before it was written had none."""
    return or_(
        decision.c.void_at.is_(None),
        delivery.c.state == DeliveryState.CONFLICT.value,
        returned.c.attempt.is_not(None),
    )


def _same(one: Table, other: Table) -> ColumnElement[bool]:
    return and_(one.c.source == other.c.source, one.c.source_id == other.c.source_id)


def _said(connection: Connection, *path: str) -> ColumnElement[object]:
    """A field of the lead, from its document: without making a lead of each."""
    if connection.dialect.name == "sqlite":
        return func.json_extract(lead.c.document, f"$.{'.'.join(path)}")
    return func.json_extract_path_text(cast(lead.c.document, JSON), *path)


def _notices() -> Subquery:
    """Whether its owner was told by any channel; "failed" where each was given up."""
    sent = func.max(case((notice.c.state == NoticeState.SENT.value, 1), else_=0))
    failed = func.max(case((notice.c.state == NoticeState.FAILED.value, 1), else_=0))
    told = case((sent == 1, literal("told")), (failed == 1, literal("failed")))
    return select(notice.c.delivery, told.label("told")).group_by(notice.c.delivery).subquery()


def _ends(money: Money) -> Subquery:
    """When each record was first converted (or won at once), won and lost; and for how much."""
    kinds = {
        OutcomeKind.CONVERTED: (OutcomeKind.CONVERTED.value, OutcomeKind.WON.value),
        OutcomeKind.WON: (OutcomeKind.WON.value,),
        OutcomeKind.LOST: (OutcomeKind.LOST.value,),
    }
    firsts = [
        func.min(case((outcome.c.kind.in_(of), outcome.c.at)), type_=Instant()).label(kind.value)
        for kind, of in kinds.items()
    ]
    groups = (outcome.c.crm, outcome.c.record_id)
    is_won = outcome.c.kind == OutcomeKind.WON.value
    amount = func.sum(case((is_won, _worth(money)))).label("won_amount")
    return select(*groups, *firsts, amount).group_by(*groups).subquery()


def _worth(money: Money) -> ColumnElement[float | None]:
    """A deal's amount in the base currency; of one nobody has a rate for, nothing."""
    code = func.coalesce(func.nullif(outcome.c.currency, ""), money.base)
    rates = {money.base: 1.0, **money.rates}
    rate = case(*((code == each, value) for each, value in sorted(rates.items())))
    return cast(outcome.c.amount, Float) * rate
