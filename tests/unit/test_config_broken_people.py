"""Broken owners, calendars, pools and conditions: what a person is told."""

from pathlib import Path

import pytest

from tests.unit.config_files import agreed, cases, complaints, put, swapped

# OLD => NEW in the base configuration, then every line that must be said about it; "..." stands
# for the rest of a long one.
BROKEN = r"""
weight: 2, backup => wieght: 2, backup
    base.yaml:3: owners[0].wieght: unknown field; did you mean weight?
name: Ben Okafor,  => (nothing)
    base.yaml:6: owners[1].name: required and missing; for example "Ana Ruiz"
Europe/Madrid => Europe/Madird
    base.yaml:2: owners[0].timezone: unknown time zone; did you mean Europe/Madrid?
Europe/Madrid => Madrid
    base.yaml:2: owners[0].timezone: unknown time zone; did you mean Europe/Madrid?
email: ana@example.com => email: ana(at)example.com
    base.yaml:2: owners[0].email: not an e-mail address; write one as in ana@example.com
kind: queue => kind: que
    base.yaml:7: owners[2].kind: unknown word "que"; did you mean queue?
max_open: 30 => max_open: lots
    base.yaml:3: owners[0].max_open: expected a whole number, found text; for example 30
max_open: 30 => max_open: "30"
    base.yaml:3: owners[0].max_open: expected a whole number, found text; remove the quotes
max_open: 30 => max_open: 0
    base.yaml:3: owners[0].max_open: must be 1 or more
max_open: 30 => max_open: 2.5
    base.yaml:3: owners[0].max_open: expected a whole number, found the number 2.5; for example 30
weight: 2, backup => weight: 0, backup
    base.yaml:3: owners[0].weight: must be 1 or more, found 0; who is to get nothing is left out ...
weight: 2, backup => weight: 0.5, backup
    base.yaml:3: owners[0].weight: weights are whole numbers, and only their proportion counts: ...
skills: [enterprise, security] => skills: enterprise
    base.yaml:3: owners[0].skills: expected a list, found text; write [enterprise]
from: 2026-12-24 => from: 24.12.2026
    base.yaml:5: owners[0].away[0].from: not a date of the calendar; write it as 2026-12-24
from: 2026-12-24 => from: 2027-02-24
    base.yaml:5: owners[0].away[0]: ends on 2027-01-02, before it begins; exchange from and to
to: 2027-01-02 => until: 2027-01-02
    base.yaml:5: owners[0].away[0].to: required and missing; for example "2027-01-02"
    base.yaml:5: owners[0].away[0].until: unknown field; known: from, to
hours: office, => hours: ofice,
    base.yaml:2: owners[0].hours: unknown calendar "ofice"; did you mean office?
backup: ben => backup: bem
    base.yaml:3: owners[0].backup: unknown owner "bem"; did you mean ben?
max_open: 30 => caps: {day: 0}
    base.yaml:3: owners[0].caps.day: must be 1 or more
max_open: 30 => caps: {}
    base.yaml:3: owners[0].caps: no cap is stated; write one as in {day: 10}
max_open: 30 => caps: {month: 9}
    base.yaml:3: owners[0].caps.month: unknown field; known: day, hour, pool, segment, week
max_open: 30 => caps: {pool: {smd: {week: 5}}}
    base.yaml:3: owners[0].caps.pool.smd: unknown pool "smd"; did you mean smb?
max_open: 30 => caps: {pool: {smb: {segment: {paidd: {hour: 1}}}}}
    base.yaml:3: owners[0].caps.pool.smb.segment.paidd: unknown segment "paidd"; did you mean ...
kind: queue => kind: queue, caps: {day: 5}
    base.yaml:7: owners[2].caps: a queue takes all; remove it, or make it a person
backup: ben => backup: ben, manager: bem
    base.yaml:3: owners[0].manager: unknown owner "bem"; did you mean ben?
backup: ben => backup: ben, manager: ana
    base.yaml:3: owners[0].manager: nobody manages themselves; name somebody else
strategy: round_robin => take_within: 5m
    base.yaml:16: pools.smb: take_within is for strategy: pull; remove it, or change the strategy
strategy: round_robin => strategy: pull, take_within: 24h
    base.yaml:16: pools.smb.take_within: too long: rules[1] assigns to this pool under SLA ...
strategy: round_robin => joiners: {catch_up: 0}
    base.yaml:16: pools.smb.joiners.catch_up: must be 1 or more
strategy: round_robin => out_of_hours: later
    base.yaml:16: pools.smb.out_of_hours: unknown policy; write next_shift, ...
strategy: round_robin => out_of_hours: {hold: 4h, on_call: ana}
    base.yaml:16: pools.smb.out_of_hours: write one of next_shift, ...
strategy: round_robin => out_of_hours: {follow_the_sun: smb}
    base.yaml:16: pools.smb.out_of_hours.follow_the_sun: a pool cannot follow itself; ...
strategy: round_robin => out_of_hours: {follow_the_sun: smc}
    base.yaml:16: pools.smb.out_of_hours.follow_the_sun: unknown pool "smc"; did you mean smb?
strategy: round_robin => out_of_hours: {on_call: bem}
    base.yaml:16: pools.smb.out_of_hours.on_call: unknown owner "bem"; did you mean ben?
strategy: round_robin => out_of_hours: {hold: 24h}
    base.yaml:16: pools.smb.out_of_hours.hold: too long: rules[1] assigns to this pool under SLA ...
strategy: round_robin => when_full: {hold: 1d}
    base.yaml:16: pools.smb.when_full.hold: too long: rules[1] assigns to this pool under SLA ...
backup: ben => backup: ana
    base.yaml:3: owners[0].backup: nobody stands in for themselves; name somebody else
id: ben => id: ana
    base.yaml:3: owners[0].backup: unknown owner "ben"; known: ana, desk; the same at ...
    base.yaml:6: owners[1].id: "ana" is taken by an owner at base.yaml:2
id: ben => id: 7
    base.yaml:3: owners[0].backup: unknown owner "ben"; known: ana, desk; the same at ...
    base.yaml:6: owners[1].id: expected text, found the number 7; put it in quotes: "7"
days: mon-fri => days: mo-fr
    base.yaml:10: calendars.office.days: not weekdays; write mon-fri, or mon,wed,fri, or sat-sun
09:00-14:00 => 9-14
    base.yaml:10: calendars.office.hours[0]: "9-14": not working hours; write "09:00-14:00"
09:00-14:00 => 09:00-16:00
    base.yaml:10: calendars.office.hours: two spans overlap; join them into one
15:00-18:00 => 22:00-06:00
    base.yaml:10: calendars.office.hours[1]: "22:00-06:00": ends before it begins; a night ...
holidays: ES => holidays: XX
    base.yaml:10: calendars.office.holidays: no public holidays are known for "XX"; write a ...
holidays: ES => holidays: ES-MA
    base.yaml:10: calendars.office.holidays: unknown region "ES-MA"; did you mean ES-ML?
days: mon-fri,  => (nothing)
    base.yaml:10: calendars.office: write days: mon-fri beside a list of hours, or hours by ...
country: [ES, PT] => country: [ES, Portgual]
    base.yaml:12: territories.iberia.country[1]: unknown country "Portgual"; did you mean PT?
country: [ES, PT] => country: [Narnia]
    base.yaml:12: territories.iberia.country[0]: unknown country "Narnia"; write the ISO ...
country: [ES, PT] => region: CA
    base.yaml:12: territories.iberia.region: unknown region "CA"; write the ISO 3166-2 code, ...
country: [ES, PT] => region: Bavaria
    base.yaml:12: territories.iberia.region: unknown region "Bavaria"; write the ISO 3166-2 ...
country: [ES, PT] => segment: paid
    base.yaml:12: territories.iberia.segment: a territory is made of no other, and of no ...
country: [ES, PT] => country: []
    base.yaml:12: territories.iberia.country: an empty list matches nothing; remove it or fill it
country: [ES, PT] => country: null
    base.yaml:12: territories.iberia.country: for a blank field write {is: empty}
country: [ES, PT] => language: Spansh
    base.yaml:12: territories.iberia.language: unknown language "Spansh"; write the ISO 639-1 ...
{owner: ben, weight: 3} => {owner: ben, wight: 3}
    base.yaml:16: pools.smb.members[1].wight: unknown field; did you mean weight?
{owner: ben, weight: 3} => benn
    base.yaml:16: pools.smb.members[1]: unknown owner "benn"; did you mean ben?
{owner: ben, weight: 3} => {owner: ben, weight: -1}
    base.yaml:16: pools.smb.members[1].weight: must be 1 or more, found -1; who is to get ...
{owner: ben, weight: 3} => {owner: ben, weight: 0}
    base.yaml:16: pools.smb.members[1].weight: must be 1 or more, found 0; who is to get nothing ...
{owner: ben, weight: 3} => ana
    base.yaml:16: pools.smb.members[1]: "ana" is in this pool twice; give it a weight
members: [ana, {owner: ben, weight: 3}] => members: {skills: [securty]}
    base.yaml:16: pools.smb.members.skills[0]: unknown skill "securty"; did you mean security?
members: [ana, {owner: ben, weight: 3}] => members: {skills: [security], languages: [es, fr]}
    base.yaml:16: pools.smb.members.languages[1]: unknown language "fr"; known: es
members: [ana, {owner: ben, weight: 3}] => members: []
    base.yaml:16: pools.smb.members: must not be empty
members: [ana, {owner: ben, weight: 3}] => members: ana
    base.yaml:16: pools.smb.members: expected a list, found text; write [ana]
members: [ana, {owner: ben, weight: 3}] => members: {}
    base.yaml:16: pools.smb.members: nobody; write [ana, ben] or {skills: [security]}
strategy: round_robin => strategy: round-robin
    base.yaml:16: pools.smb.strategy: unknown strategy; did you mean round_robin?
smb: {members => ben: {members
    base.yaml:16: pools.ben: "ben" is also an owner's id (base.yaml:6); rename one of them
    base.yaml:20: rules[0].assign: unknown pool or owner "smb"; known: account_owner, ana, ...
hubspot: "9001" => hubspt: "9001"
    base.yaml:8: owners[2].crm.hubspt: unknown CRM; did you mean hubspot?
languages: [es] => languages: [spanish]
    base.yaml:3: owners[0].languages[0]: write es, the ISO 639-1 code
languages: [es] => languages: [klingon]
    base.yaml:3: owners[0].languages[0]: unknown language "klingon"; write the ISO 639-1 ...
["09:00-14:00", "15:00-18:00"] => {mon-fri: ["09:00-17:00"]}
    base.yaml:10: calendars.office: hours are stated by day, so days: is one too many; remove it
days: mon-fri, hours: ["09:00-14:00", "15:00-18:00"] => hours: {mon-fri: "9:00"}
    base.yaml:10: calendars.office.hours.mon-fri: expected a list, found text; write [9:00]
kind: queue, => kind: queue, hours: office,
    base.yaml:7: owners[2].hours: a queue is always on; remove it, or make it a person
id: ben => id: account_owner
    base.yaml:3: owners[0].backup: unknown owner "ben"; known: account_owner, ana, desk; the ...
    base.yaml:6: owners[1].id: account_owner means the account's owner in rules; rename
iberia: {country: [ES, PT]} => iberia: {}
    base.yaml:12: territories.iberia: it has no condition, so every lead would be in it
"""


