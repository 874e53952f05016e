"""What loads but cannot be meant."""

from datetime import date, time
from decimal import Decimal

import pytest

from routing.lint.findings import Code, Finding, Severity
from routing.lint.look import Sight, lint
from routing.policy import Cap, CapPer, Period, Policy
from routing.space.reality import Reality
from routing.when import AllOf, AnyOf, Between, Not, OnClock, Presence
from tests.builders import ALWAYS, crm_ids, is_one_of, owner, policy, pool, queue, rule

WITH_ID = owner("ana", crm=crm_ids(hubspot="1"))
DESK = queue(crm=crm_ids(hubspot="9"))


def between(field: str, *, least: int | None = None, most: int | None = None) -> Between:
    ends = [None if end is None else Decimal(end) for end in (least, most)]
    return Between(field=field, least=ends[0], most=ends[1])


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
    rules = [rule("all", "owner:ana"), rule("late", "owner:ana")]
    assert lint(policy([WITH_ID], rules=rules)) == [
        Finding(
            code=Code.SHADOWED,
            severity=Severity.WARNING,
            about=("rules", "late"),
            message="late is never reached: all above it takes all of its leads",
            remedy="move it above all, narrow that one, or remove this one",
            example={"goes to": "all"},
        )
    ]


def test_rules_that_hide_one_together_are_all_named_and_no_other():
    rules = [
        rule("small", "owner:ana", when=between("employees", most=199)),
        rule("elsewhere", "owner:ana", when=is_one_of("country", "FR")),
        rule("large", "owner:ana", when=between("employees", least=200)),
        rule("range", "owner:ana", when=between("employees", least=150, most=250)),
        rule("exact", "owner:ana", when=is_one_of("employees", "180", "300")),
    ]
    found = [f for f in lint(policy([WITH_ID], rules=rules)) if f.code is Code.SHADOWED]

    # A lead of "150-250" employees is neither small nor large, so that "range" is reached.
    assert [f.message for f in found] == [
        "exact is never reached: small and large together above it takes all of its leads"
    ]
    assert found[0].example == {"employees": "180", "goes to": "small"}


def test_a_region_lies_in_its_country():
    elsewhere = AllOf(parts=(is_one_of("region", "US-CA"), is_one_of("country", "ES")))
    rules = [
        rule("nowhere", "owner:ana", when=elsewhere),
        rule("states", "owner:ana", when=is_one_of("country", "US")),
        rule("west", "owner:ana", when=is_one_of("region", "US-CA")),
    ]
    found = lint(policy([WITH_ID], rules=rules))

    assert [f.message for f in found if f.code is not Code.UNCOVERED] == [
        "nowhere can never match: region US-CA and country ES cannot hold together",
        "west is never reached: states above it takes all of its leads",
    ]


def test_a_rule_for_some_days_hides_another_on_those_alone():
    autumn = Period(first=date(2026, 9, 1), last=date(2026, 11, 30))
    november = Period(first=date(2026, 11, 1), last=date(2026, 11, 30))
    rules = [
        rule("autumn", "owner:ana", active=autumn),
        rule("november", "owner:ana", active=november),
        rule("always", "owner:ana"),
    ]
    assert messages(policy([WITH_ID], rules=rules)) == [
        "november is never reached: autumn above it takes all of its leads"
    ]


def test_what_hangs_on_the_clock_is_never_said_to_hide_anything():
    night = OnClock(field="local_time", first=time(20), last=None)
    rules = [
        rule("night", "owner:ana", when=night),
        rule("spain", "owner:ana", when=is_one_of("country", "ES")),
        rule("spain again", "owner:ana", when=is_one_of("country", "ES")),
        rule("spain at night", "owner:ana", when=AllOf(parts=(is_one_of("country", "ES"), night))),
        rule("rest", "owner:ana"),
    ]
    assert messages(policy([WITH_ID], rules=rules)) == [
        "spain again is never reached: spain above it takes all of its leads",
        "spain at night is never reached: spain above it takes all of its leads",
    ]


