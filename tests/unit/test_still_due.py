"""What a run has still to write is named, with the reason and until when."""

from dataclasses import replace
from datetime import timedelta

from flows.still_due import LOOKED_AT, SHOWN, due_json, due_lines
from leads.delivery import Delivery, DeliveryKind
from leads.keys import CrmOwnerId, LeadKey, OwnerId
from store.rows import DeliveryState, StoredDelivery
from tests.builders import MONDAY, owner, policy

PLAN = policy([owner("ana")])
DUE = StoredDelivery(
    delivery=Delivery(
        id="d-1",
        kind=DeliveryKind.OWNER,
        expected=frozenset(),
        values={},
        notes={},
        lead=LeadKey("hubspot", "77"),
        crm="hubspot",
        record_id="77",
        owner=OwnerId("ana"),
        crm_owner=CrmOwnerId("1"),
    ),
    state=DeliveryState.PENDING,
    reason="",
    created_at=MONDAY,
    due_at=MONDAY,
    settled_at=None,
    owner_found=None,
    attempt=2,
)


def test_a_lead_decided_again_is_named_with_its_new_owner_and_the_reason():
    (line,) = due_lines([DUE], PLAN, MONDAY)
    when = "by the next sync, at the latest"
    why = "it was decided again, and its new owner is not written yet"
    assert line == f"Still due: hubspot:77 to Ana in hubspot, {when}: {why}."


def test_what_was_put_off_says_from_when_it_is_tried_again_and_why():
    later = replace(DUE, reason="HTTP 503", due_at=MONDAY + timedelta(minutes=4))
    (line,) = due_lines([later], PLAN, MONDAY)
    assert line == "Still due: hubspot:77 to Ana in hubspot, from 10:04 UTC on: HTTP 503."
    (told,) = due_json([later], MONDAY)
    assert told == {
        "lead": "hubspot:77",
        "crm": "hubspot",
        "owner": "ana",
        "why": "HTTP 503",
        "due_at": "2026-11-23T10:04:00+00:00",
    }


def waiting(number: int, reason: str) -> StoredDelivery:
    delivery = replace(DUE.delivery, lead=LeadKey("hubspot", str(number)))
    return replace(DUE, delivery=delivery, reason=reason)


def test_leads_that_wait_for_one_reason_are_one_line_with_their_number():
    due = [waiting(number, "no such field") for number in range(7)]
    (line,) = due_lines([*due], PLAN, MONDAY)
    assert line == (
        "Still due: 7 leads in hubspot, by the next sync, at the latest: no such field. "
        "hubspot:0 to Ana, hubspot:1 to Ana, hubspot:2 to Ana, hubspot:3 to Ana, hubspot:4 to Ana "
        "and 2 more."
    )
    (told,) = due_lines(due, PLAN, MONDAY, {"no such field"})
    assert "no such field" not in told
    assert "the problem of hubspot that is told with this" in told


def test_of_many_reasons_the_first_are_told():
    due = [waiting(number, f"reason {number}") for number in range(SHOWN + 1)]
    lines = due_lines(due, PLAN, MONDAY)
    assert len(lines) == SHOWN + 1
    assert lines[-1].startswith("and more:")
    assert len(due_lines(due[:SHOWN], PLAN, MONDAY)) == SHOWN
    assert len(due_json(due, MONDAY)) == SHOWN


def test_of_more_leads_than_are_looked_at_there_are_more():
    lines = due_lines([DUE] * (LOOKED_AT + 1), PLAN, MONDAY)
    assert f"Still due: {LOOKED_AT:,} leads" in lines[0]
    assert lines[-1].startswith("and more:")
