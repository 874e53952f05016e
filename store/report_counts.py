"""Counts beside a report's rows: why the fallback, what was handed back, what became of writes."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, exists, func, select

from leads.decision import NOT_IN_TOUCH, Method
from store.report_rows import ReportCounts
from store.rotation import read_rotation
from store.rows import DeliveryState, LeadState, RejectState
from store.schema import decision, delivery, lead, reject, returned

_REASONS = 200
_OFTEN = 3
"""A person's own words, given so often, are no longer about one lead's person."""
OTHER = "other reasons"
_FALLEN = (Method.FALLBACK.value, Method.STEWARD.value)
_UNDECIDED = (LeadState.WAITING.value, LeadState.HELD.value)


def report_counts(connection: Connection, since: datetime) -> ReportCounts:
    """Count what was decided, handed back and written since; and what stands now."""
    is_fallen = decision.c.method.in_(_FALLEN) & decision.c.void_at.is_(None) & ~_was_given()
    is_recent = returned.c.at >= since
    is_late = returned.c.reason.startswith(NOT_IN_TOUCH)
    return ReportCounts(
        fallbacks=_by_reason(connection, decision, is_fallen & (decision.c.decided_at >= since)),
        returns=_in_common(_by_reason(connection, returned, is_recent & ~is_late)),
        breached=_count(connection, returned, is_recent & is_late & ~_was_taken()),
        deliveries=_deliveries(connection, since),
        rejected=_count(connection, reject, reject.c.state == RejectState.OPEN.value),
        undecided=_count(connection, lead, lead.c.state.in_(_UNDECIDED)),
        rotation=read_rotation(connection),
    )


def _was_given() -> ColumnElement[bool]:
    """Whether somebody had it before: what moved it then is no choice of the rules."""
    return exists().where(
        returned.c.source == decision.c.source,
        returned.c.source_id == decision.c.source_id,
        returned.c.attempt < decision.c.attempt,
    )


def _was_taken() -> ColumnElement[bool]:
    """Whether a person had the lead before the next owner was written: nobody lost it."""
    return exists().where(
        delivery.c.source == returned.c.source,
        delivery.c.source_id == returned.c.source_id,
        delivery.c.attempt == returned.c.attempt + 1,
        delivery.c.state == DeliveryState.CONFLICT.value,
    )


def _by_reason(connection: Connection, of: Table, which: ColumnElement[bool]) -> dict[str, int]:
    wanted = select(of.c.reason, func.count()).where(which).group_by(of.c.reason)
    found = connection.execute(wanted.order_by(func.count().desc()).limit(_REASONS))
    return {reason: count for reason, count in found}  # noqa: C416  (rows are no pairs to dict)


def _in_common(counts: Mapping[str, int]) -> dict[str, int]:
    often = {reason: count for reason, count in counts.items() if count >= _OFTEN}
    rest = sum(counts.values()) - sum(often.values())
    return {**often, OTHER: rest} if rest else often


def _deliveries(connection: Connection, since: datetime) -> dict[tuple[str, str], int]:
    groups = (delivery.c.crm, delivery.c.state)
    wanted = select(*groups, func.count()).where(delivery.c.created_at >= since).group_by(*groups)
    return {(crm, state): count for crm, state, count in connection.execute(wanted)}


def _count(connection: Connection, of: Table, which: ColumnElement[bool]) -> int:
    found: int = connection.execute(select(func.count()).select_from(of).where(which)).scalar_one()
    return found
