"""Runs, and the ledger: what became of every record that each source showed in one."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update

from leads.keys import RunId
from leads.sighting import IgnoreReason, Verdict
from store.outbox import PENDING
from store.review_rows import OPEN
from store.rows import DeliveryState, LeadState
from store.running_rows import RunRow, SourceLedger
from store.schema import decision, delivery, lead, pull_count, review, run, sighting
from store.upsert import Insert, kept

_SETTLED = {
    DeliveryState.WRITTEN: "delivered",
    DeliveryState.UNCHANGED: "unchanged",
    DeliveryState.CONFLICT: "conflicts",
    DeliveryState.REFUSED: "refused",
    DeliveryState.GONE: "gone",
    DeliveryState.UNDONE: "undone",
}
_COLUMNS = {
    LeadState.WAITING: "waiting",
    LeadState.HELD: "held",
    LeadState.REJECTED: "rejected",
    LeadState.DECIDED: "decided",
    LeadState.FORGOTTEN: "decided",
    LeadState.DUPLICATE: "duplicates",
}
_Counts = dict[str, Counter[str]]

_START = insert(run)
_END = update(run).where(run.c.id == bindparam("this_run"))


def start_run(connection: Connection, run_id: RunId, kind: str, now: datetime) -> None:
    row = {"id": run_id, "kind": kind, "started_at": now, "error": ""}
    connection.execute(_START, [row])


def end_run(connection: Connection, run_id: RunId, now: datetime, error: str) -> None:
    connection.execute(_END, {"this_run": run_id, "ended_at": now, "error": error})


def last_runs(connection: Connection, limit: int) -> list[RunRow]:
    rows = connection.execute(select(run).order_by(run.c.started_at.desc()).limit(limit))
    return [
        RunRow(
            id=RunId(row.id),
            kind=row.kind,
            started_at=row.started_at,
            ended_at=row.ended_at,
            error=row.error,
        )
        for row in rows
    ]


def count_pulled(connection: Connection, run_id: RunId, source: str, count: int) -> None:
    added = kept(connection, pull_count, ("run", "source", "pulled"), _adding)
    connection.execute(added, {"run": run_id, "source": source, "pulled": count})


def ledger(connection: Connection, run_id: RunId) -> dict[str, SourceLedger]:
    """Add up one run, source by source, in the order of their names."""
    counts: _Counts = {}
    ignored: _Counts = {}
    _add_pulled(connection, run_id, counts)
    _add_sightings(connection, run_id, counts, ignored)
    _add_carried(connection, run_id, counts)
    _add_deliveries(connection, run_id, counts)
    until = _add_in_review(connection, run_id, counts)
    return {
        source: SourceLedger(
            **counts.get(source, Counter()),
            ignored=dict(ignored.get(source, {})),
            review_until=until.get(source),
        )
        for source in sorted(counts.keys() | ignored.keys())
    }


def only_outside(connection: Connection, source: str) -> dict[str, int]:
    """Say why each record of a source is outside the intake; nothing once one was not."""
    inside = select(lead.c.source_id).where(
        lead.c.source == source, lead.c.state.not_in([LeadState.IGNORED, LeadState.ERASED])
    )
    if connection.execute(inside.limit(1)).first() is not None:
        return {}
    head = f"{IgnoreReason.OUTSIDE_INTAKE.value}: "
    wanted = (
        select(lead.c.reason, func.count())
        .where(lead.c.source == source, lead.c.reason.startswith(head))
        .group_by(lead.c.reason)
    )
    return {reason.removeprefix(head): count for reason, count in connection.execute(wanted)}


def _add(counts: _Counts, source: str, name: str, count: int) -> None:
    counts.setdefault(source, Counter())[name] += count


def _add_pulled(connection: Connection, run_id: RunId, counts: _Counts) -> None:
    wanted = select(pull_count.c.source, pull_count.c.pulled).where(pull_count.c.run == run_id)
    for source, pulled in connection.execute(wanted):
        _add(counts, source, "pulled", pulled)


def _add_sightings(
    connection: Connection, run_id: RunId, counts: _Counts, ignored: _Counts
) -> None:
    groups = (
        sighting.c.source,
        sighting.c.verdict,
        sighting.c.reason,
        lead.c.state,
        lead.c.reason.label("state_reason"),
    )
    same = (lead.c.source == sighting.c.source) & (lead.c.source_id == sighting.c.source_id)
    wanted = (
        select(*groups, func.count())
        .join(lead, same)
        .where(sighting.c.run == run_id)
        .group_by(*groups)
    )
    for source, verdict, reason, state, state_reason, count in connection.execute(wanted):
        column = _column(Verdict(verdict), LeadState(state))
        if column is not None:
            _add(counts, source, column, count)
            continue
        shown = reason if verdict == Verdict.IGNORED else state_reason
        why = IgnoreReason.ERASED.value if state == LeadState.ERASED else _head(shown)
        _add(ignored, source, why, count)


def _column(verdict: Verdict, state: LeadState) -> str | None:
    """Say where one sighting counts; None: among the ignored."""
    match verdict:
        case Verdict.IGNORED:
            return None
        case Verdict.REJECTED:
            return "rejected"
        case Verdict.NEW | Verdict.HELD:
            # As the lead stands now: it may have been decided since, or turned out otherwise.
            return _COLUMNS.get(state)


def _head(reason: str) -> str:
    """The reason without its detail, of which there may be as many as records."""
    return reason.partition(": ")[0]


def _add_carried(connection: Connection, run_id: RunId, counts: _Counts) -> None:
    shown = exists().where(
        sighting.c.run == run_id,
        sighting.c.source == decision.c.source,
        sighting.c.source_id == decision.c.source_id,
    )
    wanted = (
        select(decision.c.source, func.count())
        .where(decision.c.run == run_id, ~shown)
        .group_by(decision.c.source)
    )
    for source, count in connection.execute(wanted):
        _add(counts, source, "carried", count)


def _add_deliveries(connection: Connection, run_id: RunId, counts: _Counts) -> None:
    settled = (
        select(delivery.c.source, delivery.c.state, func.count())
        .where(delivery.c.settled_run == run_id)
        .group_by(delivery.c.source, delivery.c.state)
    )
    for source, state, count in connection.execute(settled):
        _add(counts, source, _SETTLED[DeliveryState(state)], count)
    pending = (
        select(delivery.c.source, func.count())
        .where(delivery.c.run == run_id, PENDING)
        .group_by(delivery.c.source)
    )
    for source, count in connection.execute(pending):
        _add(counts, source, "pending", count)


def _add_in_review(connection: Connection, run_id: RunId, counts: _Counts) -> dict[str, datetime]:
    """Count what a person may look at; answer by source until when at the first of it."""
    looked_at = (
        (review.c.source == delivery.c.source)
        & (review.c.source_id == delivery.c.source_id)
        & (review.c.attempt == delivery.c.attempt)
    )
    wanted = (
        select(delivery.c.source, func.count(), func.min(review.c.deadline))
        .join(review, looked_at)
        .where(delivery.c.run == run_id, PENDING)
        .where(review.c.state.in_([state.value for state in OPEN]))
        .group_by(delivery.c.source)
    )
    until: dict[str, datetime] = {}
    for source, count, first in connection.execute(wanted):
        _add(counts, source, "in_review", count)
        until[source] = first
    return until


def _adding(insert: Insert) -> Insert:
    total = pull_count.c.pulled + insert.excluded.pulled
    return insert.on_conflict_do_update(index_elements=["run", "source"], set_={"pulled": total})