@pytest.mark.parametrize("case", cases(BROKEN), ids=str)
def test_the_line_the_key_and_the_remedy_are_named(case, tmp_path: Path):
    directory = put(tmp_path, base=swapped(case.old, case.new))
    found = [line.replace(str(tmp_path), "DIR") for line in complaints(directory)]

    assert [agreed(*pair) for pair in zip(found, case.expected, strict=True)] == list(case.expected)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("0.5", "in place of 0.5 write 1, and 2 for those who have 1 now"),
        ("1.5", "in place of 1.5 write 3, and 2 for those who have 1 now"),
        ("0.33", "in place of 0.33 write 1, and 3 for those who have 1 now"),
        ("0.01", "in place of 0.01 write 1, and 100 for those who have 1 now"),
        ("0.00001", "in place of 1e-05 write 1, and 1000 for those who have 1 now"),
        ("2.0", "in place of 2.0 write 2"),
    ],
)
def test_part_of_a_turn_is_told_as_two_whole_weights(written: str, instead: str, tmp_path: Path):
    found = complaints(put(tmp_path, base=swapped("weight: 3", f"weight: {written}")))

    said = "weights are whole numbers, and only their proportion counts"
    assert found == [f"base.yaml:16: pools.smb.members[1].weight: {said}: {instead}"]


