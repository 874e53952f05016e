"""What a rep reads of a lead: everything needed to act, and not more than fits."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from config.load import load
from flows.messages import REPEAT, message_of
from flows.wiring import DEFAULT_CONFIG
from leads.decision import Method
from leads.delivery import Delivery, DeliveryKind
from leads.keys import CrmOwnerId, OwnerId
from routing.engine import Engine
from store.running_rows import Notice
from tests.builders import MONDAY, empty_book, lead, one_pool, owner

CONFIGURATION = load(DEFAULT_CONFIG)
ANA = owner("ana", email="ana@example.com", timezone="Europe/Madrid")
LEAD = lead(
    7,
    source="meta_ads",
    first_name="Jo",
    last_name="Doe",
    company="Acme",
    job_title="Buyer",
    country="ES",
    email="jo@example.com",
    phone="+34600000000",
    product="GTX Pro",
    form="Demo request",
    campaign="ent-iberia",
    custom={"custom.what_is_your_budget": "10k\nor so", "custom.notes": "x" * 500},
)


@pytest.fixture
def notice() -> Notice:
    engine = Engine(one_pool([ANA]))
    decision = engine.decide(LEAD, empty_book().standing(), MONDAY)
    delivery = Delivery(
        id="d-1",
        lead=LEAD.key,
        crm="hubspot",
        kind=DeliveryKind.CREATE,
        owner=OwnerId("ana"),
        crm_owner=CrmOwnerId("4471"),
        expected=frozenset(),
        record_id="551",
        values={},
        notes={},
    )
    return Notice(
        delivery=delivery, channel="sales", attempts=0, repeats=0, lead=LEAD, decision=decision
    )


def test_it_has_what_a_rep_needs_to_act(notice: Notice):
    message = message_of(notice, ANA, CONFIGURATION)
    assert message.title == "New lead for Ana: Jo Doe, Acme"
    assert message.email == "ana@example.com"
    for words in (
        "Jo Doe, Acme · Buyer · ES",
        "jo@example.com · +34600000000",
        "Asked for: GTX Pro, Demo request, ent-iberia",
        "what is your budget: 10k or so",
        "Source: meta_ads",
        "Be in touch by Tue 24 Nov, 11:00 (Europe/Madrid)",
        "Why you: ",
        "https://app.hubspot.com/contacts/record/0-1/551",
    ):
        assert words in message.body
    assert max(map(len, message.body.splitlines())) < 260


def test_what_may_have_been_sent_before_says_so(notice: Notice):
    message = message_of(replace(notice, repeats=1), ANA, CONFIGURATION)
    assert message.title.endswith(REPEAT)


def test_of_an_erased_lead_nothing_is_told_but_the_link(notice: Notice):
    message = message_of(replace(notice, lead=None, decision=None), ANA, CONFIGURATION)
    assert message.title == "New lead for Ana: a lead"
    assert message.body == "https://app.hubspot.com/contacts/record/0-1/551"


def test_the_steward_of_what_is_no_lead_is_asked_for_no_touch(notice: Notice):
    assert notice.decision is not None
    spam = replace(
        notice.decision, method=Method.STEWARD, reason="Set aside with Ana: no lead. Handed back."
    )
    message = message_of(replace(notice, decision=spam), ANA, CONFIGURATION)
    assert message.title == "Set aside with Ana: Jo Doe, Acme"
    assert "Be in touch" not in message.body
    assert "\nSet aside with Ana: no lead. Handed back.\n" in message.body


def test_what_is_told_is_until_when_the_owners_own_clock_runs(notice: Notice):
    later = MONDAY + timedelta(days=3)
    body = message_of(replace(notice, due_at=later), ANA, CONFIGURATION).body
    assert f"Be in touch by {later.astimezone(ZoneInfo(ANA.timezone)):%a %d %b, %H:%M}" in body


def test_a_reason_that_is_a_paragraph_is_cut_at_a_clause(notice: Notice):
    """The desk is told why each of many could not have it."""
    made = notice.decision
    assert made is not None
    each = (f"Rep {n} is off work until Mon 23 Nov 09:00" for n in range(30))
    why = f"Iberia matched: {'; '.join(each)}"
    told = replace(notice, decision=replace(made, reason=f"{why}."))
    (line,) = [e for e in message_of(told, ANA, CONFIGURATION).body.split("\n") if "Why you" in e]
    assert line.endswith(f"09:00 … (all of it: firsttouch explain {LEAD.key})")
    assert len(line) < 320
    short = message_of(notice, ANA, CONFIGURATION).body
    assert f"Why you: {made.reason}" in short
