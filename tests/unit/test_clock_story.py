"""What is said of a clock: who had until when, and which activity of the CRM stopped it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.clock_story import clock_json, clock_line, uncounted_json, uncounted_lines
from leads.activity import TouchFlaw, TouchKind
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from store.activity_rows import Clock, ClockKind, ClockState, FirstTouch, Uncounted

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NAMES = {"ana": "Ana Ruiz", "4471": "Ana Ruiz", "ben": "Ben Okafor"}
RUNNING = Clock(
    delivery="d1",
    kind=ClockKind.FIRST_TOUCH,
    lead=LeadKey("hubspot", "7"),
    attempt=1,
    crm="hubspot",
    record_id="7",
    owner=OwnerId("ana"),
    crm_owner=CrmOwnerId("4471"),
    sla="hot",
    state=ClockState.RUNNING,
    decided_at=NOW,
    assigned_at=NOW,
    due_at=NOW + 15 * MINUTE,
)


def called(at: datetime, **more) -> FirstTouch:
    known = {"by": CrmOwnerId("4471"), "kind": TouchKind.CALL, "evidence": "call 551"}
    return FirstTouch(at=at, **{**known, **more})


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (RUNNING, "Ana Ruiz has until Mon 23 Nov 10:15 (UTC) to be in touch (SLA hot)."),
        (
            replace(
                RUNNING,
                kind=ClockKind.FOLLOW_UP,
                assigned_at=NOW + 10 * MINUTE,
                reminded_at=NOW,
            ),
            (
                "Ana Ruiz has until Mon 23 Nov 10:15 (UTC) to be in touch once more (SLA hot), "
                "reminded on Mon 23 Nov 10:00 (UTC)."
            ),
        ),
        (
            replace(RUNNING, assigned_at=NOW + 10 * MINUTE, due_at=NOW + 25 * MINUTE),
            (
                "Ana Ruiz has until Mon 23 Nov 10:25 (UTC) to be in touch (SLA hot, counted since "
                "hubspot had it, on Mon 23 Nov 10:10 (UTC))."
            ),
        ),
        (
            replace(RUNNING, state=ClockState.BREACHED),
            "Ana Ruiz had until Mon 23 Nov 10:15 (UTC) to be in touch (SLA hot), and nobody was.",
        ),
        (
            replace(RUNNING, first_touch=called(NOW + 15 * MINUTE)),
            (
                "First touch on Mon 23 Nov 10:15 (UTC), in time: a call by Ana Ruiz "
                "(hubspot call 551)."
            ),
        ),
        (
            replace(
                RUNNING, kind=ClockKind.FOLLOW_UP, first_touch=called(NOW + 80 * MINUTE, by=None)
            ),
            "Followed up on Mon 23 Nov 11:20 (UTC), 1 h 5 min late: a call (hubspot call 551).",
        ),
        (
            replace(RUNNING, first_touch=called(NOW, flaw=TouchFlaw.EARLY)),
            (
                "First touch on Mon 23 Nov 10:00 (UTC), not counted, as it is before the "
                "assignment: a call by Ana Ruiz (hubspot call 551)."
            ),
        ),
    ],
)
def test_a_sentence_says_how_it_stands(clock, said):
    assert clock_line(clock, NAMES) == said


def test_times_are_on_the_clock_of_whoever_it_is_about():
    clock = replace(RUNNING, reminded_at=NOW)
    assert clock_line(clock, NAMES, "America/New_York") == (
        "Ana Ruiz has until Mon 23 Nov 05:15 (America/New_York) to be in touch (SLA hot), "
        "reminded on Mon 23 Nov 05:00 (America/New_York)."
    )
    touched = replace(RUNNING, first_touch=called(NOW))
    assert "on Mon 23 Nov 19:00 (Asia/Tokyo), in time" in clock_line(touched, NAMES, "Asia/Tokyo")


def test_the_evidence_is_kept_for_machines():
    touched = replace(RUNNING, state=ClockState.TOUCHED, first_touch=called(NOW))
    told = clock_json(touched)
    assert (told["state"], told["touch"]["evidence"], told["touch"]["flaw"]) == (
        "touched",
        "call 551",
        None,
    )
    assert clock_json(RUNNING)["touch"] is None


def test_what_stopped_no_clock_is_told_with_why_and_of_many_the_last():
    early = called(NOW - 80 * MINUTE, flaw=TouchFlaw.EARLY)
    found = [Uncounted(crm="hubspot", touch=early)] * 2
    queue = called(NOW, flaw=TouchFlaw.NOBODY, by=CrmOwnerId("9001"), kind=TouchKind.EMAIL)
    found += [Uncounted(crm="hubspot", touch=queue)] * 2
    first, second, *_, last = uncounted_lines(found, NAMES)
    assert first == "1 earlier activity on it did not count either."
    assert second == (
        "A call by Ana Ruiz on Mon 23 Nov 08:40 (UTC) did not count, as it is before the "
        "assignment (hubspot call 551)."
    )
    assert last == (
        "An e-mail by 9001 on Mon 23 Nov 10:00 (UTC) did not count, as it is not by a person "
        "(hubspot call 551)."
    )
    assert uncounted_json(found[0])["flaw"] == "before the assignment"
