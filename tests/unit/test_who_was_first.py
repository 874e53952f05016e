"""Whose choice a conflict is: a person's only where the CRM's history says so."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.lead_story import delivery_line, whose
from flows.who_was_first import BY_PERSON, BY_PROGRAM, with_who_was_first
from leads.activity import OwnerShift
from leads.errors import TransientError
from leads.keys import CrmOwnerId
from leads.ownership import SOMEBODY_ELSES, WriteOutcome, WriteStatus
from store.rows import DeliveryState
from tests.unit.test_lead_story import NAMES, stored, written

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TAKEN = WriteOutcome(
    status=WriteStatus.CONFLICT, record_id="7", owner=CrmOwnerId("2"), reason=SOMEBODY_ELSES
)
DONE = WriteOutcome(status=WriteStatus.WRITTEN, record_id="8", owner=CrmOwnerId("1"))


class History:
    """A CRM of which nothing but its history is asked."""

    def __init__(self, *shifts: OwnerShift, answers: bool = True) -> None:
        self.shifts, self.answers = shifts, answers
        self.asked: list[str] = []

    def owner_history(self, record_ids: Sequence[str]) -> Iterator[OwnerShift]:
        self.asked += record_ids
        if not self.answers:
            raise TransientError("hubspot", "read owner history", "HTTP 503")
        return iter(self.shifts)


def shift(after: str, *, by_us: bool) -> OwnerShift:
    owner = CrmOwnerId(after)
    return OwnerShift(record_id="7", at=NOON, before=None, after=owner, by_us=by_us)


def told(history: History, outcome: WriteOutcome = TAKEN) -> str:
    delivery = written(DeliveryState.PENDING).delivery
    results = with_who_was_first(history.owner_history, [(delivery, outcome), (delivery, DONE)])
    assert results[1] == (delivery, DONE)
    return results[0][1].reason


@pytest.mark.parametrize(
    ("shifts", "reason"),
    [
        ([shift("2", by_us=False)], BY_PERSON),
        ([shift("2", by_us=True)], BY_PROGRAM),
        ([shift("3", by_us=False), shift("2", by_us=True)], BY_PROGRAM),
        ([], SOMEBODY_ELSES),
        ([shift("3", by_us=False)], SOMEBODY_ELSES),
    ],
)
def test_the_last_that_set_the_owner_found_is_told(shifts, reason):
    history = History(*shifts)
    assert told(history) == reason
    assert history.asked == ["7"], "of the others nothing is asked"


def test_a_history_that_cannot_be_asked_says_nothing():
    assert told(History(answers=False)) == SOMEBODY_ELSES


@pytest.mark.parametrize(
    "outcome",
    [DONE, replace(TAKEN, owner=None), replace(TAKEN, unguarded=True, reason="given back")],
)
def test_where_nobody_was_first_nothing_is_asked(outcome):
    history = History()
    assert told(history, outcome) == outcome.reason
    assert history.asked == []


@pytest.mark.parametrize(
    ("reason", "whose_choice", "line"),
    [
        (BY_PERSON, "by a person's choice, which stands over Ana Ruiz", BY_PERSON),
        (BY_PROGRAM, "set there by another Firsttouch, or one with our login", BY_PROGRAM),
        (SOMEBODY_ELSES, "who had it before our write, and keeps it; Ana Ruiz", SOMEBODY_ELSES),
        ("", "who had it before our write, and keeps it; Ana Ruiz", SOMEBODY_ELSES),
    ],
)
def test_the_story_says_no_more_than_is_known(reason, whose_choice, line):
    conflict = written(DeliveryState.CONFLICT, owner_found="2", reason=reason)
    (said,) = whose(stored(conflict), NAMES)
    assert whose_choice in said
    assert said.startswith("Lead hubspot:7 is Ben Okafor's in hubspot, ")
    assert delivery_line(conflict, NAMES, is_past=False) == (
        f"Not Ana Ruiz's in hubspot: {line}, and that stands."
    )