def test_a_rule_that_the_clock_hides_is_undecided():
    night = OnClock(field="local_time", first=time(20), last=None)
    italy = is_one_of("country", "IT")  # all of it on one clock
    always = AllOf(parts=(italy, AnyOf(parts=(night, Not(part=night)))))
    rules = [
        rule("day and night", "owner:ana", when=always),
        rule("italy", "owner:ana", when=italy),
    ]
    found = lint(policy([WITH_ID], rules=[*rules, rule("rest", "owner:ana")]))

    assert [(f.code, f.about) for f in found] == [(Code.UNDECIDED, ("rules", "italy"))]


def test_more_ways_than_can_be_looked_at_are_undecided_and_not_guessed():
    fields = ("industry", "product", "campaign", "form", "channel", "city", "status", "language")
    letters = "abcdefgh"
    hard = AnyOf(
        parts=tuple(
            AllOf(parts=tuple(is_one_of(field, each) for field in fields[n:]))
            for n in range(len(fields))
            for each in letters
        )
    )
    rules = [rule("hard", "owner:ana", when=Not(part=hard)), rule("rest", "owner:ana")]
    found = lint(policy([WITH_ID], rules=rules))

    assert {f.code for f in found} == {Code.UNDECIDED}
    assert "hard" in found[0].message


def test_a_territory_that_contradicts_itself_is_told_with_what():
    na = AllOf(parts=(is_one_of("country", "US"), is_one_of("region", "ES-MD")))
    plan = policy(
        [WITH_ID],
        rules=[
            rule("by place", "owner:ana", when=is_one_of("territory", "na")),
            rule("by kind", "owner:ana", when=is_one_of("segment", "hot")),
            rule("rest", "owner:ana"),
        ],
        territories={"na": na},
        segments={"hot": is_one_of("territory", "na")},
    )
    place = "territory na contradicts itself: country US and region ES-MD cannot hold together"
    by_place, by_kind = (text for text in messages(plan) if "never match" in text)
    assert by_place == f"by place can never match: no lead can have territory na; {place}"
    assert by_kind == (
        "by kind can never match: no lead can have segment hot; segment hot contradicts itself: "
        f"no lead can have territory na; {place}"
    )


IN_TWO_PLACES = AllOf(parts=(is_one_of("country", "US"), is_one_of("region", "ES-MD")))
AT_ODDS = "country US and region ES-MD cannot hold together"


@pytest.mark.parametrize("section", ["territories", "segments"])
def test_an_alternative_that_nobody_can_be_in_is_told_where_it_stands(section: str):
    either = AnyOf(parts=(is_one_of("country", "FR"), IN_TWO_PLACES))
    kind = {"territories": "territory", "segments": "segment"}[section]
    places = {"na": AllOf(parts=(between("employees", least=5), either))}
    rules = [
        rule("by place", "owner:ana", when=is_one_of(kind, "na")),
        rule("not there", "owner:ana", when=Not(part=is_one_of(kind, "na"))),
        rule("rest", "owner:ana"),
    ]
    is_territory = section == "territories"
    plan = policy(
        [WITH_ID],
        rules=rules,
        territories=places if is_territory else {},
        segments={} if is_territory else places,
    )
    assert lint(plan) == [
        Finding(
            code=Code.NEVER_HOLDS,
            severity=Severity.WARNING,
            about=(section, "na", "any"),
            message=f"one alternative of {kind} na holds for no lead: {AT_ODDS}",
            remedy="change one of its conditions, or remove that alternative",
        )
    ]


def test_an_alternative_of_a_rule_or_under_not_is_told_as_well():
    dead = AnyOf(parts=(IN_TWO_PLACES, is_one_of("country", "FR")))
    rules = [rule("few", "owner:ana", when=Not(part=dead)), rule("rest", "owner:ana")]
    (found,) = messages(policy([WITH_ID], rules=rules))
    assert found == f"one alternative of rule few holds for no lead: {AT_ODDS}"


