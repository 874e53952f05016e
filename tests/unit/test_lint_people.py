"""Targets of a rule that never get a lead of it."""

from leads.keys import OwnerId
from routing.lint.findings import Code
from routing.lint.look import lint
from tests.builders import owner, policy, rule


def test_an_owner_a_rule_names_without_what_it_requires():
    security = frozenset({"security"})
    people = [
        owner("ana", skills=security),
        owner("grace"),
        owner("ben", backup=OwnerId("ana")),
    ]
    targets = ["account_owner", "owner:ana", "owner:grace", "owner:ben"]
    plan = policy(people, rules=[rule("secure", *targets, require_skills=security)])
    found = lint(plan)

    assert [f.message for f in found] == [
        "secure gives grace nothing: it requires security, which grace has not",
        "secure gives ben nothing: it requires security, which ben has not (their backup ana has)",
    ]
    assert {(f.code, f.about) for f in found} == {
        (Code.NEVER_ELIGIBLE, ("rules", "secure", "require"))
    }
