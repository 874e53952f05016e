"""Batch writes: every row, or none, or those that can be, as the portal's switch says."""

from collections.abc import Callable, Sequence
from typing import Any

from sandbox.hubspot.call import Answer, Call
from sandbox.hubspot.errors import Problem, Refusal, not_valid
from sandbox.hubspot.reads import batch_answer, batch_inputs
from sandbox.hubspot.shelf import Shelf
from sandbox.hubspot.writes import (
    Row,
    Write,
    carry_out,
    checked_create,
    checked_update,
    checked_upsert,
)

NOT_FOUND = "OBJECT_NOT_FOUND"
Check = Callable[[Shelf, Row], Write | None]


def batch_create(shelf: Shelf, call: Call) -> Answer:
    return _batch(shelf, batch_inputs(call.json()), checked_create, success=201)


def batch_update(shelf: Shelf, call: Call) -> Answer:
    rows = batch_inputs(call.json())
    _refuse_repeated([str(row.get("id", "")) for row in rows])
    return _batch(shelf, rows, checked_update)


def batch_upsert(shelf: Shelf, call: Call) -> Answer:
    rows = batch_inputs(call.json())
    _refuse_repeated([str(row.get("id", "")) for row in rows])
    return _batch(shelf, rows, checked_upsert)


def batch_archive(shelf: Shelf, call: Call) -> Answer:
    """Move records to the recycle bin; one that is not there is passed over without a word."""
    for row in batch_inputs(call.json()):
        if found := shelf.live(str(row.get("id", ""))):
            shelf.archive(found.id)
    return 204, None


def _refuse_repeated(ids: list[str]) -> None:
    repeated = sorted({i for i in ids if ids.count(i) > 1})
    if repeated:
        told = f"Duplicate IDs found in batch input: [{', '.join(repeated)}]. IDs must be unique"
        raise Refusal(400, told, context={"ids": repeated})


def _batch(shelf: Shelf, rows: Sequence[Row], check: Check, success: int = 200) -> Answer:
    writes: list[Write] = []
    refused: list[tuple[Row, Refusal]] = []
    for row in rows:
        try:
            write = check(shelf, row)
            if write:
                _refuse_repeated_value(shelf, write, writes)
                writes.append(write)
        except Refusal as refusal:
            refused.append((row, refusal))
    refusals = [why for _, why in refused]
    if refused and _refuses_all(shelf, rows, refusals):
        raise _as_one(refusals)
    for row, why in refused:
        shelf.log("refused", (str(row.get("id", "")),), code=why.category)
    results = [carry_out(shelf, write) for write in writes]
    return batch_answer(shelf, results, _error_rows(refused), success)


def _refuse_repeated_value(shelf: Shelf, write: Write, earlier: list[Write]) -> None:
    """Two rows of one batch cannot take the same unique value."""
    for name in shelf.unique.names:
        text = (write.values.get(name) or "").lower()
        if text and any((other.values.get(name) or "").lower() == text for other in earlier):
            raise Refusal(409, "Contact already exists", category="CONFLICT")


def _refuses_all(shelf: Shelf, rows: Sequence[Row], refusals: list[Refusal]) -> bool:
    match shelf.account.batch_failure:
        case "whole":
            return True
        case "multi_status":
            return False
        case "recorded":
            traced = all(row.get("objectWriteTraceId") for row in rows)
            return not traced and any(r.category != NOT_FOUND for r in refusals)


def _as_one(refusals: list[Refusal]) -> Refusal:
    """The one refusal a whole batch is answered with: all its bad values, or all its lost ids."""
    problems: list[Problem] = [p for refusal in refusals for p in refusal.problems]
    if problems:
        return not_valid(problems)
    worst = next((r for r in refusals if r.category != NOT_FOUND), None)
    return worst or refusals[0].of_ids([i for r in refusals for i in r.context["ids"]])


def _error_rows(refused: list[tuple[Row, Refusal]]) -> list[dict[str, Any]]:
    """One entry a row; without trace ids, one entry for all the ids that were not found."""
    errors: list[dict[str, Any]] = []
    lost: list[str] = []
    not_found: Refusal | None = None
    for row, refusal in refused:
        trace, record_id = row.get("objectWriteTraceId"), row.get("id")
        if trace:
            errors.append(refusal.row({"objectWriteTraceId": [str(trace)]}))
        elif refusal.category == NOT_FOUND:
            lost += refusal.context["ids"]
            not_found = refusal
        else:
            errors.append(refusal.row({"ids": [str(record_id)]} if record_id else {}))
    return [*errors, not_found.of_ids(lost).row({})] if not_found else errors
