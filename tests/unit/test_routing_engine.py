"""Where a lead ends: each target in turn, the fallback; the clock, the SLA, the trace."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from leads.absence import UNTIL_BACK
from leads.decision import CandidateStatus, Decision, Method
from leads.errors import ConfigError
from leads.keys import OwnerId
from routing.engine import Engine
from routing.policy import Owner, Policy
from routing.sla_terms import Sla, SlaClock
from routing.when import AllOf
from tests.builders import (
    DESK,
    MONDAY,
    account_of,
    calendar,
    crm_ids,
    is_one_of,
    lead,
    one_pool,
    owner,
    policy,
    pool,
    queue,
    rule,
    standing,
)

OFFICE = calendar(holidays="ES")
ANA = owner("ana", timezone="Europe/Madrid", calendar=OFFICE, max_open=25, backup=OwnerId("ben"))
BEN = owner("ben", timezone="Europe/Madrid", calendar=OFFICE, max_open=25)
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def decide(plan: Policy, now: datetime = MONDAY, **state: Any) -> Decision:
    return Engine(plan).decide(lead(country="ES"), standing(**state), now)


def why(decision: Decision, name: str) -> str:
    return next(c.reason for c in decision.candidates if c.owner == name)


# -- targets in turn -----------------------------------------------------------------------------


def two_steps(*assign: str) -> Policy:
    people = [ANA, BEN, owner("cleo")]
    return policy(people, [pool("one", ["ana"]), pool("two", ["cleo"])], [rule("it", *assign)])


def test_the_next_target_takes_what_the_first_cannot():
    decision = decide(two_steps("one", "two"), open_leads={"ana": 25})
    assert (decision.owner, decision.pool) == ("cleo", "two")
    assert decision.reason == (
        "it matched: Cleo is the only one in pool two to choose, "
        "because nobody in pool one could take it: Ana is at 25 of 25 open leads."
    )
    assert [a.pool for a in decision.accruals] == ["two"]


def test_a_named_owner_takes_it_without_a_turn_in_any_rotation():
    decision = decide(two_steps("owner:ana"))
    assert (decision.owner, decision.method, decision.pool) == ("ana", Method.OWNER, None)
    assert decision.reason == "it matched: the rule names Ana."
    assert decision.accruals == ()


def test_the_backup_stands_in():
    decision = decide(two_steps("owner:ana"), open_leads={"ana": 25})
    assert (decision.owner, decision.method) == ("ben", Method.BACKUP)
    assert decision.reason == (
        "it matched: the rule names Ana, but Ana is at 25 of 25 open leads; Ben is the backup."
    )


def test_backups_in_a_circle_end_at_the_next_target():
    circle = [
        owner("ana", max_open=1, backup=OwnerId("ben")),
        owner("ben", max_open=1, backup=OwnerId("ana")),
    ]
    plan = policy(circle, rules=[rule("it", "owner:ana")])
    decision = decide(plan, open_leads={"ana": 1, "ben": 1})
    assert decision.owner == DESK
    assert [c.owner for c in decision.candidates] == ["ana", "ben", DESK]


def test_the_owner_of_the_account_keeps_it_while_able():
    plan = two_steps("account_owner", "two")
    mine = decide(plan, account_owner="ana")
    assert (mine.owner, mine.method) == ("ana", Method.ACCOUNT_OWNER)
    assert mine.saw is not None
    assert mine.saw.account == account_of("ana")
    assert "Ana owns the account Acme (the same domain, acme.example)" in mine.reason
    assert decide(plan).owner == "cleo"
    assert decide(plan, account_owner="ana", open_leads={"ana": 25, "ben": 25}).owner == "cleo"


def test_an_account_owner_nobody_knows_is_passed_over():
    decision = decide(two_steps("account_owner", "two"), account_owner="gone")
    assert decision.owner == "cleo"
    assert why(decision, "gone") == "not an owner in this configuration"


def test_an_owner_without_an_id_in_the_crm_is_skipped_but_never_the_fallback():
    here = owner("ana", crm=crm_ids(salesforce="005000000000001AAA"))
    plan = policy(
        [here], [pool("team", ["ana"])], [rule("it", "team")], crm_of={"meta_ads": "hubspot"}
    )
    from_ads = Engine(plan).decide(lead(source="meta_ads"), standing(), MONDAY)
    assert from_ads.owner == DESK
    assert why(from_ads, "ana") == "without an id in hubspot"
    assert Engine(plan).decide(lead(source="csv_file"), standing(), MONDAY).owner == "ana"


def skilled(name: str, *skills: str, **fields: Any) -> Owner:
    return owner(name, skills=frozenset(skills), **fields)


def test_a_required_skill_is_a_must():
    team = [skilled("ana"), skilled("ben", "security")]
    decision = decide(one_pool(team, require_skills=frozenset({"security"})))
    assert decision.owner == "ben"
    assert why(decision, "ana") == "without the skill security"
    assert decide(one_pool(team, require_skills=frozenset({"legal"}))).owner == DESK


def test_a_preferred_skill_goes_first_but_never_alone():
    team = [skilled("ana"), skilled("ben", "security", max_open=1)]
    plan = one_pool(team, prefer_skills=frozenset({"security"}))
    decision = decide(plan)
    assert decision.owner == "ben"
    assert (decision.candidates[0].status, decision.candidates[0].reason) == (
        CandidateStatus.ELIGIBLE,
        "able to take it, but without the preferred skill security",
    )
    assert dict(decision.accruals[0].shares) == {"ben": 1.0}
    assert decide(plan, open_leads={"ben": 1}).owner == "ana"


def test_a_weight_of_zero_gets_nothing():
    decision = decide(one_pool([ANA, BEN], {"ana": 0, "ben": 1}))
    assert decision.owner == "ben"
    assert why(decision, "ana") == "given weight 0 in this pool"


def test_switched_off_in_the_store_counts_like_leave():
    until = MONDAY + timedelta(hours=2)
    decision = decide(one_pool([ANA, BEN]), away={"ana": until, "ben": MONDAY})
    assert decision.owner == "ben"
    assert why(decision, "ana") == "switched off until Mon 23 Nov 13:00 (Europe/Madrid)"
    soon = decide(one_pool([ANA], seen_within=timedelta(hours=2)), away={"ana": until})
    assert soon.owner == "ana"


def test_switched_off_without_an_end_is_said_without_a_date():
    decided = decide(one_pool([owner("ana"), owner("ben")]), away={"ana": UNTIL_BACK})
    assert decided.owner == "ben"
    assert why(decided, "ana") == "switched off until switched on again"


def test_replay_needs_nothing_but_what_the_decision_saw():
    plan = two_steps("account_owner", "one", "two")
    state = {"ana": MONDAY + timedelta(hours=2), "zoe": MONDAY}
    decision = decide(plan, away=state, account_owner="ana", open_leads={"ben": 25, "zoe": 9})
    assert decision.owner == "cleo"
    assert decision.saw == standing(
        open_leads={"ana": 0, "ben": 25, "cleo": 0},
        rotation={"two": {"cleo": (0, 0)}},
        away={"ana": MONDAY + timedelta(hours=2)},
        account_owner="ana",
    )
    assert Engine(plan).decide(lead(country="ES"), decision.saw, decision.decided_at) == decision


# -- clock, SLA, trace ---------------------------------------------------------------------------


def test_business_sla_starts_when_the_owner_is_back():
    hot = Sla(name="hot", first_touch=timedelta(minutes=15), clock=SlaClock.BUSINESS)
    plan = policy(
        [ANA],
        rules=[rule("it", "owner:ana", sla="hot", seen_within=timedelta(hours=3))],
        slas=[hot],
    )
    assert decide(plan).sla_due == MONDAY + timedelta(minutes=15)
    back = MONDAY + timedelta(hours=2)
    assert decide(plan, away={"ana": back}).sla_due == back + timedelta(minutes=15)


def test_now_in_any_zone_is_the_same_instant():
    plan = one_pool([ANA, BEN])
    elsewhere = MONDAY.astimezone(ZoneInfo("Asia/Tokyo"))
    assert decide(plan, elsewhere) == decide(plan, MONDAY)


def test_a_clock_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        decide(one_pool([ANA]), MONDAY.replace(tzinfo=None))


def test_the_fallback_is_on_at_night_even_if_a_person():
    plan = policy([ANA], fallback=OwnerId("ana"))
    decision = decide(plan, NIGHT, open_leads={"ana": 99})
    assert (decision.owner, decision.method) == ("ana", Method.FALLBACK)


def test_a_fallback_that_was_skipped_in_a_pool_counts_once_as_chosen():
    plan = policy([ANA], [pool("team", ["ana"])], [rule("it", "team")], fallback=OwnerId("ana"))
    decision = decide(plan, NIGHT)
    assert [(c.owner, c.status) for c in decision.candidates] == [("ana", CandidateStatus.CHOSEN)]


def many_rules(count: int) -> Policy:
    far = AllOf(parts=(is_one_of("country", "FR"), is_one_of("industry", "x")))
    near = AllOf(parts=(is_one_of("country", "ES"), is_one_of("industry", "x")))
    rules = [rule(f"r{n}", "owner:ana", when=near if n == 7 else far) for n in range(count)]
    return policy([ANA], rules=[*rules, rule("last", "owner:ana")])


def test_with_many_rules_only_near_misses_are_kept():
    assert len(decide(many_rules(49)).rules) == 50
    assert [t.rule for t in decide(many_rules(50)).rules] == ["r7", "last"]
    plan = many_rules(50)
    full = Engine(plan).decide(lead(country="ES"), standing(), MONDAY, trace_full=True)
    assert len(full.rules) == 51
    assert len(full.rules[0].failed_on) == 2


def test_the_first_rule_that_matches_wins():
    plan = policy([ANA, BEN], rules=[rule("first", "owner:ben"), rule("second", "owner:ana")])
    decision = decide(plan)
    assert decision.owner == "ben"
    assert [trial.rule for trial in decision.rules] == ["first"]


def test_every_reference_that_leads_nowhere_is_refused_at_once():
    plan = policy(
        [ANA],
        [pool("team", ["ana", "zoe"])],
        [rule("r", "taem", "owner:zoe", sla="hto", where="rules.yaml:12")],
        fallback=OwnerId("dsek"),
    )
    with pytest.raises(ConfigError) as caught:
        Engine(plan)
    assert caught.value.problems == [
        "fallback: there is no owner 'dsek'",
        "pool team: there is no owner 'zoe'",
        "rules.yaml:12: rule r: there is no SLA 'hto'",
        "rules.yaml:12: rule r: there is no pool 'taem'",
        "rules.yaml:12: rule r: there is no owner 'zoe'",
    ]


def test_bad_conditions_are_named_with_their_place():
    plan = policy(
        [ANA], rules=[rule("r", "owner:ana", when=is_one_of("contry", "ES"), where="a:3")]
    )
    with pytest.raises(ConfigError, match="a:3: rule r: there is no field 'contry'"):
        Engine(plan)


def test_a_queue_in_a_pool_takes_leads_at_any_hour():
    plan = policy(
        [queue("night-desk"), ANA], [pool("team", ["ana", "night-desk"])], [rule("r", "team")]
    )
    assert decide(plan, NIGHT).owner == "night-desk"


def test_split_shifts_leave_lunch_free():
    split = calendar((time(9), time(14)), (time(15), time(18)))
    plan = one_pool([owner("ana", calendar=split)])
    assert decide(plan, MONDAY.replace(hour=14)).owner == DESK
    assert decide(plan, MONDAY.replace(hour=15)).owner == "ana"
