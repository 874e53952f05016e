"""Who lives in the world: from many countries, on no real domain, some of them twice."""

import json
import random
import re
from collections import Counter
from datetime import UTC, datetime

import phonenumbers
import pytest

from sandbox.world.build import build_world
from sandbox.world.chance import fill
from sandbox.world.contacts import contact_keys, contact_texts, phone_tail
from sandbox.world.countries import BY_CODE, COUNTRIES, Country
from sandbox.world.easy_spaces import easy_spaces_leads
from sandbox.world.people import NAMES
from sandbox.world.places import PLACES
from sandbox.world.prospects import Casting
from sandbox.world.record import Record, Standing, World

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)
_ADDRESS = re.compile(r"[^\s\"',@(]+@[^\s\"',@)]+")
_RESERVED = re.compile(r".+@(.+\.)?(example|example\.(com|org|net))", re.IGNORECASE)
_META_TOOL = {"test@meta.com", "test@fb.com"}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(11, leads=1500, now=NOW)


def _everybody(world: World) -> list[Record]:
    return [record for records in world.records.values() for record in records]


def test_every_address_anywhere_is_on_a_reserved_domain(world: World):
    text = json.dumps([dict(r.values) for r in _everybody(world)], ensure_ascii=False)
    found = set(_ADDRESS.findall(text)) - _META_TOOL
    assert len(found) > 1000
    assert [address for address in found if not _RESERVED.fullmatch(address)] == []


def test_the_eleven_sample_leads_are_there_as_published(world: World):
    samples = easy_spaces_leads()
    assert len(samples) == 11
    held = [r.values for r in world.salesforce if r.key.startswith("salesforce-easy")]
    for sample in samples:
        assert any(sample.items() <= values.items() for values in held)
    assert samples[2]["NumberOfEmployees"] == 4807
    assert samples[2]["Title"] == "Founder, CTO"


def test_only_the_unreachable_cannot_be_contacted(world: World):
    for record in _everybody(world):
        can_be = any(kind in {"email", "phone"} for kind, _ in contact_texts(record.values))
        assert can_be == (record.standing is not Standing.UNREACHABLE), record.key
    silent = Counter(
        r.key.partition("-")[0] for r in _everybody(world) if r.standing is Standing.UNREACHABLE
    )
    assert set(silent) == {"salesforce", "hubspot", "meta_ads"}


def test_who_left_only_a_number_wrote_it_with_its_country_code(world: World):
    """Without one, a blank country would make the number unreadable and the person lost."""
    for record in _everybody(world):
        contacts = dict(contact_texts(record.values))
        if "email" not in contacts and "phone" in contacts and "-pair-" not in record.key:
            wild = record.key == "meta_ads-wild-brazil-phone"
            assert "+" in contacts["phone"] or wild


def test_every_duplicate_can_be_found_by_what_tells(world: World):
    assert len(world.duplicates) == 60
    for pair in world.duplicates:
        first, second = world.find(pair.first), world.find(pair.second)
        shared = contact_keys(first.values) & contact_keys(second.values)
        assert any(("@" in key) == (pair.by == "email") for key in shared), pair
        assert pair.first.partition("-")[0] != pair.second.partition("-")[0]
        expected = Standing.OWNED if pair.owner else Standing.WAITING
        assert (first.standing, second.standing) == (expected, Standing.WAITING)
    assert {pair.by for pair in world.duplicates} == {"email", "phone"}


def test_nobody_else_is_there_twice(world: World):
    paired = {(pair.first, pair.second) for pair in world.duplicates}
    holders: dict[str, list[str]] = {}
    for record in _everybody(world):
        for key in contact_keys(record.values):
            holders.setdefault(key, []).append(record.key)
    twice = {frozenset(keys) for keys in holders.values() if len(keys) > 1}
    # The wild numbers end alike (1234567), and one stands in two records on purpose.
    tame = {keys for keys in twice if not all("-wild-" in key for key in keys)}
    assert tame == {frozenset(pair) for pair in paired}


def test_people_come_from_more_than_fifteen_countries():
    small = build_world(5, leads=100, now=NOW)
    spelled = {spelling: c.code for c in COUNTRIES for spelling in c.spellings}
    written = [
        text
        for record in _everybody(small)
        for text in (
            record.values.get("Country"),
            record.values.get("country"),
            *(v for a in record.values.get("field_data", ()) for v in a["values"]),
        )
    ]
    assert len({spelled[text] for text in written if text in spelled}) >= 15


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_numbers_are_valid_and_the_same_at_home_and_abroad(country: Country):
    rng = random.Random(country.code)
    for place in PLACES[country.code]:
        for formats in country.phones:
            home, abroad = fill(rng, *formats, area=place.area)
            number = phonenumbers.parse(home, country.code)
            assert number == phonenumbers.parse(abroad, country.code)
            assert phonenumbers.is_valid_number(number), home
            assert phone_tail(home)[-6:] == phone_tail(abroad)[-6:]


def test_namesakes_at_one_company_still_have_addresses_of_their_own():
    casting = Casting(random.Random(1))
    addresses = [p.email for p in (casting.draw("PL") for _ in range(3000)) if p.email]
    assert len(set(addresses)) == len(addresses) > 2000


@pytest.mark.parametrize("code", ["DE", "JP", "BR", "SE"])
def test_names_and_companies_are_the_country_s_own(code: str):
    casting = Casting(random.Random(1))
    drawn = [casting.draw(code) for _ in range(60)]
    country = BY_CODE[code]
    names = {part for n in NAMES[country.names].given for part in n.split("=")}
    assert {p.first_name for p in drawn} <= names
    assert any((p.company or "").endswith(country.suffixes[0]) for p in drawn)
    assert len({p.email for p in drawn if p.email}) == sum(p.email is not None for p in drawn)
