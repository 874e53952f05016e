"""Touches and outcomes as the CRMs told them: each kept once, however often it is read."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from leads.activity import Outcome, OutcomeKind, Touch, TouchFlaw
from leads.keys import CrmOwnerId, LeadKey
from store import stopping
from store.marks import Marker, find_marks
from store.schema import outcome, touch
from store.upsert import upsert

_SKEW = timedelta(minutes=5)
"""Two clocks may differ by so much."""

_OTHER_END = {OutcomeKind.WON: OutcomeKind.LOST, OutcomeKind.LOST: OutcomeKind.WON}


def save_touches(
    connection: Connection,
    crm: str,
    touches: Sequence[Touch],
    nobodies: Collection[CrmOwnerId],
    now: datetime,
) -> None:
    """Keep each, and stop the clocks that it stops; `nobodies` are owners who are no person."""
    known = _not_erased(connection, crm, {each.record_id for each in touches})
    rows = {
        (each.record_id, each.evidence): _touch_row(crm, each, nobodies, now)
        for each in touches
        if each.record_id in known
    }
    upsert(connection, touch, list(rows.values()))
    stopping.match(connection, crm, sorted({record for record, _ in rows}), now)


def save_outcomes(
    connection: Connection, crm: str, outcomes: Sequence[Outcome], now: datetime
) -> None:
    """Keep each as it was told last: a deal that was lost and is won now is won."""
    known = _not_erased(connection, crm, {each.record_id for each in outcomes})
    kept = [each for each in outcomes if each.record_id in known]
    for each in kept:
        if other := _OTHER_END.get(each.kind):
            gone = delete(outcome).where(
                outcome.c.crm == crm,
                outcome.c.record_id == each.record_id,
                outcome.c.evidence == each.evidence,
                outcome.c.kind == other.value,
            )
            connection.execute(gone)
    last = {(e.record_id, e.evidence, e.kind is OutcomeKind.CONVERTED): e for e in kept}
    upsert(connection, outcome, [_outcome_row(crm, each, now) for each in last.values()])


def _not_erased(connection: Connection, crm: str, records: Iterable[str]) -> set[str]:
    """Leave out the records of those who were erased: a CRM may tell of them again."""
    marker = Marker.of(connection)
    if marker is None:
        return set(records)
    hashes = {record: marker.of_lead(LeadKey(crm, record)) for record in records}
    marks = find_marks(connection, hashes.values())
    return {record for record, own in hashes.items() if own not in marks}


def _touch_row(
    crm: str, each: Touch, nobodies: Collection[CrmOwnerId], now: datetime
) -> dict[str, object]:
    flaw = ""
    if each.owner is not None and each.owner in nobodies:
        flaw = TouchFlaw.NOBODY.value
    elif each.at > each.recorded_at + _SKEW:
        flaw = TouchFlaw.FUTURE.value
    return {
        "crm": crm,
        "record_id": each.record_id,
        "evidence": each.evidence,
        "kind": each.kind.value,
        "crm_owner": each.owner,
        "at": each.at,
        "recorded_at": each.recorded_at,
        "seen_at": now,
        "flaw": flaw,
    }


def _outcome_row(crm: str, each: Outcome, now: datetime) -> dict[str, object]:
    return {
        "crm": crm,
        "record_id": each.record_id,
        "evidence": each.evidence,
        "kind": each.kind.value,
        "crm_owner": each.owner,
        "at": each.at,
        "recorded_at": each.recorded_at,
        "seen_at": now,
        "amount": None if each.amount is None else format(each.amount, "f"),
        "currency": each.currency,
    }
