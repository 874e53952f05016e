"""Broken rules, SLAs, sources, settings and YAML: what a person is told."""

from pathlib import Path

import pytest

from tests.unit.config_files import agreed, cases, complaints, put, swapped

# OLD => NEW in the base configuration, then every line that must be said about it; "..." stands
# for the rest of a long one.
BROKEN = r"""
when: {territory: iberia, employees: => when: {territory: iberia, employes:
    base.yaml:19: rules[0].when.employes: unknown field; did you mean employees?
steward: desk => stewerd: desk
    base.yaml:25: stewerd: unknown section; did you mean steward?
territory: iberia, emp => territory: ibera, emp
    base.yaml:19: rules[0].when.territory: unknown territory "ibera"; did you mean iberia?
{min: 200} => {mim: 200}
    base.yaml:19: rules[0].when.employees.mim: unknown test; did you mean min?
{min: 200} => {min: 200, max: 50}
    base.yaml:19: rules[0].when.employees: min 200 is above max 50; nothing can match
{min: 200} => ">200"
    base.yaml:19: rules[0].when.employees: ">200" is not a number; write {min: 200}
{min: 200} => 51-200
    base.yaml:19: rules[0].when.employees: "51-200" is not a number; write {min: 51, max: 200}
{min: 200} => {min: "200"}
    base.yaml:19: rules[0].when.employees.min: expected a number, found "200"
employees: {min: 200} => city: {min: 200}
    base.yaml:19: rules[0].when.city: city is not a number, so min and max mean nothing
employees: {min: 200} => custom.budgt: {min: 200}
    base.yaml:19: rules[0].when.custom.budgt: this custom field is not declared; did you mean ...
employees: {min: 200} => custom.plan: {min: 200}
    base.yaml:19: rules[0].when.custom.plan: custom.plan is not a number, so min and max mean ...
employees: {min: 200} => created_at: {min: 2026-13-01}
    base.yaml:19: rules[0].when.created_at.min: "2026-13-01": not a date of the calendar; ...
employees: {min: 200} => created_at: {min: 2026-12-31, max: 2026-12-01}
    base.yaml:19: rules[0].when.created_at: min 2026-12-31 is above max 2026-12-01; nothing can ...
employees: {min: 200} => created_at: yesterday
    base.yaml:19: rules[0].when.created_at: "yesterday": not a date of the calendar; write it as ...
employees: {min: 200} => local_time: "09:00"
    base.yaml:19: rules[0].when.local_time: a clock moves on; write {min: "09:00", max: "18:00"}
employees: {min: 200} => local_time: {min: 9}
    base.yaml:19: rules[0].when.local_time.min: 9 is not a time of day; ...
employees: {min: 200} => local_time: {max: "24:00"}
    base.yaml:19: rules[0].when.local_time.max: "24:00" is not a time of day; ...
employees: {min: 200} => local_weekday: [sat, sunday]
    base.yaml:19: rules[0].when.local_weekday[1]: "sunday": not weekdays; write mon-fri, or ...
employees: {min: 200} => local_weekday: {min: 1}
    base.yaml:19: rules[0].when.local_weekday: local_weekday is not a number, so min and max ...
employees: {min: 200} => account_owner: anna
    base.yaml:19: rules[0].when.account_owner: unknown owner "anna"; did you mean ana?
seen_within: 1h => out_of_hours: next_shift
    base.yaml:22: rules[0].out_of_hours: it is for owners and account_owner; state it under the ...
seen_within: 1h => prefer: {outside_pool: true}
    base.yaml:22: rules[0].prefer.skills: required and missing; for example ...
seen_within: 1h => active: {}
    base.yaml:22: rules[0].active: say from when, to when, or both: {from: 2026-12-01, to: ...
seen_within: 1h => active: {from: 2026-12-31, to: 2026-12-01}
    base.yaml:22: rules[0].active: ends on 2026-12-01, before it begins; exchange from and to
seen_within: 1h => active: {from: christmas}
    base.yaml:22: rules[0].active.from: not a date of the calendar; write it as 2026-12-24
until: [employees] => until: [local_time]
    base.yaml:33: hold.until[0]: no enrichment fills this in; wait for a field of the record
employees: {min: 200} => is_test: yes
    base.yaml:19: rules[0].when.is_test: "yes" is neither true nor false (without quotes)
employees: {min: 200} => campaign: "ent-[ab]*"
    base.yaml:19: rules[0].when.campaign: "ent-[ab]*": in a pattern only * and ? are wild, not [ ]
employees: {min: 200} => any: {city: Madrid}
    base.yaml:19: rules[0].when.any: expected a list of conditions: any: [{...}, {...}]
employees: {min: 200} => any: []
    base.yaml:19: rules[0].when.any: expected a list of conditions: any: [{...}, {...}]
employees: {min: 200} => source: hubspt
    base.yaml:19: rules[0].when.source: unknown source "hubspt"; did you mean hubspot?
{is: present} => {is: blank}
    base.yaml:23: rules[1].when.country.is: write is: empty or is: present, not "blank"
assign: smb\n => assign: smbs\n
    base.yaml:20: rules[0].assign: unknown pool or owner "smbs"; did you mean smb?
assign: smb\n => assign: []\n
    base.yaml:20: rules[0].assign: must not be empty; for example "iberia-enterprise"
    sla: hot =>     sla: hto
    base.yaml:21: rules[0].sla: unknown SLA "hto"; did you mean hot?
seen_within: 1h => seen_within: 1 hour
    base.yaml:22: rules[0].seen_within: not a duration; write 90s, 15m, 24h, 2d or 1h30m
seen_within: 1h => seen_within: 60
    base.yaml:22: rules[0].seen_within: 60 of what? Write 60s, 60m, 60h or 60d
seen_within: 1h => prefer: {skills: [entreprise]}
    base.yaml:22: rules[0].prefer.skills[0]: unknown skill "entreprise"; did you mean enterprise?
seen_within: 1h => prefer: [enterprise]
    base.yaml:22: rules[0].prefer: expected keys with values, found a list; for example ...
name: The rest => name: Iberian enterprise
    base.yaml:23: rules[1].name: "Iberian enterprise" is taken by a rule at base.yaml:18; ...
fallback: {assign: desk, sla: standard}\n => (nothing)
    DIR: fallback: required and missing; for example {"assign": "inbound-desk", "sla": "standard"}
fallback: {assign: desk => fallback: {assign: smb
    base.yaml:24: fallback.assign: "smb" is a pool; a lead must end with one owner
fallback: {assign: desk => fallback: {assign: dsk
    base.yaml:24: fallback.assign: unknown owner "dsk"; did you mean desk?
fallback: {assign: desk, sla: standard} => fallback: desk
    base.yaml:24: fallback: expected keys with values, found text; for example {"assign": ...
first_touch: 15m => first_touch: 15
    base.yaml:27: sla.hot.first_touch: 15 of what? Write 15s, 15m, 15h or 15d
remind_after: 10m => remind_after: 20m
    base.yaml:27: sla.hot: remind_after must be shorter than first_touch
clock: business => clock: busines
    base.yaml:27: sla.hot.clock: unknown word "busines"; did you mean business?
max_reassign: 2 => max_reassign: -1
    base.yaml:27: sla.hot.max_reassign: must be 0 or more
then: {assign: desk} => then: {assign: smb}
    base.yaml:27: sla.hot.then.assign: "smb" is a pool; a lead must end with one owner
salesforce: 00Gxx0000012345AAA,  => (nothing)
    base.yaml:24: fallback.assign: desk has no id in salesforce; leads end there, so add it ...
    base.yaml:25: steward: desk has no id in salesforce; leads end there, so add it to the ...
    base.yaml:27: sla.hot.then.assign: desk has no id in salesforce; leads end there, so add ...
salesforce: {intake => salesforc: {intake
    base.yaml:30: sources.salesforc: unknown source; did you mean salesforce?
    base.yaml:31: sources.meta_ads.destination: "salesforce" is not a CRM among the sources; ...
destination: salesforce => destination: hubspot
    base.yaml:31: sources.meta_ads.destination: "hubspot" is not a CRM among the sources; ...
  meta_ads: { =>   webhook: {}\n  meta_ads: {
    base.yaml:31: sources.webhook.destination: required and missing: the CRM its leads are ...
  meta_ads: { =>   fair: {destination: salesforce}\n  meta_ads: {
    base.yaml:31: sources.fair: unknown source; known: ...
  meta_ads: { =>   fair: {kind: hubspot, destination: salesforce}\n  meta_ads: {
    base.yaml:31: sources.fair.kind: only csv_file may be stated, found "hubspot"
  meta_ads: { =>   hubspot: {kind: csv_file, intake: {}}\n  meta_ads: {
    base.yaml:31: sources.hubspot.kind: hubspot is its own kind, found "csv_file"
  meta_ads: { =>   Fair 26: {kind: csv_file, destination: salesforce}\n  meta_ads: {
    base.yaml:31: sources."Fair 26": must be of small letters, digits and _, beginning with a ...
  meta_ads: { =>   all: {kind: csv_file, destination: salesforce}\n  meta_ads: {
    base.yaml:31: sources.all: all means every source; name it otherwise
  meta_ads: { =>   csv_file: {connection: {path: leads.csv}}\n  meta_ads: {
    base.yaml:31: sources.csv_file.destination: required and missing: the CRM its leads are ...
object: Lead => object: Contact
    base.yaml:30: sources.salesforce.intake.object: no such object to read leads from; write Lead
destination: salesforce,  => (nothing)
    base.yaml:31: sources.meta_ads.destination: required and missing: the CRM its leads are ...
created_after: 2026-11-01 => created_after: yesterday
    base.yaml:30: sources.salesforce.intake.created_after: not an instant; write 2026-11-01 ...
  salesforce: {intake: { =>   salesforce: {connection: {client_secret: s3cr3t}, intake: {
    base.yaml:30: sources.salesforce.connection.client_secret: no secrets in files; put it ...
  salesforce: {intake: { =>   salesforce: {connection: {base_url: 'https://me:pw@host'}, intake: {
    base.yaml:30: sources.salesforce.connection.base_url: must be like https://host, without ...
  salesforce: {intake: { =>   salesforce: {fields: {prodct: X__c}, intake: {
    base.yaml:30: sources.salesforce.fields.prodct: not a field of a lead; did you mean product?
  salesforce: {intake: { =>   salesforce: {create: {fields: {campain: X__c}}, intake: {
    base.yaml:30: sources.salesforce.create.fields.campain: not written on created records; did ...
  salesforce: {intake: { =>   salesforce: {create: {fields: {reason: X__c}}, intake: {
    base.yaml:30: sources.salesforce.create.fields.reason: not a field of a lead; name its field ...
  salesforce: {intake: { =>   salesforce: {create: {values: {budget: {a: b}}}, intake: {
    base.yaml:30: sources.salesforce.create.values.budget: not written on created records; for ...
  salesforce: {intake: { =>   salesforce: {create: {places: name}, intake: {
    base.yaml:30: sources.salesforce.create.places: unknown word "name"; did you mean names?
  meta_ads: { =>   meta_ads: {create: {fields: {campaign: x}},
    base.yaml:31: sources.meta_ads.create: leads are created in a CRM: write this under ...
defaults: {company => defaults: {compny
    base.yaml:31: sources.meta_ads.defaults.compny: not a field of a lead; did you mean company?
rates: {USD: 0.92} => rates: {USD: -1}
    base.yaml:32: currency.rates.USD: not an amount; write a number above 0, as in 0.92
rates: {USD: 0.92} => rates: {DOLLAR: 0.92}
    base.yaml:32: currency.rates.DOLLAR: unknown currency "DOLLAR"; write the ISO 4217 code, ...
at_most: 2m => at_most: 20m
    base.yaml:33: hold.at_most: must be shorter than every SLA; the shortest is 15m
until: [employees] => until: [employes]
    base.yaml:33: hold.until[0]: unknown field; did you mean employees?
industry: {technolgy => indutsry: {technolgy
    base.yaml:35: values.indutsry: not a field of a lead; did you mean industry?
hold: {until: [employees], at_most: 2m} => quality: {required_any: [mail]}
    base.yaml:33: quality.required_any[0]: not a field of a lead; did you mean email?
hold: {until: [employees], at_most: 2m} => quality: {required_any: [], alert: {against: 7d}}
    base.yaml:33: quality.required_any: must not be empty; for example ["email", "phone"]
    base.yaml:33: quality.alert.malformed_share: required and missing; for example 0.05
budget: number => budget: money
    base.yaml:36: custom.budget: unknown word "money"; known: boolean, date, number, text
{technolgy: technology} => {technolgy: 3}
    base.yaml:35: values.industry.technolgy: expected text, found the number 3; put it in ...
{technolgy: technology} => {Technology: [technolgy, "IT: all"]}
    base.yaml:35: values.industry.Technology: expected text, found a list; their words come first...
{technolgy: technology} => [technolgy]
    base.yaml:35: values.industry: expected keys with values, found a list
steward: desk => steward: [desk]
    base.yaml:25: steward: expected text, found a list; for example "inbound-desk"
steward: desk => steward: desk\nsteward: ben
    base.yaml:26: steward: the same key again, first on line 25; keep one of them
members: [ana, {owner: ben, weight: 3}], strategy: round_robin => members: [ana
    base.yaml:16: not valid YAML: the bracket opened on line 16 is not closed, or a comma is ...
    assign: smb\n    sla: hot\n =>     sla: hot\n
    base.yaml:18: rules[0].assign: required and missing; for example "iberia-enterprise"
employees: {min: 200} => employees: {}
    base.yaml:19: rules[0].when.employees: expected a value, a list, or tests such as {min: 200}
employees: {min: 200} => employees: [200, null]
    base.yaml:19: rules[0].when.employees[1]: a blank cannot be in a list; write {is: empty}, ...
employees: {min: 200} => product: true
    base.yaml:19: rules[0].when.product: true is not text; put it in quotes
territory: iberia, emp => territory: "us-*", emp
    base.yaml:19: rules[0].when.territory: no territory matches "us-*"
employees: {min: 200} => not: ES
    base.yaml:19: rules[0].when.not: expected conditions by field, such as {country: ES}
  - name: Iberian enterprise =>   - name: " Iberian enterprise"
    base.yaml:18: rules[0].name: must not begin or end with a space, nor have a line break
currency: {base: EUR => currency: {base: Euro
    base.yaml:32: currency.base: unknown currency "Euro"; write the ISO 4217 code, such as EUR
{intake: {object: Lead, owners: ["queue:Web leads"], created_after: 2026-11-01}} => {}
    base.yaml:30: sources.salesforce.intake: required and missing: it states which records ...
{destination: salesforce => {write: {rule: Rule__c}, destination: salesforce
    base.yaml:31: sources.meta_ads.write: only a CRM is written to; remove it
employees: {min: 200} => country: blank
    base.yaml:19: rules[0].when.country: "blank" is no country; for a blank field write {is: empty}
  salesforce: {intake: { =>   salesforce: {default_country: Spian, intake: {
    base.yaml:30: sources.salesforce.default_country: unknown country "Spian"; did you mean ES?
steward: desk => steward: dsk
    base.yaml:25: steward: unknown owner "dsk"; did you mean desk?
email: ana@example.com => <<: {name: x}
    base.yaml:2: merge keys (<<) are not supported; write the values out
name: Ana Ruiz => name: !!python/name:os.system Ana
    base.yaml:2: the tag "!!python/name:os.system" is not supported; remove it
name: Ana Ruiz => name: @ana
    base.yaml:2: not valid YAML: a value begins with a character it cannot begin with (@, `, ...
name: Ana Ruiz => name: "Ana Ruiz
    base.yaml:4: not valid YAML: the bracket opened on line 2 is not closed, or a comma is missing
  smb: {members => \tsmb: {members
    base.yaml:16: not valid YAML: a tab in the indentation; indent with spaces
- {name: The rest => - name: The: rest
    base.yaml:23: not valid YAML: a colon where none can be: check the indentation, or quote ...
fallback: {assign: desk, sla: standard} => fallback: {assign: desk, sla: standart}
    base.yaml:24: fallback.sla: unknown SLA "standart"; did you mean standard?
"""


