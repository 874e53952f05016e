"""A decision that cannot be reproduced: which input is another one, and no more than is known."""

from dataclasses import replace

import pytest

from flows.changed_inputs import what_changed
from flows.stored import Replayed
from leads.keys import OwnerId, PolicyHash
from leads.lead import Lead
from routing.engine import Engine
from routing.policy import Policy
from store import codec
from store.decision_columns import columns_of, contradicting
from store.inputs import Input, altered, prints_of
from store.program import program
from tests.builders import MONDAY, empty_book, is_one_of, lead, owner, policy, pool, rule

PLAN = policy(
    [owner("ana", max_open=25), owner("ben", max_open=25)],
    [pool("team", ["ana", "ben"])],
    [rule("Spain", "owner:ana", when=is_one_of("country", "ES")), rule("rest", "team")],
)
LEAD = lead(1, country="FR")
MADE = Engine(PLAN).decide(LEAD, empty_book().standing(), MONDAY)


def replayed(
    *,
    now: Lead = LEAD,
    by: Policy = PLAN,
    open_leads: float = 0.0,
    changed: frozenset[Input] | None = None,
) -> Replayed:
    saw = MADE.saw
    assert saw is not None
    standing = replace(saw, open_leads={**saw.open_leads, MADE.owner: open_leads})
    again = Engine(by).decide(now, standing, MONDAY, trace_full=True)
    return Replayed(stored=MADE, again=again, policy=by, altered=changed)


def test_nothing_altered_is_the_same():
    assert replayed().is_same


def test_without_a_fingerprint_another_standing_is_not_told_from_another_program():
    found = replayed(open_leads=500.0)
    assert (found.is_same, found.is_same_end) == (False, False)
    assert found.again.owner == ({OwnerId("ana"), OwnerId("ben")} - {MADE.owner}).pop()
    said = what_changed(found)
    assert said.startswith("the rules fall as they did, so what changed is one of: the standing")
    assert said.endswith("(no fingerprint of its inputs was kept: it is older than those)")


def test_a_standing_that_was_altered_is_told_from_another_program():
    assert what_changed(replayed(open_leads=500.0, changed=frozenset({Input.STANDING}))) == (
        "inputs altered since the decision: the standing it saw (open leads, turns, who was away) "
        "or its clock"
    )


OTHER = "0.0.1+g0123456789"
TABLES = "its tables of time zones and holidays"


@pytest.mark.parametrize(
    ("decided_by", "suspect"),
    [
        ("", f"the program, or {TABLES} (which version decided it was not kept)"),
        (OTHER, f"the program (decided by {OTHER}, replayed by {program()}), or {TABLES}"),
        (program(), f"not the program ({program()} decided it), but perhaps {TABLES}"),
    ],
)
def test_another_program_is_named_where_it_is_known(decided_by: str, suspect: str):
    found = replayed(open_leads=500.0, changed=frozenset())
    told = what_changed(replace(found, stored=replace(found.stored, program=decided_by)))
    assert told == (
        f"lead, standing and policy are what they were, so what changed is {suspect}, or the "
        "stored decision was edited"
    )


def test_fingerprints_tell_the_lead_from_the_standing():
    kept = prints_of(MADE.decided_at, codec.dumps(MADE.saw), "{}")
    assert altered(kept, MADE, "{}") == frozenset()
    assert altered(kept, MADE, '{"country":"ES"}') == frozenset({Input.LEAD})
    assert MADE.saw is not None
    other = replace(MADE, saw=replace(MADE.saw, refused="hubspot refused Ana"))
    assert altered(kept, other, "{}") == frozenset({Input.STANDING})
    assert altered(kept, replace(MADE, decided_at=MONDAY.replace(hour=3)), "{}") == frozenset(
        {Input.STANDING}
    )
    assert altered(None, MADE, "{}") is None


def test_another_lead_is_told_by_the_rule_that_falls_otherwise():
    assert what_changed(replayed(now=lead(1, country="ES"))) == (
        "the lead (or how its fields are read) is another one: rule Spain: then country: wanted "
        "ES, found FR, now it matched (no fingerprint of its inputs was kept: it is older than "
        "those)"
    )


def test_another_policy_is_told_by_its_hash():
    other = replace(PLAN, hash=PolicyHash("other"), rules=PLAN.rules[1:])
    assert what_changed(replayed(by=other)) == (
        f"the policy kept as {PLAN.hash} is another one: it comes out as other"
    )


@pytest.mark.parametrize(
    "column", ["owner", "pool", "rule", "method", "reason", "policy", "decided_at", "sla_due"]
)
def test_each_column_that_says_otherwise_than_the_document_is_named(column: str):
    row = columns_of(MADE)
    assert contradicting(row, MADE) == {}
    for edited in ("another", None):
        assert contradicting({**row, column: edited}, MADE) == {column: edited}
