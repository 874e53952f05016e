"""What loads but cannot be meant."""

from routing.lint import Finding, Severity, lint
from routing.policy import Policy
from tests.builders import crm_ids, is_one_of, owner, policy, pool, queue, rule

WITH_ID = owner("ana", crm=crm_ids(hubspot="1"))
DESK = queue(crm=crm_ids(hubspot="9"))


def messages(plan: Policy) -> list[str]:
    return [finding.message for finding in lint(plan)]


def test_a_sound_policy_has_no_findings():
    plan = policy(
        [WITH_ID, DESK],
        [pool("team", ["ana"])],
        [rule("spanish", "team", when=is_one_of("country", "ES")), rule("rest", "team")],
        crm_of={"meta_ads": "hubspot"},
    )
    assert lint(plan) == []


def test_rules_below_a_catch_all_are_never_reached():
    rules = [rule("all", "owner:ana"), rule("late", "owner:ana", where="rules.yaml:9")]
    assert lint(policy([WITH_ID], rules=rules)) == [
        Finding(
            severity=Severity.WARNING,
            where="rules.yaml:9",
            message="rule late is never reached: all above takes all",
            remedy="move it above all, or give that one a condition",
        )
    ]


def test_a_pool_of_nobody_and_a_rule_for_nobody():
    plan = policy([WITH_ID], [pool("empty", [])], [rule("aimless")])
    assert messages(plan) == [
        "rule aimless assigns to nobody: its leads go to the fallback",
        "pool empty has no members: its leads go on to the next target",
    ]


def test_weights_of_zero():
    people = [WITH_ID, owner("ben")]
    assert messages(policy(people, [pool("team", {"ana": 1, "ben": 0})])) == [
        "ben has weight 0 in pool team: they get none of its leads"
    ]
    assert messages(policy(people, [pool("team", {"ana": 0, "ben": 0})])) == [
        "every member of pool team has weight 0: nobody gets its leads"
    ]


def test_a_pool_nobody_of_which_is_in_the_crm_and_a_fallback_that_is_not():
    plan = policy(
        [owner("ben")],
        [pool("team", ["ben"])],
        [rule("it", "team")],
        crm_of={"meta_ads": "hubspot", "hubspot": "hubspot"},
    )
    findings = lint(plan)
    assert [finding.message for finding in findings] == [
        "nobody in pool team has an id in hubspot: none can get its leads",
        "fallback inbound-desk has no id in hubspot: no lead there can be its",
    ]
    assert {finding.severity for finding in findings} == {Severity.ERROR}


def test_errors_come_first():
    rules = [rule("all", "owner:ana"), rule("late", "owner:ana"), rule("aimless")]
    severities = [finding.severity for finding in lint(policy([WITH_ID], rules=rules))]
    assert severities == sorted(severities, key=lambda severity: severity is Severity.WARNING)
    assert len(severities) == 3
