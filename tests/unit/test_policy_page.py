"""`firsttouch policy show`: the effective policy, complete, in words a manager can read."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from config.load import from_document, load
from flows.policy_page import policy_page
from leads.errors import ConfigError
from tests.unit.configuration_rows import rows

FULL = """\
defaults: {caps: {day: 8}}
owners:
  - id: ana
    name: Ana Ruiz
    timezone: Europe/Madrid
    hours: office
    skills: [security]
    languages: [es, en]
    max_open: 30
    caps: {day: 10, hour: 3, pool: {smb: {week: 5, segment: {paid: {day: 1}}}}}
    weight: 2
    backup: ben
    manager: mia
    away: [{from: 2026-12-24, to: 2027-01-02}]
  - {id: ben, name: Ben Okafor, crm: {hubspot: "44"}, skills: [security]}
  - {id: mia, name: Mia Stone, max_open: 5, hours: nights}
  - {id: desk, name: Desk, kind: queue, crm: {hubspot: "90"}}
calendars:
  office: {days: mon-fri, hours: ["09:00-14:00", "15:00-18:00"], holidays: ES-MD}
  nights: {hours: {"mon-tue": ["00:00-06:00", "22:00-24:00"], sat: ["10:00-12:00"]}}
territories: {iberia: {country: [ES, PT]}}
segments: {paid: {channel: google_ads}}
pools:
  smb: {members: [ana, {owner: ben, weight: 3}], out_of_hours: {follow_the_sun: west},
        when_full: {hold: 10m}, sticky: account, joiners: {catch_up: 5}, returners: {catch_up: 3},
        hand_backs: charged, rejected: charged}
  west: {members: [ben, mia], strategy: least_loaded, out_of_hours: {on_call: mia}}
  counter: {members: [ana, ben], strategy: pull, take_within: 30m, out_of_hours: next_shift}
  rest: {members: {skills: [security]}, strategy: pull, out_of_hours: {hold: 4h}}
rules:
  - name: Christmas
    active: {from: 2026-12-01, to: 2026-12-31}
    when: {territory: iberia, deal_value: {min: 10000, max: 50000}, created_at: {min: 2026-11-01}}
    assign: smb
    require: {skills: [security]}
    prefer: {skills: [security], outside_pool: true}
    sla: hot
    seen_within: 1h
  - {name: Nights, when: {local_time: {min: "20:00"}, not: {segment: paid}}, assign: [counter, ben]}
  - {name: Until spring, active: {to: 2027-03-01}, assign: account_owner}
  - {name: All, assign: [west, rest]}
fallback: {assign: desk, sla: standard}
sla:
  hot: {first_touch: 15m, clock: business, remind_after: 10m, max_reassign: 2, on_breach: manager,
        then: {assign: ben}, pause_after: 3, follow_up: 2d}
  abroad: {first_touch: 1h, clock: lead, callable: office}
  standard: {first_touch: 24h}
hold: {until: [employees], at_most: 2m}
review: {first: 50}
workload: {opportunity: 0.5}
returns: {at_most: 2, no_lead: [spam, student]}
currency: {base: USD, rates: {EUR: 1.08}}
matching: {same_person: [email], named_accounts: [{owner: ben, accounts: [Acme, acme.example]}]}
timezone: Europe/Lisbon
steward: ben
sources:
  hubspot: {intake: {owners: [null], lifecycle: [lead], created_after: 2026-11-01}}
  meta_ads: {destination: hubspot}
"""
SAID = """
  1. Christmas
       only from 2026-12-01 to 2026-12-31
       when created from 2026-11-01 on and deal value at least 10,000 USD and at most 50,000 USD \
and territory is iberia
       to pool smb
       first touch within 15 min of working hours, again within 2 d (SLA hot), \
by somebody at work within 1 h, \
who has security, first those with security, also from outside the pool
  2. Nights
       when the lead's local time is 20:00 or later and not (segment is paid)
       to pool counter; else Ben Okafor
       first touch within 1 d (SLA standard), by somebody at work now
  3. Until spring
       only until 2027-03-01
       every lead
       to the account's owner
       first touch within 1 d (SLA standard), by somebody at work now
  4. All
       every lead
       to pool west; else pool rest
       first touch within 1 d (SLA standard), by somebody at work now
Else
       to Desk, first touch within 1 d (SLA standard)
       Where nobody on a rule's list can take it: the backup of an owner named there,
       then what its pools say below, then a manager of theirs, then Desk

How soon
  abroad: first touch within 1 h of the lead's own hours (office); when it is broken, \
somebody else, then Desk
  hot: first touch within 15 min of working hours, again within 2 d; a reminder after 10 min; \
when it is broken, \
up to 2 others in turn, the owner's manager first, then Ben Okafor; \
late 3 times in a row, an owner gets no lead for a day
  standard: first touch within 1 d; when it is broken, somebody else, then Desk

