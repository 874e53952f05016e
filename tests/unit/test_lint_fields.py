"""Rules that hang on what a source seldom fills; ids that cannot be right; owners a CRM lacks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config.evidence import Evidence
from config.examine import examine
from config.examine_owners import examine_owners
from leads.record import CrmOwner
from routing.lint.fields import Fill
from routing.lint.findings import Code, Severity
from routing.lint.look import Sight, lint
from routing.sla_terms import Sla, SlaClock
from routing.when import AllOf, AnyOf, OneOf, Presence
from tests.builders import crm_ids, is_one_of, owner, policy, queue, rule
from tests.unit.config_files import loaded

ANA = owner("ana")
SEGMENT = {"large": is_one_of("industry", "a", "b")}


def seldom(*rules, fills, least=0.2) -> list[str]:
    plan = policy([ANA], rules=rules, segments=SEGMENT)
    found = lint(plan, Sight(fills=fills, least_filled=least))
    return [f.message for f in found if f.code is Code.SELDOM_FILLED]


def fill(leads: int = 100, **filled: int) -> Fill:
    return Fill(leads=leads, filled=filled)


def test_fields_that_a_rule_cannot_do_without():
    both = AllOf(parts=(is_one_of("segment", "large"), is_one_of("product", "x")))
    rules = [rule("r1", "owner:ana", when=both), rule("r2", "owner:ana", when=both.parts[0])]
    fills = {"hubspot": fill(industry=19, product=20), "csv_file": fill(industry=90, product=90)}

    (found,) = seldom(*rules, fills=fills)
    assert found.startswith("hubspot fills industry in 19% of its latest 100 leads, ")
    assert found.endswith("and without it r1 and r2 cannot match")
    assert seldom(*rules, fills=fills, least=0.19) == []
    assert seldom(*rules, fills={"hubspot": fill(leads=29)}) == []


def test_a_field_beside_another_way_is_not_needed():
    either = AnyOf(parts=(is_one_of("industry", "a"), is_one_of("product", "x")))
    blank = Presence(field="industry", empty=True)
    rules = [rule("r1", "owner:ana", when=either), rule("r2", "owner:ana", when=blank)]

    assert seldom(*rules, fills={"hubspot": fill()}) == []


def test_only_the_sources_that_a_rule_is_for():
    when = AllOf(parts=(is_one_of("industry", "a"), OneOf(field="source", values=("hubspot",))))
    rules = [rule("r1", "owner:ana", when=when)]

    assert seldom(*rules, fills={"meta_ads": fill()}) == []
    assert len(seldom(*rules, fills={"hubspot": fill()})) == 1


def unplaced(*rules, clock=SlaClock.LEAD, **fills: Fill) -> list[str]:
    sla = Sla(name="hot", first_touch=timedelta(hours=1), clock=clock)
    plan = policy([ANA], rules=rules, slas=[sla], timezone="Europe/Madrid")
    found = lint(plan, Sight(fills=fills))
    return [f.message for f in found if f.code is Code.SELDOM_PLACED]


def test_a_leads_own_clock_where_few_tell_where_they_are():
    rules = [rule("r1", "owner:ana", sla="hot"), rule("r2", "owner:ana")]
    some = Fill(leads=100, filled={}, placed=19)

    (found,) = unplaced(*rules, hubspot=some, csv_file=replace(some, placed=20))
    assert found == (
        "19% of the latest 100 leads of hubspot tell where they are; of r1 the others are timed "
        "on Europe/Madrid, not on their own clock"
    )
    assert unplaced(*rules, clock=SlaClock.BUSINESS, hubspot=some) == []
    assert unplaced(*rules, hubspot=Fill(leads=29, filled={}, placed=0)) == []


def concluded(*rules, **fills: Fill) -> list[str]:
    territories = {"iberia": is_one_of("country", "ES", "PT")}
    plan = policy([ANA], rules=rules, territories=territories)
    found = lint(plan, Sight(fills=fills, least_filled=0.2))
    return [f.message for f in found if f.code is Code.COUNTRY_CONCLUDED]


def test_a_country_that_few_leads_state_is_told_with_the_rules_that_go_by_it():
    iberia = rule("iberia", "owner:ana", when=is_one_of("territory", "iberia"))
    madrid = rule("madrid", "owner:ana", when=is_one_of("country", "ES"))
    product = rule("product", "owner:ana", when=is_one_of("product", "x"))
    mostly = Fill(leads=100, filled={"country": 60}, concluded=41)

    (found,) = concluded(madrid, iberia, product, hubspot=mostly)
    assert found == (
        "hubspot states the country in 19% of its latest 100 leads; in 41% it is that of the "
        "region or the phone number, which may be from elsewhere, and madrid and iberia go by it"
    )
    assert concluded(product, hubspot=mostly) == []
    assert concluded(madrid, hubspot=replace(mostly, concluded=40)) == []
    assert concluded(madrid, hubspot=replace(mostly, leads=29)) == []
    few = Fill(leads=100, filled={"country": 19}, concluded=9)
    assert concluded(madrid, hubspot=few) == [], "seldom-filled says it"


def test_who_must_be_in_a_country_has_a_place():
    nowhere = Fill(leads=100, filled={}, placed=0)
    spain = rule("r1", "owner:ana", sla="hot", when=is_one_of("country", "ES"))
    either = AnyOf(parts=(is_one_of("country", "ES"), is_one_of("product", "x")))

    assert unplaced(spain, hubspot=nowhere) == []
    assert len(unplaced(replace(spain, when=either), hubspot=nowhere)) == 1


@pytest.mark.parametrize(
    ("salesforce", "found"),
    [
        ("005fT00000001qA", []),
        ("005fT00000001qAQAQ", []),
        ("005fT00000001qAQAA", [Code.ODD_ID]),  # the last three do not fit
        ("00GfT00000001qAQAQ", [Code.ODD_ID]),  # a queue's
        ("005fT00000001q", [Code.ODD_ID]),
        ("005fT00000001qAQAQ ", [Code.ODD_ID]),
    ],
)
def test_ids_of_salesforce(salesforce: str, found: list[Code]):
    plan = policy([owner("ana", crm=crm_ids(salesforce=salesforce))])

    assert [f.code for f in examine_owners(plan, {})] == found


def test_ids_of_queues_and_of_hubspot():
    plan = policy(
        [
            queue(crm=crm_ids(salesforce="00GfT0000001DqAUAU", hubspot="9001")),
            owner("ana", crm=crm_ids(hubspot="ana@example.com")),
            owner("ben", crm=crm_ids(hubspot="9001")),
        ]
    )
    found = list(examine_owners(plan, {}))

    assert [(f.code, f.about[1]) for f in found] == [
        (Code.DUPLICATE_ID, "ben"),
        (Code.ODD_ID, "ana"),
    ]
    assert "inbound-desk and ben have one id in hubspot, 9001" in found[0].message


def test_two_owners_with_one_address():
    one = [owner("ana", email="ana@example.com"), owner("ben", email="Ana@example.com")]
    plan = policy([*one, owner("chloe"), owner("dieter")])
    (found,) = examine_owners(plan, {})

    assert (found.code, found.about) == (Code.DUPLICATE_EMAIL, ("owners", "ben", "email"))
    assert "ana and ben have one e-mail address, ana@example.com" in found.message


def test_owners_that_a_crm_does_not_have_or_has_switched_off():
    def there(crm_id: str, *, is_active: bool = True) -> CrmOwner:
        return CrmOwner(crm_id=crm_id, name="X", email=None, is_active=is_active, is_queue=False)

    plan = policy(
        [
            queue(crm=crm_ids(hubspot="9")),
            owner("ana", crm=crm_ids(hubspot="1")),
            owner("ben", crm=crm_ids(hubspot="2")),
            owner("chloe", crm=crm_ids(salesforce="005fT00000001qA")),
        ]
    )
    known = {
        "hubspot": (there("9", is_active=False), there("1", is_active=False)),
        "salesforce": (there("005fT00000001qAQAQ"),),  # 15 letters and 18 are one id
    }
    found = {f.about[1]: (f.code, f.severity) for f in examine_owners(plan, known)}

    assert found == {
        "inbound-desk": (Code.INACTIVE_OWNER, Severity.ERROR),
        "ana": (Code.INACTIVE_OWNER, Severity.WARNING),
        "ben": (Code.UNKNOWN_OWNER, Severity.ERROR),
    }


def test_findings_on_owners_stand_at_their_line(tmp_path):
    plan = loaded(tmp_path, sla="{standard: {first_touch: 24h}, hot: {first_touch: 15m}}")
    looked = examine(plan, Evidence(owners={"hubspot": ()}, unseen=("the weather",)))

    told = [str(remark) for remark in looked.remarks]
    assert any(
        line.startswith("base.yaml:6: owners[1].crm.hubspot: hubspot has no") for line in told
    )
    assert any("not looked at: the weather" in line for line in told)


def test_nothing_that_is_stated_is_without_effect(tmp_path):
    found = [r for r in examine(loaded(tmp_path)).remarks if r.code is Code.NOT_IN_EFFECT]

    assert found == [], "reminders and re-assignment are, and reports compare with `targets`"
