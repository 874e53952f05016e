"""What is said of rules and territories, against trying every lead there is."""

from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from leads.lead import Lead
from routing.lint.findings import Code
from routing.lint.look import Sight, lint
from routing.lint.stated import alternatives, stated
from routing.policy import Policy
from routing.rulebook import RuleBook
from routing.space.reality import Reality
from routing.when import AllOf, AnyOf, Between, Condition, Not, OneOf, Presence
from tests.builders import MONDAY, lead, owner, policy, rule
from tests.examples import some_of

PLACES = [
    (None, None),
    *(("ES", region) for region in (None, "ES-MD", "ES-CT")),
    *(("US", region) for region in (None, "US-CA", "US-TX")),
    *(("EG", region) for region in (None, "EG-C")),
    *(("IS", region) for region in (None, "IS-1")),
    *(("FR", region) for region in (None, "FR-IDF")),
]
INDUSTRIES = [None, "a", "b", "ab", "az", "zb", "z"]
COUNTS = range(1, 5)
EMPLOYEES = [
    None,
    *COUNTS,
    *((low, high) for low in COUNTS for high in COUNTS if low < high),
    *((low, None) for low in COUNTS),
]
LEADS = [
    lead(country=country, region=region, industry=industry, employees=employees)
    for (country, region), industry, employees in product(PLACES, INDUSTRIES, EMPLOYEES)
]

bounds = st.sampled_from([None, Decimal(2), Decimal(3)])


def words(field: str, *known: str) -> st.SearchStrategy[Condition]:
    some = st.lists(st.sampled_from(known), min_size=1, max_size=2, unique=True)
    return some.map(lambda values: OneOf(field=field, values=tuple(values)))


plain_leaves: st.SearchStrategy[Condition] = st.one_of(
    words("country", "ES", "US", "E*", "?S"),
    words("region", "US-CA", "ES-MD", "US-*"),
    words("industry", "a", "b", "a*", "*b"),
    st.builds(Between, field=st.just("employees"), least=bounds, most=bounds),
    st.builds(
        Presence,
        field=st.sampled_from(["country", "region", "industry", "employees"]),
        empty=st.booleans(),
    ),
)
leaves = st.one_of(
    plain_leaves,
    plain_leaves,
    words("territory", "north", "south", "*th"),
    words("segment", "kind"),
    st.builds(Presence, field=st.sampled_from(["territory", "segment"]), empty=st.booleans()),
)


def nested(leaf: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(lambda parts: AllOf(parts=tuple(parts))),
            st.lists(inner, max_size=3).map(lambda parts: AnyOf(parts=tuple(parts))),
            inner.map(lambda part: Not(part=part)),
        ),
        max_leaves=4,
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    whens = draw(st.lists(nested(leaves), min_size=1, max_size=5))
    return policy(
        [owner("ana")],
        rules=[rule(f"r{n}", "owner:ana", when=when) for n, when in enumerate(whens)],
        territories={name: draw(nested(plain_leaves)) for name in ("north", "south")},
        segments={"kind": draw(nested(plain_leaves))},
    )


def who(plan: Policy) -> list[set[int]]:
    """For each rule by itself, the leads that it matches, by number."""
    books = [RuleBook(replace(plan, rules=(one,))) for one in plan.rules]
    return [{n for n, each in enumerate(LEADS) if takes(book, each)} for book in books]


def takes(book: RuleBook, each: Lead) -> bool:
    return book.match(each, MONDAY, full=False).rule is not None


def named(plan: Policy, code: Code) -> set[str]:
    return {finding.about[1] for finding in lint(plan) if finding.code is code}


@settings(max_examples=some_of(40))
@given(policies())
def test_every_unreached_rule_is_found_and_no_other(plan: Policy):
    takers = who(plan)
    taken: set[int] = set()
    never, shadowed = set(), set()
    for each, mine in zip(plan.rules, takers, strict=True):
        if not mine:
            never.add(each.name)
        elif mine <= taken:
            shadowed.add(each.name)
        taken |= mine

    found = lint(plan)
    assert {f.about[1] for f in found if f.code is Code.NEVER_MATCHES} == never
    assert {f.about[1] for f in found if f.code is Code.SHADOWED} == shadowed
    assert any(f.code is Code.UNCOVERED for f in found) == (len(taken) < len(LEADS))
    assert not [f for f in found if f.code is Code.UNDECIDED and len(f.about) > 1]


@settings(max_examples=some_of(40))
@given(st.lists(nested(plain_leaves), min_size=2, max_size=4))
def test_every_overlap_is_found_and_no_other(conditions: list[Condition]):
    places = {f"t{n}": condition for n, condition in enumerate(conditions)}
    inside = dict(
        zip(
            places,
            who(policy([owner("ana")], rules=[rule(n, when=w) for n, w in places.items()])),
            strict=True,
        )
    )
    expected = {
        (one, other)
        for one, other in combinations(places, 2)
        if inside[one] & inside[other]
        and (
            inside[one] == inside[other]
            or (inside[one] - inside[other] and inside[other] - inside[one])
        )
    }

    plan = policy([owner("ana")], rules=[rule("all", "owner:ana")], territories=places)
    said = {tuple(f.message.split()[1:4:2]) for f in lint(plan) if f.code is Code.OVERLAP}
    assert said == expected


@settings(max_examples=15)
@given(policies())
def test_a_condition_that_adds_nothing_can_go(plan: Policy):
    takers, found = who(plan), lint(plan)
    for position, each in enumerate(plan.rules):
        if not isinstance(each.when, AllOf) or not takers[position]:
            continue
        spare = [f for f in found if f.code is Code.REDUNDANT and f.about[1] == each.name]
        whole = range(len(each.when.parts))
        can_go = any(
            who(replace(plan, rules=(without(each, part),)))[0] == takers[position]
            for part in whole
        )
        if can_go and len(whole) > 1:
            assert spare


@settings(max_examples=some_of(40))
@given(policies())
def test_every_place_and_alternative_that_holds_for_nobody_is_told(plan: Policy):
    """Under a place or rule that holds for nobody itself, and of places named, nothing is told."""

    def is_dead(condition: Condition) -> bool:
        book = RuleBook(replace(plan, rules=(rule("it", "owner:ana", when=condition),)))
        return not any(takes(book, each) for each in LEADS)

    expected = set()
    for about, condition in stated(plan):
        if is_dead(condition):
            expected |= {about} - {(*about[:2], "when")}
        elif any(is_dead(each) for each in alternatives(condition) if not names_a_place(each)):
            expected.add((*about, "any"))
    assert {f.about for f in lint(plan) if f.code is Code.NEVER_HOLDS} == expected


def names_a_place(condition: Condition) -> bool:
    return isinstance(condition, OneOf) and condition.field in {"territory", "segment"}


def without(each, part):
    parts = tuple(other for n, other in enumerate(each.when.parts) if n != part)
    return replace(each, when=AllOf(parts=parts))


def test_only_configured_sources_send_leads():
    rules = [rule("ads", "owner:ana", when=OneOf(field="source", values=("meta_ads",)))]
    plan = policy([owner("ana")], rules=rules)

    assert {f.code for f in lint(plan)} == {Code.UNCOVERED}
    crm_only = lint(plan, Sight(reality=Reality(sources=("hubspot",))))
    assert {f.code for f in crm_only} == {
        Code.NEVER_MATCHES,
        Code.NEVER_ARRIVES,
        Code.UNCOVERED,
    }