def test_an_owner_who_did_not_load_leaves_no_pool_empty(tmp_path: Path):
    """Nobody can tell yet whom the pool would pick."""
    picked = swapped(
        "{members: [ana, {owner: ben, weight: 3}], ", "{members: {skills: [security]}, "
    )
    broken = picked.replace("to: 2027-01-02", "to: 2026-12-02")
    (found,) = complaints(put(tmp_path, base=broken))
    assert found.startswith("base.yaml:5: owners[0].away[0]: ends on 2026-12-02, before it begins")
    nobody = picked.replace("{skills: [security]}", "{skills: [security], languages: [fr]}")
    french = nobody.replace("name: Ben Okafor,", "name: Ben Okafor, languages: [fr],")
    assert complaints(put(tmp_path, base=french)) == [
        "base.yaml:16: pools.smb.members: no owner has all of these; the pool would be empty"
    ]


def test_a_name_that_is_nowhere_is_told_once_with_its_places(tmp_path: Path):
    """By whatever kind of reference; as another kind of name it is a mistake of its own."""
    text = swapped("id: ben", "id: ana").replace("hours: office,", "hours: ben,", 1)
    told = [line for line in complaints(put(tmp_path, base=text)) if '"ben"' in line]

    assert [line.split(": ")[-1].partition("; the same at ")[2] for line in told] == [
        "",
        "base.yaml:16, base.yaml:23",
    ]