@pytest.mark.parametrize("case", cases(BROKEN), ids=str)
def test_the_line_the_key_and_the_remedy_are_named(case, tmp_path: Path):
    directory = put(tmp_path, base=swapped(case.old, case.new))
    found = [line.replace(str(tmp_path), "DIR") for line in complaints(directory)]

    assert [agreed(*pair) for pair in zip(found, case.expected, strict=True)] == list(case.expected)


def test_a_destination_whose_new_leads_are_leads_is_refused_at_once(tmp_path: Path):
    """We create contacts: beside an intake of Leads nobody would look at them."""
    to_leads = "hubspot: {intake: {object: leads}}\n  meta_ads: {destination: hubspot"
    directory = put(tmp_path, base=swapped("meta_ads: {destination: salesforce", to_leads))
    (line,) = complaints(directory)
    assert ":32: sources.meta_ads.destination: leads from elsewhere become contacts in " in line
    assert "its intake.object is leads: write contacts there, or name another" in line


def test_a_map_of_values_the_wrong_way_round_is_shown_the_right_way_round(tmp_path: Path):
    turned = '{Technology: [technolgy, "IT: all"]}'
    (line,) = complaints(put(tmp_path, base=swapped("{technolgy: technology}", turned)))
    assert line.endswith(': write {technolgy: Technology, "IT: all": Technology}')
