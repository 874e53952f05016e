"""What a rep reads: the reason, everybody else, times in their own zone, nothing personal."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from leads.decision import Decision
from leads.keys import LeadKey, OwnerId
from leads.matches import SameBy, SamePerson
from routing.engine import Engine
from routing.explain import Came, explain
from routing.policy import Policy, Strategy
from routing.wording import duration
from tests.builders import (
    MONDAY,
    account_of,
    calendar,
    is_one_of,
    lead,
    one_pool,
    owner,
    policy,
    pool,
    rule,
    standing,
)

OFFICE = calendar()
TEAM = [
    owner("ana", timezone="Europe/Madrid", calendar=OFFICE, max_open=25),
    owner("ben", timezone="America/New_York", calendar=OFFICE, max_open=25),
    owner("cleo", max_open=25),
    owner("dan", max_open=25),
]


WHEN = (
    "It was decided on Mon 23 Nov 11:00 (Europe/Madrid) under policy policy-1; "
    "SLA standard wants a first touch by Tue 24 Nov 11:00 (Europe/Madrid)."
)


ANA_STANDS, CLEO_STANDS = "0.07 leads behind their share", "0.47 leads ahead of their share"
ANA_HAD = "had 6 leads with 6.40 due; after this one 7 leads with 7.07 due"
CLEO_HAD = "had 4 leads with 3.20 due; after this one 4 leads with 3.53 due"
IN_HAND = (
    "In hand at that moment: Ana 10 of 25 open leads, Ben 0 of 25 open leads, "
    "Cleo 12 of 25 open leads and Dan 25 of 25 open leads."
)


SAME_PERSON = (
    "It is the same person as hubspot:7, who is gone's: the same phone number; "
    "it is known from the CRM alone."
)


def plan_for(strategy: Strategy = Strategy.ROUND_ROBIN) -> Policy:
    return policy(
        TEAM,
        [pool("team", {"ana": 2, "ben": 1, "cleo": 1, "dan": 1}, strategy)],
        [rule("French", "team", when=is_one_of("country", "FR")), rule("rest", "team")],
    )


def decided(plan: Policy) -> Decision:
    state = standing(
        open_leads={"ana": 10, "cleo": 12, "dan": 25},
        rotation={"team": {"ana": (6.4, 6), "cleo": (3.2, 4)}},
    )
    somebody = lead(
        country="ES", email="kim@example.com", phone="+34600000000", first_name="Kim", company="Doe"
    )
    return Engine(plan).decide(somebody, state, MONDAY)


def test_it_says_why_this_owner_and_why_not_each_other_one():
    plan = plan_for()
    assert explain(decided(plan), plan) == [
        "Lead hubspot:1 went to Ana.",
        "rest matched: Ana is next in turn of 2 in pool team.",
        WHEN,
        "Rule French did not match: country: wanted FR, found ES.",
        "Rule rest matched.",
        "Ana was chosen: 1.07 leads behind their share, next in turn of 2.",
        "Ben was skipped: off work until Mon 23 Nov 09:00 (America/New_York).",
        f"Cleo could have had it: {CLEO_STANDS}, Ana 1.07 leads behind their share.",
        "Dan was skipped: at 25 of 25 open leads.",
        IN_HAND,
        f"In pool team, Ana {ANA_HAD}: {ANA_STANDS}.",
        f"In pool team, Cleo {CLEO_HAD}: {CLEO_STANDS}.",
    ]


def test_least_loaded_is_told_in_open_leads():
    plan = plan_for(Strategy.LEAST_LOADED)
    told = explain(decided(plan), plan)
    assert "Ana was chosen: at 10 of 25 open leads, the lightest load of 2." in told
    assert "Cleo could have had it: at 12 of 25 open leads, Ana at 10 of 25 open leads." in told


def test_it_names_no_lead():
    plan = plan_for()
    told = "\n".join(explain(decided(plan), plan))
    assert not any(secret in told for secret in ("kim@", "+346", "Kim", "Doe"))


def test_a_draw_of_lots_is_called_one():
    plan = one_pool([owner("ana"), owner("ben")])
    decision = Engine(plan).decide(lead(), standing(), MONDAY)
    (loser,) = (c.reason for c in decision.candidates if c.owner != decision.owner)
    assert loser.endswith("lots were drawn")


def test_the_larger_weight_may_come_before_the_larger_deficit():
    plan = one_pool([owner("ana"), owner("ben"), owner("cleo")], {"ana": 8, "ben": 1, "cleo": 1})
    state = standing(rotation={"team": {"ana": (7.8, 8), "ben": (0.6, 0), "cleo": (0.6, 1)}})
    decision = Engine(plan).decide(lead(), state, MONDAY)
    assert decision.owner == "ana"
    assert decision.candidates[1].reason == (
        "0.70 leads behind their share, but Ana (0.60 leads behind their share) has the larger "
        "weight and would sooner fall too far behind"
    )


def test_an_owner_the_policy_no_longer_has_goes_by_the_id():
    decision = decided(plan_for())
    told = explain(decision, policy([]))
    assert told[0] == "Lead hubspot:1 went to ana."
    assert "(UTC)" in told[2]


@given(st.integers(1, 10_000))
def test_a_duration_in_words_adds_up(minutes: int):
    units = {"d": 24 * 60, "h": 60, "min": 1}
    words = duration(timedelta(minutes=minutes)).split()
    numbers = map(int, words[::2])
    assert sum(n * units[u] for n, u in zip(numbers, words[1::2], strict=True)) == minutes


def test_it_says_what_the_lead_was_recognised_by_and_what_was_passed_over():
    plan = policy(TEAM, [pool("team", ["ana"])], [rule("accounts", "account_owner", "team")])
    person = SamePerson(
        record=LeadKey("hubspot", "7"),
        owner=OwnerId("gone"),
        by=SameBy.PHONE,
        in_crm=True,
        passed_over=("hubspot:9 of ben: it became theirs later",),
    )
    account = account_of("cleo", account="salesforce:001A", passed_over=("Acme UK: it is younger",))
    saw = replace(standing(), person=person, account=account)
    told = explain(Engine(plan).decide(lead(), saw, MONDAY), plan)
    for sentence in (
        SAME_PERSON,
        "That counts before hubspot:9 of ben: it became theirs later.",
        "That did not decide it, because gone is not in this configuration: the rules did.",
        "Its company's account is Acme (salesforce:001A), Cleo's: the same domain, acme.example.",
        "Not the account Acme UK: it is younger.",
    ):
        assert sentence in told


def test_what_only_would_be_is_not_told_as_if_it_were():
    plan = plan_for()
    told = explain(decided(plan), plan, came=Came.WOULD)
    assert told[0] == "Lead hubspot:1 would go to Ana."
    assert "was decided" not in " ".join(told)
