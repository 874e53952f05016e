"""Counts beside a report's rows: why the fallback, what was handed back, what became of writes."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Label, Table, case, exists, func, select

from leads.decision import NOT_IN_TOUCH, Method
from leads.keys import OwnerId
from store.activity_rows import ClockKind, ClockState
from store.report_rows import FollowUps, ReportCounts, Returner
from store.rotation import read_rotation
from store.rows import DeliveryState, LeadState, RejectState
from store.schema import decision, delivery, lead, reject, returned, sla_clock

_REASONS = 200
_OFTEN = 3
"""A person's own words, given so often, are no longer about one lead's person."""
OTHER = "other reasons"
_FALLEN = (Method.FALLBACK.value, Method.STEWARD.value)
_UNDECIDED = (LeadState.WAITING.value, LeadState.HELD.value)


def report_counts(connection: Connection, since: datetime, now: datetime) -> ReportCounts:
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
        returners=_returners(connection, is_recent & ~is_late),
        follow_ups=_follow_ups(connection, since, now),
    )


def _returners(connection: Connection, which: ColumnElement[bool]) -> tuple[Returner, ...]:
    no_lead = func.sum(case((returned.c.is_lead, 0), else_=1))
    wanted = select(returned.c.owner, func.count().label("leads"), no_lead.label("no_lead"))
    found = connection.execute(wanted.where(which).group_by(returned.c.owner))
    return tuple(
        Returner(owner=OwnerId(row.owner), leads=row.leads, no_lead=int(row.no_lead))
        for row in found
    )


def _follow_ups(connection: Connection, since: datetime, now: datetime) -> tuple[FollowUps, ...]:
    """Count those whose time was up by now, or that came before it was; of leads still owned."""
    clock = sla_clock.c
    came = clock.touched_at.is_not(None)
    in_time = came & (clock.touched_at <= clock.due_at)

    def number(which: ColumnElement[bool], name: str) -> Label[int]:
        return func.sum(case((which, 1), else_=0)).label(name)

    wanted = (
        select(
            clock.owner,
            number(in_time, "in_time"),
            number(came & ~in_time, "late"),
            number(~came, "never"),
        )
        .where(clock.kind == ClockKind.FOLLOW_UP.value, clock.state != ClockState.ENDED.value)
        .where(clock.due_at >= since, in_time | (clock.due_at <= now))
        .group_by(clock.owner)
    )
    return tuple(
        FollowUps(
            owner=OwnerId(row.owner),
            in_time=int(row.in_time),
            late=int(row.late),
            never=int(row.never),
        )
        for row in connection.execute(wanted)
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
