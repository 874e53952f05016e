"""The effective policy on one page that a manager can read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from config.configuration import Configuration, Targets
from config.remark import Remark
from flows.plurals import count_of
from flows.policy_sources import source_words
from leads.matches import AccountBy, SameBy
from routing.describe import condition_words, rule_words, sla_promise, sla_words
from routing.describe_people import calendar_words, owner_words, pool_words
from routing.lint.findings import Code
from routing.policy import Policy
from routing.when import Condition
from routing.wording import duration, listed, percent

_PERSON_BY = {
    SameBy.EMAIL: "e-mail address",
    SameBy.PHONE: "phone number",
    SameBy.NAME_AND_COMPANY: "name at the same company",
    SameBy.SIMILAR: "a similar name and place",
}
_ACCOUNT_BY = {
    AccountBy.NAMED: "the accounts named here",
    AccountBy.DOMAIN: "the domain",
    AccountBy.COMPANY: "the company's name",
    AccountBy.SIMILAR_COMPANY: "a similar one",
}
Entry = Sequence[str]
"""A line, and lines that say more of the same."""


def policy_page(configuration: Configuration, of: str) -> Iterator[str]:
    """Yield the lines; `of` says which policy it is: the files', or a version."""
    policy = configuration.policy
    yield f"Policy {policy.hash}: {of}."
    yield "Rules are tried from the top; the first that matches decides, and gives the lead to the"
    yield f"first of its list who can take it. Days begin and end in {policy.timezone}."
    yield ""
    for number, rule in enumerate(policy.rules, start=1):
        yield f"{number:>3}. {rule.name}"
        yield from (f"       {line}" for line in rule_words(rule, policy))
    yield from _else(policy)
    sections: dict[str, Iterable[Entry]] = {
        "How soon": [[sla_words(sla, policy)] for sla in policy.slas.values()],
        "Pools": [pool_words(pool, policy) for pool in policy.pools.values()],
        "Owners": [owner_words(owner, policy) for owner in policy.owners.values()],
        "Working hours": _calendars(policy),
        "Territories": _named(policy.territories, policy),
        "Segments": _named(policy.segments, policy),
        "Who is known already": _known(policy),
        "Sources": [[words] for words in source_words(configuration)],
        "Beside the rules": [[words] for words in _settings(configuration)],
        "Targets": [[_targets(configuration.targets)]],
        "Stated, and not in effect yet": [[words] for words in _without_effect(configuration)],
    }
    for title, entries in sections.items():
        yield from _section(title, entries)


def _else(policy: Policy) -> Iterator[str]:
    name, sla = policy.owners[policy.fallback].name, policy.slas[policy.fallback_sla]
    yield "Else"
    yield f"       to {name}, {sla_promise(sla)}"
    yield "       Where nobody on a rule's list can take it: the backup of an owner named there,"
    yield f"       then what its pools say below, then a manager of theirs, then {name}"


def _section(title: str, entries: Iterable[Entry]) -> Iterator[str]:
    found = list(entries)
    if found:
        yield ""
        yield title
    for first, *more in found:
        yield f"  {first}"
        yield from (f"      {line}" for line in more)


def _calendars(policy: Policy) -> list[Entry]:
    used = {o.calendar.name: o.calendar for o in policy.owners.values() if o.calendar}
    return [[calendar_words(used[name])] for name in sorted(used)]


def _named(named: Mapping[str, Condition], policy: Policy) -> list[Entry]:
    return [[f"{name}: {condition_words(each, policy)}"] for name, each in named.items()]


def _known(policy: Policy) -> Iterator[Entry]:
    matching = policy.matching
    if matching.same_person:
        people = listed([_PERSON_BY[by] for by in matching.same_person], "or")
        yield [f"the same person stays with whoever has the first record; known by {people}"]
    if matching.account:
        accounts = listed([_ACCOUNT_BY[by] for by in matching.account], "or")
        alike = f" ({percent(matching.alike)} alike)"
        similar = alike if AccountBy.SIMILAR_COMPANY in matching.account else ""
        yield [f"a lead's account is found by {accounts}{similar}"]
    for owner in dict.fromkeys(each.owner for each in matching.named):
        names = listed([each.name for each in matching.named if each.owner == owner])
        yield [f"accounts of {policy.owners[owner].name}: {names}"]


def _settings(configuration: Configuration) -> Iterator[str]:
    policy, hold = configuration.policy, configuration.hold
    yield f"a record needs {listed(configuration.quality.required_any, 'or')}, or is set aside"
    if policy.steward:
        yield f"what is set aside is {policy.owners[policy.steward].name}'s"
    if hold:
        fields = listed(hold.until, "or")
        yield f"a lead waits up to {duration(hold.at_most)} for an enrichment to fill {fields}"
    if configuration.review.first:
        count = count_of(configuration.review.first, "assignment")
        yield f"the first {count} of a changed policy wait for a person"
    reasons = listed(configuration.returns.no_lead, "or")
    if reasons:
        yield f"what is handed back as {reasons} is no lead, and is set aside"
    owners = count_of(policy.most_returns, "owner")
    yield f"a lead that {owners} handed back goes to a manager of theirs, then the fallback"
    if "workload" in configuration.document:
        weight = policy.opportunity_weight
        yield f"an open opportunity counts as {weight:g} of an owner's open leads"
    rates = ", ".join(f"1 {code} is {rate:f}" for code, rate in policy.money.rates.items())
    if rates:
        yield f"amounts compare in {policy.money.base}: {rates}"


def _targets(targets: Targets) -> str:
    soon = f"{duration(targets.response_time)} on average"
    return f"the first touch after {soon}; {targets.aging_rate:.0%} of leads late at most"


def _without_effect(configuration: Configuration) -> Iterator[str]:
    yield from (
        _of(remark) for remark in configuration.remarks if remark.code is Code.NOT_IN_EFFECT
    )


def _of(remark: Remark) -> str:
    return f"{remark.key}: {remark.message}"