def test_a_place_that_nobody_is_in_is_told_though_rules_name_another_beside_it():
    rules = [
        rule("ours", "owner:ana", when=is_one_of("territory", "na", "fr")),
        rule(
            "either",
            "owner:ana",
            when=AnyOf(parts=(is_one_of("territory", "na"), is_one_of("country", "DE"))),
        ),
        rule("rest", "owner:ana"),
    ]
    places = {"na": IN_TWO_PLACES, "fr": is_one_of("country", "FR")}
    (found,) = messages(policy([WITH_ID], rules=rules, territories=places))
    assert found == f"no lead is in territory na: {AT_ODDS}"


def test_an_alternative_of_which_nothing_is_certain_is_not_told():
    """What hangs on the hour, or names a word that never arrives, is told otherwise or not."""
    gone = Sight(reality=Reality(replaced={"product": {"gtxpro": "GTX Pro"}}))
    night = OnClock(field="local_time", first=time(9), last=time(8))
    places = {
        "word": AnyOf(parts=(is_one_of("product", "gtxpro"), is_one_of("country", "FR"))),
        "hour": AnyOf(parts=(night, is_one_of("country", "FR"))),
    }
    rules = [rule("all", "owner:ana", when=is_one_of("segment", "word", "hour"))]
    found = lint(policy([WITH_ID], rules=rules, segments=places), gone)
    assert [each.code for each in found if each.code is Code.NEVER_HOLDS] == []


def test_a_word_that_the_value_map_replaces_never_arrives():
    ours = Sight(reality=Reality(replaced={"product": {"gtxpro": "GTX Pro"}}))
    rules = [
        rule("theirs", "owner:ana", when=is_one_of("product", "GTXPro")),
        rule("rest", "owner:ana"),
    ]
    found = lint(policy([WITH_ID], rules=rules), ours)

    assert [(f.code, f.remedy) for f in found] == [
        (Code.NEVER_MATCHES, "change one of its conditions, or remove the rule"),
        (Code.NEVER_ARRIVES, "write GTX Pro"),
    ]


def test_a_gap_is_told_by_place_and_its_example_is_real():
    rules = [
        rule("partners", "owner:ana", when=is_one_of("lead_source", "partner")),
        rule("iberia", "owner:ana", when=is_one_of("country", "ES", "PT")),
        rule("unknown", "owner:ana", when=Presence(field="country", empty=True)),
    ]
    (gap,) = lint(policy([WITH_ID], rules=rules))

    assert gap.message.startswith(
        "no rule covers: country any the rules do not name (247 countries); "
        "lead_source anything but partner; "
    )
    assert gap.example == {"country": "US"}


def test_what_a_rule_takes_by_night_alone_is_no_kind_but_an_example():
    at_night = AllOf(
        parts=(
            is_one_of("country", "US"),
            OnClock(field="local_time", first=time(18), last=time(23)),
        )
    )
    rules = [
        rule("elsewhere", "owner:ana", when=Not(part=is_one_of("country", "US"))),
        rule("blank", "owner:ana", when=Presence(field="country", empty=True)),
        rule("night", "owner:ana", when=at_night),
    ]
    (gap,) = lint(policy([WITH_ID], rules=rules))
    assert gap.message == (
        "no rule covers, for example, country US at 12:00 (UTC); others like it may be night's, "
        "which hangs on more than a lead's fields"
    )


def test_a_day_is_told_only_where_it_makes_a_difference():
    season = Period(first=date(2026, 12, 1), last=None)
    territories = {
        "iberia": is_one_of("country", "ES", "PT"),
        "south": is_one_of("country", "PT", "IT"),
    }
    rules = [
        rule("all", "owner:ana", when=Presence(field="territory", empty=False)),
        rule("winter", "owner:ana", when=is_one_of("country", "US"), active=season),
    ]
    sight = Sight(today=date(2026, 11, 23))
    found = lint(policy([WITH_ID], rules=rules, territories=territories), sight)
    (overlap,) = [f for f in found if f.code is Code.OVERLAP]
    assert overlap.message == "territories iberia and south overlap: country PT is in both"
    gaps = [f for f in found if f.code is Code.UNCOVERED]
    assert [gap.example for gap in gaps] == [{}, {"country": "US", "decided": "2026-11-23"}]


