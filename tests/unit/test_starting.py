"""What `firsttouch init` proposes from what it saw: it loads, and every guess says from what."""

from datetime import date

import pytest
import yaml

from config.load import from_texts
from config.starting.proposal import propose
from config.starting.seen import SeenCrm, SeenLead
from leads.errors import ConfigError
from leads.record import CrmOwner, TimeZones

TODAY = date(2026, 11, 23)


def person(crm_id, name, *, email="", active=True, teams=()):
    return CrmOwner(
        crm_id=crm_id,
        name=name,
        email=email or f"{crm_id}@example.com",
        is_active=active,
        is_queue=False,
        teams=teams,
    )


def queue(crm_id, name):
    return CrmOwner(crm_id=crm_id, name=name, email=None, is_active=True, is_queue=True)


ANA, BEN = person("1", "Ana Ruiz"), person("2", "Ben Okafor")
DESK, WEB = queue("8", "Inbound desk"), queue("9", "Web leads")


def leads(owner, country, count, **more):
    return [SeenLead(owner=owner, country=country, **more)] * count


def crm(name="hubspot", owners=(ANA, BEN, DESK, WEB), seen=(), zones=None):
    return SeenCrm(name=name, owners=tuple(owners), leads=tuple(seen), zones=zones)


def proposed(*crms):
    proposal = propose(crms, TODAY)
    configuration = from_texts(proposal.files)
    text = "\n".join(proposal.files.values())
    return configuration.policy, yaml.safe_load(text), text


def test_territories_and_pools_are_those_of_recent_leads():
    seen = [
        *leads("1", "ES", 41),
        *leads("2", "ES", 1),
        *leads("2", "DE", 60),
        *leads("1", "FR", 2),
    ]
    policy, document, text = proposed(crm(seen=seen))
    assert document["territories"] == {"germany": {"country": "DE"}, "spain": {"country": "ES"}}
    assert "41" in text.partition("spain-leads")[2].splitlines()[0]
    assert "42 of 104 recent leads" in text
    assert document["pools"]["spain-leads"] == {"members": ["ana-ruiz"]}
    assert policy.fallback == "inbound-desk"


def test_nobody_yet_is_blank_a_busy_queue_or_a_machine():
    machine = person("5", "Web API")
    seen = [*leads(None, "ES", 5), *leads("9", "ES", 7), *leads("5", "ES", 3), *leads("1", "ES", 9)]
    _, document, text = proposed(crm(owners=(ANA, machine, DESK, WEB), seen=seen))
    intake = document["sources"]["hubspot"]["intake"]
    assert intake["owners"] == ["queue:Web leads", None, "Web API"]
    assert intake["created_after"] == TODAY
    assert "queue:Web leads has 7, no owner has 5, Web API has 3" in text
    assert "web-api" not in text


def test_the_fallback_is_never_among_those_who_mean_nobody_yet():
    seen = [*leads("8", "ES", 50), *leads("9", "ES", 7)]
    policy, document, _ = proposed(crm(seen=seen))
    assert policy.fallback == "inbound-desk"
    assert document["sources"]["hubspot"]["intake"]["owners"] == ["queue:Web leads"]


def test_a_single_queue_of_new_leads_is_no_fallback():
    policy, document, text = proposed(crm(owners=(ANA, WEB), seen=leads("9", "ES", 7)))
    assert policy.fallback == "ana-ruiz"
    assert "A guess: a person" in text
    assert document["sources"]["hubspot"]["intake"]["owners"] == ["queue:Web leads"]


def test_the_same_people_of_two_crms_are_one_owner_and_the_fallback_is_in_both():
    salesforce = crm(
        "salesforce",
        [person("005A", "A. Ruiz", email="1@EXAMPLE.com"), queue("00GA", "Triage")],
    )
    policy, _, _ = proposed(salesforce, crm(owners=(ANA, DESK)))
    people = [owner for owner in policy.owners.values() if not owner.is_queue]
    assert [dict(owner.crm) for owner in people] == [{"hubspot": "1", "salesforce": "005A"}]
    assert set(policy.owners[policy.fallback].crm) == {"hubspot", "salesforce"}


def test_two_of_one_name_and_address_in_one_crm_stay_two():
    twins = [person("1", "Ana", email="a@example.com"), person("2", "Ana", email="a@example.com")]
    policy, _, _ = proposed(crm(owners=[*twins, DESK]))
    assert {"ana", "ana-2"} < set(policy.owners)


def test_nobody_to_end_with_is_an_error():
    with pytest.raises(ConfigError, match="no queue, and no user who is in each"):
        propose([crm("salesforce", [BEN]), crm(owners=[ANA, DESK])], TODAY)


def test_who_left_is_left_out_and_so_are_the_idle_of_many():
    crowd = [person(f"1{n}", f"Idle {n}") for n in range(40)]
    owners = [person("3", "Olga Left", active=False), ANA, *crowd, DESK]
    policy, _, text = proposed(crm(owners=owners, seen=leads("1", "ES", 4)))
    assert set(policy.owners) == {"ana-ruiz", "inbound-desk"}
    assert "40 other active users own no recent lead" in text


def test_teams_are_pools():
    owners = [person("1", "Ana", teams=("EMEA Sales",)), person("2", "Ben"), DESK]
    _, document, _ = proposed(crm(owners=owners))
    assert document["pools"]["team-emea-sales"] == {"members": ["ana"]}


@pytest.mark.parametrize("name", ["Everybody", "account_owner", "No: #1\n- x", "null", "Ünï", "*"])
def test_odd_names_load(name):
    policy, _, _ = proposed(crm(owners=[person("1", name), DESK, queue("7", name)]))
    assert len([owner for owner in policy.owners.values() if not owner.is_queue]) == 1


def test_an_address_that_is_none_is_left_out():
    policy, _, _ = proposed(crm(owners=[person("1", "Ana", email="ana@localhost"), DESK]))
    assert policy.owners["ana"].email is None


def zones(account, **owners):
    return TimeZones(account=account, owners={who.strip("_"): zone for who, zone in owners.items()})


def test_the_accounts_time_zone_is_everybodys_and_others_have_their_own():
    told = zones("Europe/Madrid", _1="Europe/Madrid", _2="Europe/London")
    policy, document, _ = proposed(crm(zones=told))
    assert document["timezone"] == "Europe/Madrid"
    assert ["timezone" in each for each in document["owners"][:2]] == [False, True]
    assert [policy.owners[who].timezone for who in ("ana-ruiz", "ben-okafor")] == [
        "Europe/Madrid",
        "Europe/London",
    ]


def test_a_person_of_two_crms_works_where_the_one_that_knows_says():
    seen = proposed(
        crm("salesforce", zones=zones("GMT", _1="Asia/Tokyo")), crm(zones=zones("UTC"))
    )[0]
    assert seen.owners["ana-ruiz"].timezone == "Asia/Tokyo"
    assert seen.owners["ben-okafor"].timezone == "GMT"


@pytest.mark.parametrize("wild", ["", "Mars/Olympus", "../etc/passwd", "x" * 5_000])
def test_a_zone_that_is_none_is_passed_over(wild):
    told = zones(wild, _1=wild, _2="Europe/London")
    policy, document, text = proposed(crm(zones=told))
    assert "timezone" not in document
    assert "TODO whose clock" in text
    assert policy.owners["ana-ruiz"].timezone == "UTC"
    assert policy.owners["ben-okafor"].timezone == "Europe/London"