Pools
  counter: Ana Ruiz, Ben Okafor; each takes the next lead
      not taken within 30 min: it goes on down the rule's list
      nobody at work: whoever starts first has it, to find it then
  rest: Ana Ruiz, Ben Okafor; each takes the next lead
      not taken within three quarters of its SLA: it goes on down the rule's list
      nobody at work: it waits for somebody, up to 4 h
  smb: in turn, of 5 leads: Ana Ruiz 2, Ben Okafor 3
      nobody at work: pool west
      everybody at work is at a cap: it waits for room, up to 10 min
      a member who owns the lead's account comes first
      a new member catches up on 5 leads at most
      a member back from leave catches up on 3 leads at most
      a lead that is handed back counts as a turn
      a lead that is called none counts as a turn
  west: Ben Okafor, Mia Stone; whoever of them has the lightest load
      nobody at work: Mia Stone, at any hour

Owners
  Ana Ruiz (ana): office (Europe/Madrid); at most 30 open leads; at most 3 an hour, 10 a day, \
5 a week from pool smb and 1 a day from pool smb of segment paid
      skills security; speaks en and es; backup Ben Okafor; manager Mia Stone; \
off 2026-12-24 to 2027-01-02; no id in hubspot, so none of the leads there
  Ben Okafor (ben): at any hour (Europe/Lisbon); at most 25 open leads; at most 8 a day
      skills security
  Mia Stone (mia): nights (Europe/Lisbon); at most 5 open leads; at most 8 a day
      no id in hubspot, so none of the leads there
  Desk (desk): a queue, at any hour

Working hours
  nights: Mon-Tue 00:00-06:00 and 22:00-24:00, Sat 10:00-12:00
  office: Mon-Fri 09:00-14:00 and 15:00-18:00; not on public holidays of ES-MD

Territories
  iberia: country is ES or PT

Segments
  paid: channel is google_ads

Who is known already
  the same person stays with whoever has the first record; known by e-mail address
  a lead's account is found by the accounts named here, the domain, the company's name or \
a similar one (92% alike)
  accounts of Ben Okafor: Acme and acme.example

Sources
  hubspot: contacts of nobody, lifecycle lead, created from 2026-11-01 on
  meta_ads: its leads are created in hubspot

Beside the rules
  a record needs email or phone, or is set aside
  what is set aside is Ben Okafor's
  a lead waits up to 2 min for an enrichment to fill employees
  the first 50 assignments of a changed policy wait for a person
  what is handed back as spam or student is no lead, and is set aside
  a lead that 2 owners handed back goes to a manager of theirs, then the fallback
  an open opportunity counts as 0.5 of an owner's open leads
  amounts compare in USD: 1 EUR is 1.08
"""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("policy")
    (folder / "all.yaml").write_text(FULL)
    return dict(load(folder).document)


def page(document: dict[str, Any]) -> str:
    return "\n".join(list(policy_page(from_document(document), "the files"))[1:])


def test_every_setting_is_told_in_words(document: dict[str, Any]):
    text = page(document)

    assert SAID in f"{text}\n"
    assert "Days begin and end in Europe/Lisbon." in text
    assert "not in effect" not in text, "what an SLA says is, and nothing else is stated here"


def places(part: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield every key and place in a list that could be left out."""
    keys = list(part) if isinstance(part, dict) else list(range(len(part)))
    for key in keys:
        yield (*path, key)
        if isinstance(part[key], dict | list):
            yield from places(part[key], (*path, key))


def without(document: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(document))
    here: Any = copy
    for key in path[:-1]:
        here = here[key]
    del here[path[-1]]
    return copy


def test_whatever_changes_the_policy_changes_the_page(document: dict[str, Any]):
    """Leave out each key in turn: where the policy is another one then, so is the page."""
    before, tried = from_document(document).policy, 0
    untold = []
    for path in places(document):
        less = without(document, path)
        try:
            after = from_document(less).policy
        except ConfigError:
            continue
        if after.hash == before.hash:
            continue
        tried += 1
        if page(less) == page(document):
            untold.append(path)

    assert untold == []
    assert tried > 60


@pytest.mark.parametrize(
    "part",
    [
        *("OwnerModel", "CapsModel", "DefaultsModel", "CalendarModel", "PoolModel", "RuleModel"),
        *("OutOfHoursModel", "PreferModel", "SlaModel", "HoldModel", "ReviewModel", "ReturnsModel"),
    ],
)
def test_all_that_can_be_stated_of_routing_is_stated_here(part: str):
    """So that a new key is tried here, and told on the page."""
    keys = [row.split("`")[1] for row in rows()[part]]
    assert [key for key in keys if not re.search(rf"\b{key}\b", FULL)] == []


def test_targets_are_told(document: dict[str, Any]):
    told = page({**document, "targets": {"response_time": "10m", "aging_rate": 0.02}})
    assert "the first touch after 10 min on average; 2% of leads late at most" in told
