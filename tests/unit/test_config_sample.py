"""The sample of the design document loads, and becomes the policy it says."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from config.configuration import Configuration, Hold, Quality, Review, Targets
from config.load import load
from leads.keys import OwnerId, PoolName
from routing.policy import Member, Strategy, ToOwner, ToPool
from routing.when import AllOf, Between, OneOf
from routing.working_hours import Absence
from tests.unit.config_files import loaded, put, with_sections

SAMPLE = """
sources:
  salesforce: {intake: {object: Lead, owners: [Integration User, "queue:Web leads"], statuses: [Open - Not Contacted], created_after: 2026-11-01}, fields: {product: Product_Interest__c}}
  hubspot: {intake: {object: contacts, owners: [null], lifecycle: [lead, marketingqualifiedlead]}, write: {owner_reason: routing_reason, rule: routing_rule}}
  meta_ads: {destination: hubspot, defaults: {company: "[not given]"}}
values:                                  # their words to ours, per field
  product: {"GTXPro": GTX Pro, "gtx pro": GTX Pro}
  industry: {"technolgy": technology}
currency: {base: EUR, rates: {USD: 0.92}}
steward: inbound-desk                    # who owns what cannot be routed
owners:
  - {id: ana, name: Ana Ruiz, email: ana@example.com, crm: {salesforce: 005xx0000012345AAA, hubspot: "4471"}, timezone: Europe/Madrid,
     hours: office-es, skills: [enterprise, security], languages: [es, en], max_open: 25, weight: 2, backup: ben,
     away: [{from: 2026-12-24, to: 2027-01-02}]}
  - {id: ben, name: Ben Okafor, skills: [manufacturing], crm: {salesforce: 005xx0000012346AAA, hubspot: "4472"}}
  - {id: inbound-desk, name: Inbound desk, kind: queue, crm: {salesforce: 00Gxx0000012345AAA, hubspot: "9001"}}
calendars:
  office-es: {days: mon-fri, hours: ["09:00-14:00", "15:00-18:00"], holidays: ES}
territories:
  iberia: {country: [ES, PT]}
  us-west: {region: [US-CA, US-OR, US-WA], postal_code: ["90*"]}
segments:
  paid-enterprise: {channel: [google_ads, linkedin_ads], campaign: "ent-*"}
pools:
  iberia-enterprise: {members: [ana, {owner: ben, weight: 1}], strategy: round_robin}
  security: {members: {skills: [security]}, strategy: best_match}
rules:
  - name: Iberian enterprise
    when: {territory: iberia, employees: {min: 200}, segment: paid-enterprise}
    assign: iberia-enterprise
    sla: hot
    seen_within: 1h
    prefer: {skills: [manufacturing]}
fallback: {assign: inbound-desk, sla: standard}
sla:
  hot: {first_touch: 15m, clock: business, remind_after: 10m, on_breach: reassign, max_reassign: 2, then: {assign: inbound-desk}}
  standard: {first_touch: 24h, clock: wall, on_breach: reassign, then: {assign: inbound-desk}}
