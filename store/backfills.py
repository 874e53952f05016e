"""Backfills: read piece by piece, planned once, applied as they were planned."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update

from leads.decision import Decision
from leads.keys import LeadKey
from leads.lead import Lead
from leads.sighting import IgnoreReason
from store import backfill_windows, codec, refusals
from store.backfill_rows import BackfillRow, BackfillState, Entry, EntryState, WindowRow
from store.recall import leads_not_erased
from store.recording import as_kept
from store.rows import LeadState
from store.schema import backfill, backfill_entry, decision, lead
from store.upsert import chunks, insert_missing

_T = TypeVar("_T", bound=tuple[Any, ...])
_DECIDED = (LeadState.DECIDED.value, LeadState.DUPLICATE.value)
_FREE = (LeadState.IGNORED.value, LeadState.REJECTED.value)


def start(connection: Connection, row: BackfillRow, parts: Sequence[WindowRow]) -> BackfillRow:
    """Keep it; where the same was asked for and is still being read, answer that one."""
    options: dict[str, object] = {"most": row.most, "any_owner": row.any_owner}
    if row.policy_version is not None:  # told nothing of, as plans of before it could be said
        options["policy_version"] = row.policy_version
    same = (
        select(backfill)
        .where(backfill.c.source == row.source, backfill.c.since == row.since)
        .where(backfill.c.until == row.until)
        .where(backfill.c.state == BackfillState.READING.value)
        .order_by(backfill.c.created_at.desc())
    )
    for found in connection.execute(same):
        if found.options == options:
            return _row(connection, found)
    made = {
        "id": row.id,
        "source": row.source,
        "since": row.since,
        "until": row.until,
        "options": options,
        "state": row.state.value,
        "passed": {},
        "created_at": row.created_at,
    }
    connection.execute(insert(backfill), [made])
    backfill_windows.keep(connection, parts)
    return row


def find(connection: Connection, number: str) -> BackfillRow | None:
    found = connection.execute(select(backfill).where(backfill.c.id == number)).first()
    return None if found is None else _row(connection, found)


def latest(connection: Connection, limit: int) -> list[BackfillRow]:
    wanted = select(backfill).order_by(backfill.c.created_at.desc()).limit(limit)
    return [_row(connection, row) for row in connection.execute(wanted).all()]


def _row(connection: Connection, found: Row[tuple[object, ...]]) -> BackfillRow:
    passed = Counter(found.passed) + backfill_windows.passed(connection, found.id)
    return BackfillRow(
        id=found.id,
        source=found.source,
        since=found.since,
        until=found.until,
        most=found.options["most"],
        any_owner=found.options["any_owner"],
        state=BackfillState(found.state),
        created_at=found.created_at,
        passed=dict(passed),
        policy_version=found.options.get("policy_version"),
    )


def save_read(
    connection: Connection,
    window: WindowRow,
    found: Sequence[Entry],
    passed: Mapping[str, int],
) -> None:
    """
    Keep a page and where to go on, together; a lead read twice counts once.

    Of erased people nothing is kept, though their vendor shows them still.
    """
    kept = leads_not_erased(connection, [each.lead for each in found])
    place, there = _read_before(connection, window, [each.lead.key.source_id for each in found])
    fresh = [
        each for each in found if each.lead.key in kept and each.lead.key.source_id not in there
    ]
    rows = [
        {**_entry_row(window.backfill, each), "place": at}
        for at, each in enumerate(fresh, start=place)
    ]
    insert_missing(connection, backfill_entry, rows)
    erased = {IgnoreReason.ERASED.value: len(found) - len(kept)}
    backfill_windows.move(connection, window, Counter(passed) + Counter(erased))


def _read_before(
    connection: Connection, window: WindowRow, ids: Sequence[str]
) -> tuple[int, set[str]]:
    """Count what is there of the source, and name what of a page is: it may be shown again."""
    columns = backfill_entry.c
    here = (columns.backfill == window.backfill) & (columns.source == window.source)
    count = connection.execute(select(func.count()).where(here)).scalar_one()
    known: set[str] = set()
    for some in chunks(ids):
        wanted = select(columns.source_id).where(here, columns.source_id.in_(some))
        known.update(connection.execute(wanted).scalars())
    return count, known


def _entry_row(number: str, entry: Entry) -> dict[str, object]:
    return {
        "backfill": number,
        "source": entry.lead.key.source,
        "source_id": entry.lead.key.source_id,
        "version": entry.version,
        "owner_seen": entry.owner_seen,
        "created_at": entry.lead.created_at,
        "document": codec.dumps(entry.lead),
        "state": entry.state.value,
        "reason": "",
    }


def count(
    connection: Connection, number: str, window: WindowRow | None = None
) -> dict[EntryState, int]:
    wanted = (
        select(backfill_entry.c.state, func.count())
        .where(backfill_entry.c.backfill == number)
        .group_by(backfill_entry.c.state)
    )
    found = connection.execute(_within(wanted, window))
    return {EntryState(state): many for state, many in found}


def entries(
    connection: Connection,
    number: str,
    state: EntryState | None = None,
    limit: int | None = None,
    window: WindowRow | None = None,
) -> list[Entry]:
    """List a backfill's leads, or a window's, oldest first, those of one instant as they came."""
    wanted = select(backfill_entry).where(backfill_entry.c.backfill == number)
    if state is not None:
        wanted = wanted.where(backfill_entry.c.state == state.value)
    columns = backfill_entry.c
    by_age = (columns.created_at, columns.source, columns.place, columns.source_id)
    ordered = wanted.order_by(*by_age)
    found = connection.execute(_within(ordered.limit(limit), window))
    return [_entry(row) for row in found]


def _within(wanted: Select[_T], window: WindowRow | None) -> Select[_T]:
    if window is None:
        return wanted
    at = backfill_entry.c
    here = (at.source == window.source) & (at.created_at >= window.since)
    return wanted.where(here & (at.created_at < window.until))


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(
        lead=codec.loads(row.document, Lead),
        version=row.version,
        owner_seen=row.owner_seen,
        state=EntryState(row.state),
        decision=codec.loads(row.decision, Decision) if row.decision else None,
        duplicate_of=LeadKey(row.duplicate_source, row.duplicate_id) if row.duplicate_id else None,
        reason=row.reason,
    )


def save_plan(connection: Connection, number: str, planned: Sequence[Entry], beyond: int) -> None:
    """Keep what was decided for every lead, and that it is all; those beyond are not of it."""
    _change(connection, number, [_planned_row(each) for each in planned])
    if beyond:
        gone = (
            delete(backfill_entry)
            .where(backfill_entry.c.backfill == number)
            .where(backfill_entry.c.state == EntryState.READ.value)
        )
        connection.execute(gone)
        told = update(backfill).where(backfill.c.id == number)
        connection.execute(told.values(passed={"beyond the maximum": beyond}))
    _move(connection, number, BackfillState.PLANNED)


def _planned_row(each: Entry) -> dict[str, object]:
    first = each.duplicate_of
    return {
        **_at(each.lead.key),
        "decision": _decision_text(each.decision),
        "duplicate_source": first.source if first else None,
        "duplicate_id": first.source_id if first else None,
        "state": each.state.value,
    }


def _decision_text(made: Decision | None) -> str | None:
    return None if made is None else codec.dumps(as_kept(made))


def save_done(
    connection: Connection, number: str, done: Sequence[tuple[LeadKey, EntryState, str]]
) -> None:
    """Note what became of some, and, once nothing is left to do, of all."""
    rows = [{**_at(key), "state": state.value, "reason": why} for key, state, why in done]
    _change(connection, number, rows)
    if EntryState.PLANNED not in count(connection, number):
        _move(connection, number, BackfillState.APPLIED)


def _change(connection: Connection, number: str, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        change = (
            update(backfill_entry)
            .where(backfill_entry.c.backfill == number)
            .where(backfill_entry.c.source == bindparam("at_source"))
            .where(backfill_entry.c.source_id == bindparam("at_id"))
        )
        connection.execute(change, rows)


def _move(connection: Connection, number: str, state: BackfillState) -> None:
    moved = update(backfill).where(backfill.c.id == number).values(state=state.value)
    connection.execute(moved)


def _at(key: LeadKey) -> dict[str, object]:
    return {"at_source": key.source, "at_id": key.source_id}


def taken(connection: Connection, keys: Sequence[LeadKey]) -> dict[LeadKey, LeadState]:
    """
    Answer which of these leads are somebody's work already: decided for good, or about to be.

    One whose decision came to nothing (undone, or refused) is not.
    """
    found: dict[LeadKey, LeadState] = {}
    for row in _states(connection, keys):
        is_void = row.state in _DECIDED and row.void_at is not None
        if row.state not in _FREE and not is_void:
            found[LeadKey(row.source, row.source_id)] = LeadState(row.state)
    return found


def reopen_void(connection: Connection, leads: Iterable[Lead]) -> None:
    """Let those wait again whose decision came to nothing, as they were read now."""
    by_key = {each.key: each for each in leads}
    void = [
        LeadKey(row.source, row.source_id)
        for row in _states(connection, list(by_key))
        if row.state in _DECIDED and row.void_at is not None
    ]
    refusals.reopen(connection, void)
    if void:
        fresh = (
            update(lead)
            .where(lead.c.source == bindparam("at_source"))
            .where(lead.c.source_id == bindparam("at_id"))
        )
        rows = [{**_at(key), "document": codec.dumps(by_key[key])} for key in void]
        connection.execute(fresh, rows)


def waiting(connection: Connection, keys: Sequence[LeadKey]) -> set[LeadKey]:
    return {
        LeadKey(row.source, row.source_id)
        for row in _states(connection, keys)
        if row.state == LeadState.WAITING.value
    }


def _states(connection: Connection, keys: Sequence[LeadKey]) -> list[Row[tuple[object, ...]]]:
    latest_decision = (
        (decision.c.source == lead.c.source)
        & (decision.c.source_id == lead.c.source_id)
        & (decision.c.attempt == lead.c.attempt)
    )
    wanted = select(lead.c.source, lead.c.source_id, lead.c.state, decision.c.void_at)
    found: list[Row[tuple[object, ...]]] = []
    for source in sorted({key.source for key in keys}):
        ids = [key.source_id for key in keys if key.source == source]
        for some in chunks(ids):
            joined = wanted.outerjoin_from(lead, decision, latest_decision)
            here = (lead.c.source == source) & lead.c.source_id.in_(some)
            found += connection.execute(joined.where(here)).all()
    return found
