"""Who had given a record to its owner before our write: a person, or a program as we are one."""

from collections.abc import Sequence
from dataclasses import replace

from connectors.second_look import History
from leads.activity import OwnerShift
from leads.delivery import Delivery
from leads.errors import ConnectorError
from leads.ownership import WriteOutcome, WriteStatus

BY_PERSON = "a person had chosen another owner"
BY_PROGRAM = (
    "a program had chosen another owner (another Firsttouch, or one that has our login there)"
)

_Result = tuple[Delivery, WriteOutcome]


def with_who_was_first(history: History, results: Sequence[_Result]) -> list[_Result]:
    """
    Give conflicts found before a write the reason that the CRM's history tells.

    Where it keeps none, or cannot be asked, nobody says that it was a person.
    """
    taken = {_record(each) for each in results if _was_taken(each)}
    if not taken:
        return list(results)
    try:
        last = {shift.record_id: shift for shift in history(sorted(taken))}
    except ConnectorError:
        return list(results)
    return [
        (each[0], _told(each[1], last.get(_record(each)))) if _was_taken(each) else each
        for each in results
    ]


def _was_taken(result: _Result) -> bool:
    outcome = result[1]
    is_conflict = outcome.status is WriteStatus.CONFLICT and not outcome.unguarded
    return is_conflict and outcome.owner is not None and bool(_record(result))


def _record(result: _Result) -> str:
    delivery, outcome = result
    return outcome.record_id or delivery.record_id or ""


def _told(outcome: WriteOutcome, last: OwnerShift | None) -> WriteOutcome:
    if last is None or last.after != outcome.owner:
        return outcome
    return replace(outcome, reason=BY_PROGRAM if last.by_us else BY_PERSON)
