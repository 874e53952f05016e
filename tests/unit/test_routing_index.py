"""The index answers as a plain reading of the rules does, whatever the policy and the lead."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from leads.keys import RuleName
from leads.lead import Headcount, Lead
from routing.lead_clock import WEEKDAYS
from routing.policy import Period, Policy, Rule
from routing.rulebook import FEW_RULES, RuleBook, near_misses
from routing.when import AllOf, AnyOf, Between, Condition, During, Not, OnClock, OneOf, Presence
from tests.builders import ALWAYS, is_one_of, lead, owner, policy, rule
from tests.examples import some_of
from tests.unit.plain_rules import PlainReader

DAYS = st.dates(date(2026, 11, 22), date(2026, 11, 25))
SMALL = st.integers(0, 6).map(Decimal)
WORDS = st.sampled_from(["a", "ab", "abc", "b", "A", "ß", "a*", "*b*", "?b", "ab*c", "*", "[a]"])
NAMES = ("north", "south")
NOW = st.datetimes(datetime(2026, 11, 22), datetime(2026, 11, 26)).map(  # noqa: DTZ001 - set next
    lambda at: at.replace(tzinfo=UTC, microsecond=0)
)


def one_of(field: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Condition]:
    several = st.lists(values, min_size=1, max_size=3).map(tuple)
    return st.builds(OneOf, field=st.just(field), values=several)


def ordered(
    kind: type[Between | During | OnClock], field: str, ends: Iterable[str], bound
) -> st.SearchStrategy[Condition]:
    return st.builds(kind, field=st.just(field), **{end: st.none() | bound for end in ends})


TEXTS = ("industry", "campaign", "custom.tier")
FIGURES = ("employees", "deal_value", "score", "custom.seats")
CLOCK = st.times(time(0), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
LEAVES = (
    *(one_of(field, WORDS) for field in TEXTS),
    one_of("country", st.sampled_from(["ES", "JP", "US", "E*"])),
    one_of("consent", st.sampled_from(["true", "false"])),
    one_of("employees", SMALL.map(str)),
    one_of("created_at", DAYS.map(str)),
    *(ordered(Between, field, ("least", "most"), SMALL) for field in FIGURES),
    *(ordered(During, field, ("first", "last"), DAYS) for field in ("created_at", "custom.day")),
    ordered(OnClock, "local_time", ("first", "last"), CLOCK),
    *(one_of(field, st.sampled_from(WEEKDAYS)) for field in ("local_weekday", "weekday")),
)
SHAPES = st.sampled_from(["leaf", "leaf", "leaf", "presence", "named", "not", "all", "any"])
DEEPEST = 3


@st.composite
def conditions(draw, named: tuple[str, ...], depth: int = 0) -> Condition:
    shape = draw(SHAPES) if depth < DEEPEST else "leaf"
    inner = conditions(named, depth + 1)
    match shape:
        case "presence":
            fields = (*TEXTS, "employees", "local_time", "local_weekday", "country", *named)
            return Presence(field=draw(st.sampled_from(fields)), empty=draw(st.booleans()))
        case "named" if named:
            kind = draw(st.sampled_from(named))
            return OneOf(field=kind, values=(draw(st.sampled_from([*NAMES, "*"])),))
        case "not":
            return Not(part=draw(inner))
        case "all":
            return AllOf(parts=tuple(draw(st.lists(inner, max_size=3))))
        case "any":
            return AnyOf(parts=tuple(draw(st.lists(inner, max_size=3))))
        case _:
            leaf: Condition = draw(LEAVES[draw(st.integers(0, len(LEAVES) - 1))])
            return leaf


ACTIVE = st.none() | st.builds(Period, first=st.none() | DAYS, last=st.none() | DAYS)
RULES = st.lists(st.tuples(conditions(("territory", "segment")), ACTIVE), max_size=5)


@st.composite
def policies(draw) -> Policy:
    territories = {name: draw(conditions(())) for name in NAMES}
    segments = {name: draw(conditions(("territory",))) for name in NAMES}
    rules = [
        rule(f"rule {n}", "owner:ana", when=when, active=active)
        for n, (when, active) in enumerate(draw(RULES))
    ]
    return policy(
        [owner("ana")],
        rules=rules,
        territories=territories,
        segments=segments,
        timezone="Europe/Madrid",
    )


@st.composite
def headcounts(draw) -> Headcount:
    least = draw(st.integers(0, 6))
    more = draw(st.none() | st.integers(0, 3))
    return Headcount(least=least, most=None if more is None else least + more)


@st.composite
def leads(draw) -> Lead:
    texts = st.none() | st.sampled_from(["a", "ab", "abc", "b", "ABC", "ss", "xbx", "[a]", "a\nb"])
    custom = {"tier": draw(texts), "day": draw(st.none() | DAYS.map(str))}
    custom["seats"] = draw(st.none() | SMALL.map(str))
    return lead(
        created_at=draw(NOW),
        industry=draw(texts),
        campaign=draw(texts),
        country=draw(st.none() | st.sampled_from(["ES", "JP", "US"])),
        region=draw(st.none() | st.sampled_from(["ES-MD", "US-CA"])),
        employees=draw(st.none() | headcounts()),
        deal_value=draw(st.none() | SMALL),
        currency=draw(st.sampled_from(["EUR", "USD"])),
        score=draw(st.none() | st.integers(0, 6).map(float)),
        consent=draw(st.none() | st.booleans()),
        custom={name: text for name, text in custom.items() if text is not None},
    )


@settings(max_examples=some_of(300))
@given(policies(), leads(), NOW)
def test_the_index_answers_as_a_plain_reading_does(setup: Policy, subject: Lead, now: datetime):
    match = RuleBook(setup).match(subject, now, full=True)
    plain = PlainReader(setup, subject, now).match()
    assert (match.rule and match.rule.name) == plain.rule
    told = {
        trial.rule: [missed.split(":")[0] for missed in trial.failed_on]
        for trial in match.trials
        if not trial.matched
    }
    # An empty list of alternatives has words of its own.
    never = "an empty list of alternatives never holds"
    said = {
        name: ["none of" if word == never else word for word in words]
        for name, words in told.items()
    }
    assert said == plain.failed_on


@settings(max_examples=some_of(100))
@given(policies(), leads(), NOW)
def test_of_many_rules_the_near_misses_are_told(setup: Policy, subject: Lead, now: datetime):
    never = rule("never", "owner:ana", when=AllOf(parts=(is_one_of("city", "x"),) * 2))
    crowd = [replace(never, name=RuleName(f"never {n}")) for n in range(FEW_RULES)]
    match = RuleBook(replace(setup, rules=(*crowd, *setup.rules))).match(subject, now, full=False)
    plain = PlainReader(setup, subject, now).match()
    near = [name for name, failed in plain.failed_on.items() if len(failed) == 1]
    assert [trial.rule for trial in near_misses(match.trials)] == near
    whole = RuleBook(setup).match(subject, now, full=True).trials
    assert near_misses(match.trials) == near_misses(whole), "in the words of the whole trace"
    assert [trial.rule for trial in match.trials if trial.matched] == [plain.rule] * bool(
        plain.rule
    )


def test_rules_alike_in_shape_keep_their_own_words():
    """Alternatives in another order share their columns; each rule still wants its own."""

    def either(*parts: Condition) -> Rule:
        wanted = "".join(str(part) for part in parts)
        return rule(f"rule {wanted}", "owner:ana", when=AnyOf(parts=parts))

    spain, retail = is_one_of("country", "ES"), is_one_of("industry", "retail")
    japan, banking = is_one_of("country", "JP"), is_one_of("industry", "banking")
    rules = [either(spain, retail), either(banking, japan)]
    book = RuleBook(policy([owner("ana")], rules=rules))
    for fields, expected in [
        ({"country": "ES"}, 0),
        ({"country": "JP"}, 1),
        ({"industry": "retail", "country": "JP"}, 0),
        ({"industry": "banking"}, 1),
    ]:
        assert book.match(lead(**fields), lead().created_at, full=True).rule is rules[expected]


def test_ten_thousand_rules_and_every_one_is_found():
    rules = [
        rule(
            f"rule {n}",
            "owner:ana",
            when=AllOf(
                parts=(
                    is_one_of("campaign", f"c{n % 100:02}-*"),
                    Between(field="score", least=Decimal(n // 100), most=Decimal(n // 100)),
                )
            ),
        )
        for n in range(10_000)
    ]
    book = RuleBook(policy([owner("ana")], rules=[*rules, rule("rest", "owner:ana", when=ALWAYS)]))
    for n in (0, 1, 4_999, 9_999):
        subject = lead(campaign=f"c{n % 100:02}-x", score=float(n // 100))
        match = book.match(subject, subject.created_at, full=False)
        assert match.rule == rules[n]
        # One condition short: as many campaigns with this score, and scores with this campaign.
        assert len(near_misses(match.trials)) == n % 100 + n // 100


def test_of_many_rules_a_range_that_is_partly_within_says_so():
    """A word and a number are told by what was wanted, and what was found once for all rules."""
    large = Between(field="employees", least=Decimal(100), most=None)
    custom = Between(field="custom.seats", least=Decimal(5), most=None)
    city = is_one_of("city", "x")
    crowd = [rule(f"never {n}", "owner:ana", when=AllOf(parts=(city,) * 2)) for n in range(60)]
    wanted: dict[str, Condition] = {
        "large": large,
        "small": Not(part=large),
        "city": city,
        "seats": custom,
    }
    rules = [*crowd, *(rule(name, "owner:ana", when=when) for name, when in wanted.items())]
    book = RuleBook(policy([owner("ana")], rules=rules))

    def said(**fields: Any) -> dict[str, tuple[str, ...]]:
        found = book.match(lead(**fields), lead().created_at, full=False)
        return {str(trial.rule): trial.failed_on for trial in found.trials if not trial.matched}

    assert said(employees=(51, 200), custom={"seats": "4.00"}) == {
        "large": ("employees: wanted at least 100, found 51-200, only partly within",),
    }
    assert said(employees=None, custom={"seats": "4.00"}) == {
        "large": ("employees: wanted at least 100, found blank",),
        "small": ("employees: wanted anything but at least 100, found blank",),
        "city": ("city: wanted x, found blank",),
        "seats": ("custom.seats: wanted at least 5, found 4",),
    }
