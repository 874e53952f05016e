"""One condition judged alone: what it comes to, and what is said of each part that failed."""

from dataclasses import dataclass

from routing.conditions import compile_condition, parts_of
from routing.facts import Facts, Truth
from routing.when import Condition


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`failed_on` has one entry for each part of the condition that did not hold."""

    truth: Truth
    failed_on: tuple[str, ...]


def evaluate(condition: Condition, facts: Facts) -> Verdict:
    check = compile_condition(condition, {}, facts.vocabulary.money.base)
    missed = (part.miss(facts) for part in parts_of(check) if part.truth(facts) is not Truth.HOLDS)
    return Verdict(truth=check.truth(facts), failed_on=tuple(missed))