def test_members_who_never_get_a_lead_of_their_pool():
    people = [owner("ana", skills=frozenset({"security"})), owner("ben")]
    security = frozenset({"security"})
    pools = [pool("team", ["ana", "ben"]), pool("others", ["ben"])]
    rules = [rule("secure", "team", "others", require_skills=security)]

    assert messages(policy(people, pools, rules)) == [
        "ben gets no lead of pool team: its only rule, secure, requires security",
        "secure gives pool others nothing: nobody in it has security",
    ]


BOTH = frozenset({"security", "enterprise"})


def test_a_pool_that_a_rule_gives_nothing_is_told_with_who_comes_nearest():
    """Who lacks least of what is required, who has it elsewhere, and where its leads then go."""
    people = [
        owner("ana", skills=frozenset({"security"})),
        owner("ben", skills=frozenset({"enterprise"})),
        owner("cleo"),
        owner("dan", skills=BOTH),
    ]
    pools = [pool("team", ["cleo", "ana", "ben"]), pool("rest", ["cleo"])]

    def told(*names: str, known: int = 3) -> list[tuple[str, str]]:
        rules = [rule("secure", *names, require_skills=BOTH)]
        found = lint(policy(people[:known], pools, rules))
        return [(f.message, f.remedy) for f in found if f.code is Code.NEVER_ELIGIBLE]

    nothing = "secure gives pool {} nothing: nobody in it has enterprise and security"
    near = "; nearest are ana (without enterprise) and ben (without security)"
    end = "; nor has anybody on its list, so its leads go to the fallback inbound-desk"
    missing = "name another pool, or add what is missing to somebody in it"
    assert told("team") == [(nothing.format("team") + near + end, missing)]
    assert told("rest") == [(nothing.format("rest") + end, missing)]
    put = "name another pool, or put somebody in it who has them: dan"
    assert told("team", "owner:dan", known=4) == [(nothing.format("team") + near, put)]
    assert told("team", "account_owner") == [(nothing.format("team") + near, missing)]


def test_territories_that_overlap_and_those_within_one_another():
    territories = {
        "iberia": is_one_of("country", "ES", "PT"),
        "south": is_one_of("country", "PT", "IT"),
        "madrid": is_one_of("region", "ES-MD"),
        "lusitania": is_one_of("country", "pt"),
        "portugal": is_one_of("country", "PT"),
    }
    used = rule("all", "owner:ana", when=Presence(field="territory", empty=False))
    found = lint(policy([WITH_ID], rules=[used], territories=territories))

    assert [f.message for f in found if f.code is Code.OVERLAP] == [
        "territories iberia and south overlap: country PT is in both",
        "territories lusitania and portugal are the same",
    ]


def test_a_segment_that_a_cap_counts_is_used():
    cap = Cap(per=CapPer.DAY, most=5, segment="kind")
    plan = policy(
        [owner("ana", caps=(cap,))],
        rules=[rule("rest", "owner:ana")],
        segments={"kind": is_one_of("channel", "a")},
    )
    assert lint(plan) == []


def test_what_nothing_uses():
    plan = policy(
        [WITH_ID],
        [pool("team", ["ana"]), pool("idle", ["ana"])],
        [rule("rest", "team", when=AnyOf(parts=(is_one_of("segment", "k*"), ALWAYS)))],
        territories={"iberia": is_one_of("country", "ES")},
        segments={"kind": is_one_of("channel", "a"), "other": is_one_of("channel", "b")},
    )
    assert {m for m in messages(plan) if m.startswith("no rule")} == {
        "no rule uses pool idle",
        "no rule uses territory iberia",
        "no rule uses segment other",
    }


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
    rules = [rule("all", "team"), rule("late", "team")]
    nowhere = policy([owner("ben")], [pool("team", ["ben"])], rules, crm_of={"hubspot": "hubspot"})
    severities = [finding.severity for finding in lint(nowhere)]
    assert severities == [Severity.ERROR, Severity.ERROR, Severity.WARNING]