quality: {required_any: [email, phone], alert: {malformed_share: 0.05, against: 7d}}
hold: {until: [employees], at_most: 2m}
review: {first: 50}
targets: {response_time: 5m, aging_rate: 0.05}
"""  # noqa: E501 - as it stands in the document


@pytest.fixture
def sample(tmp_path: Path) -> Configuration:
    return load(put(tmp_path, firsttouch=SAMPLE), today=date(2026, 11, 22))


def test_owners(sample: Configuration):
    ana, ben, desk = (
        sample.policy.owners[OwnerId(name)] for name in ("ana", "ben", "inbound-desk")
    )

    assert ana.crm == {"salesforce": "005xx0000012345AAA", "hubspot": "4471"}
    assert ana.away == (Absence(first=date(2026, 12, 24), last=date(2027, 1, 2)),)
    assert (ana.max_open, ben.max_open, desk.max_open) == (25, 25, None)
    assert (ana.weight, ben.weight, ana.backup, desk.is_queue) == (2, 1, "ben", True)
    assert (ben.timezone, ben.calendar) == ("UTC", None)


def test_calendar(sample: Configuration):
    calendar = sample.policy.owners[OwnerId("ana")].calendar

    assert calendar is not None
    assert calendar.holidays == "ES"
    assert list(calendar.hours) == [0, 1, 2, 3, 4]
    assert calendar.hours[4] == ((time(9), time(14)), (time(15), time(18)))


def test_pools(sample: Configuration):
    enterprise, security = (
        sample.policy.pools[PoolName(n)] for n in ("iberia-enterprise", "security")
    )

    assert enterprise.members == (
        Member(owner=OwnerId("ana"), weight=2),
        Member(owner=OwnerId("ben"), weight=1),
    )
    assert security.members == (Member(owner=OwnerId("ana"), weight=2),)
    assert security.strategy is Strategy.BEST_MATCH


def test_a_weight_in_a_pool_goes_over_the_owners_own(tmp_path: Path):
    ana, ben = loaded(tmp_path).policy.pools[PoolName("smb")].members

    assert (ana.weight, ben.weight) == (2, 3)


def test_rule(sample: Configuration):
    (rule,) = sample.policy.rules

    assert isinstance(rule.when, AllOf)
    assert set(rule.when.parts) == {
        OneOf(field="territory", values=("iberia",)),
        Between(field="employees", least=Decimal(200), most=None),
        OneOf(field="segment", values=("paid-enterprise",)),
    }
    assert rule.assign == (ToPool(pool=PoolName("iberia-enterprise")),)
    assert (rule.sla, rule.seen_within) == ("hot", timedelta(hours=1))
    assert rule.prefer_skills == {"manufacturing"}
    assert rule.where == "firsttouch.yaml:28"


def test_names_for_places_and_kinds(sample: Configuration):
    policy = sample.policy

    assert policy.territories["iberia"] == OneOf(field="country", values=("ES", "PT"))
    assert policy.segments["paid-enterprise"] == AllOf(
        parts=(
            OneOf(field="campaign", values=("ent-*",)),
            OneOf(field="channel", values=("google_ads", "linkedin_ads")),
        )
    )


def test_money_fallback_and_slas(sample: Configuration):
    policy = sample.policy

    assert (policy.money.base, policy.money.rates) == ("EUR", {"USD": Decimal("0.92")})
    assert (policy.fallback, policy.fallback_sla, policy.steward) == (
        "inbound-desk",
        "standard",
        "inbound-desk",
    )
    hot = policy.slas["hot"]
    assert (hot.first_touch, hot.remind_after) == (timedelta(minutes=15), timedelta(minutes=10))
    assert (hot.clock, hot.max_reassign, hot.then) == ("business", 2, "inbound-desk")
    assert policy.crm_of == {
        "salesforce": "salesforce",
        "hubspot": "hubspot",
        "meta_ads": "hubspot",
    }


def test_sources(sample: Configuration):
    salesforce, hubspot, meta = (sample.sources[n] for n in ("salesforce", "hubspot", "meta_ads"))

    assert salesforce.intake.object == "Lead"
    assert salesforce.intake.owners == ("Integration User", "queue:Web leads")
    assert salesforce.intake.statuses == ("Open - Not Contacted",)
    assert salesforce.intake.created_after == datetime(2026, 11, 1, tzinfo=UTC)
    assert salesforce.fields == {"product": "Product_Interest__c"}
    assert hubspot.intake.owners == (None,)
    assert hubspot.intake.lifecycle == ("lead", "marketingqualifiedlead")
    assert hubspot.notes == {"reason": "routing_reason", "rule": "routing_rule"}
    assert (meta.destination, meta.defaults) == ("hubspot", {"company": "[not given]"})
    assert meta.vocabulary.ours("product", "GTXPRO") == "GTX Pro"


def test_the_smaller_sections(sample: Configuration):
    assert sample.hold == Hold(until=("employees",), at_most=timedelta(minutes=2))
    assert sample.quality == Quality(malformed_share=0.05, against=timedelta(days=7))
    assert sample.review == Review(first=50)
    assert sample.targets == Targets(response_time=timedelta(minutes=5), aging_rate=0.05)


def test_what_is_not_in_effect_yet_is_said(sample: Configuration):
    assert [line.split(": ")[1] for line in map(str, sample.remarks)] == [
        "sources.hubspot.intake",  # no created_after: old records would be taken in
        "pools.security.strategy",
    ]


def test_only_five_sections_are_required(tmp_path: Path):
    least = """
    owners: [{id: ana, name: Ana Ruiz}]
    pools: {}
    rules: [{name: Everybody, assign: ana}]
    fallback: {assign: ana, sla: standard}
    sla: {standard: {first_touch: 24h}}
    """
    made = load(put(tmp_path, least=least))

    assert made.policy.rules[0].when == AllOf(parts=())
    assert made.policy.rules[0].assign == (ToOwner(owner=OwnerId("ana")),)
    assert made.policy.rules[0].sla == "standard"
    assert made.policy.slas["standard"].then == "ana"
    assert made.policy.steward == "ana"
    assert (made.sources, made.hold, made.policy.crm_of) == ({}, None, {})


def test_an_owners_salesforce_id_may_be_as_reports_show_it(tmp_path: Path):
    """Fifteen letters are the same owner: the API has eighteen, and is compared with."""
    base = with_sections().replace("005xx0000012345AAA", "005xx0000012345")
    policy = load(put(tmp_path, base=base)).policy
    assert policy.owners[OwnerId("ana")].crm["salesforce"] == "005xx0000012345AAA"
