"""Every field of every source says what has harmed other programs: it stays text, all the way."""

import json
import shutil
from dataclasses import replace
from typing import Any

import pytest

from flows.receiver import receiving
from flows.wiring import DEFAULT_CONFIG
from leads.errors import StoreError
from leads.keys import LeadKey
from sandbox.town import Town
from sandbox.world.record import Standing
from store.rows import LeadState
from tests.e2e.town_case import sync, wired
from tests.e2e.webhook_case import SECRETS, post_lead, until
from tests.unit.spoiled import HOSTILE

# What is told to go on as it is: whom to write to, where it belongs, and what the vendor fixes.
KEPT = {"Email", "email", "EMAIL", "WORK_EMAIL", "Status", "OwnerId", "lifecyclestage", "form_id"}
KEPT |= {"campaign_id", "ad_id", "ad_group_id", "hs_language", "hs_analytics_source", "organic"}
KEPT |= {"consents", "extra", "LeadSource", "NumberOfEmployees"}
STEERS = ("\x1b", "\x9b", "\x07")
# What no vendor's JSON can carry, and what only makes the test slow.
TRIED = [text.replace("\ud800", "") for text in HOSTILE if len(text) < 1000]


@pytest.fixture(scope="module")
def town():
    with Town.open(seed=41, leads=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def wiring(town, tmp_path_factory):
    folder = tmp_path_factory.mktemp("injection")
    shutil.copytree(DEFAULT_CONFIG, folder / "config")
    sources = folder / "config" / "sources.yaml"
    sources.write_text(sources.read_text() + "\n  webhook: {destination: hubspot}\n")
    with wired(town, folder, folder / "config", environment=SECRETS) as opened:
        yield opened


def hostile(value: Any, word: str, name: str = "") -> Any:
    """The same record, with `word` for every text in it that is no contact and no picklist."""
    match value:
        case _ if name in KEPT:
            return value
        case str():
            return value if "@" in value else word
        case dict() if "values" in value:
            return value if value["name"] == "email" else {**value, "values": [word]}
        case dict():
            return {key: hostile(each, word, str(key)) for key, each in value.items()}
        case (str(field), str(told)):
            return (field, told if field in KEPT else word)
        case list():
            return [hostile(each, word) for each in value]
        case _:
            return value


def fresh(value: Any, address: str) -> Any:
    """The same record of somebody else: nobody is met again."""
    match value:
        case str():
            return address if "@" in value else value
        case dict():
            return {key: fresh(each, address) for key, each in value.items()}
        case list() | tuple():
            return type(value)(fresh(each, address) for each in value)
        case _:
            return value


def somebody_of(town, source):
    records = (r for r in town.world.records[source] if r.standing is Standing.WAITING)
    return next(r for r in records if "@" in json.dumps(dict(r.values)))


def added(town, source, record, values):
    match source:
        case "salesforce":
            return town.vendors.salesforce.add_lead(values)
        case "hubspot":
            return town.vendors.hubspot.add_contact(values)
        case _:
            made = replace(record, values=values, created=town.clock.now())
            return town.vendors.add(source, made)


def is_known(wiring, key):
    try:
        return wiring.store.stored_lead(key).state not in (LeadState.WAITING, LeadState.HELD)
    except StoreError:
        return False


@pytest.fixture(scope="module")
def planted(town, wiring):
    """One lead for each word at each source, and each sent to the webhook; all synced."""
    sync(wiring)
    keys = []
    for source in town.world.records:
        record = somebody_of(town, source)
        for number, word in enumerate(TRIED):
            values = fresh(
                dict(record.values), f"word{number}@{source.replace('_', '-')}.example.com"
            )
            keys.append(LeadKey(source, added(town, source, record, hostile(values, word))))
    with receiving(wiring, port=0, environ=SECRETS) as base:
        for number, word in enumerate(TRIED):
            lead = {"id": f"w{number}", "email": f"word{number}@webhook.example.com"}
            more = {"first_name": word, "last_name": word, "company": word, "job_title": word}
            said = {"city": word, "campaign": word, "product": word, "custom.note": word}
            assert post_lead(base, {**lead, **more, **said}).status_code == 200
            keys.append(LeadKey("webhook", lead["id"]))
        assert post_lead(base, {"id": "[/]<b>{id}", "first_name": "[/]"}).status_code == 200
        until(lambda: wiring.store.inbox_counts()["webhook"].waiting == 0, seconds=60)
    ticks = []

    def all_known():
        ticks.extend(sync(wiring)[1])
        return all(is_known(wiring, key) for key in keys)

    until(all_known, seconds=90)
    return keys, ticks


def test_no_vendor_was_asked_anything_but_what_was_meant(planted):
    """A quotation mark that ended a query early would be refused, or find everybody."""
    _, ticks = planted
    assert [str(problem) for tick in ticks for problem in tick.problems] == []


def test_each_is_a_lead_with_an_owner(planted, wiring):
    keys, _ = planted
    states = {key: wiring.store.stored_lead(key).state for key in keys}
    lost = {
        str(k): s for k, s in states.items() if s not in (LeadState.DECIDED, LeadState.DUPLICATE)
    }
    tests = {k: s for k, s in lost.items() if s is LeadState.IGNORED}  # a word that names a test
    assert lost.keys() == tests.keys()
    assert len(keys) > 100
    assert len(lost) < len(keys) / 10


def test_what_is_kept_can_be_shown(planted, wiring):
    keys, _ = planted
    for key in keys:
        lead = wiring.store.stored_lead(key).lead
        shown = [lead.first_name, lead.last_name, lead.company, lead.job_title, lead.city]
        assert all(text.isprintable() for text in (*shown, *lead.custom.values()) if text)


def test_commands_print_them_as_they_are(planted, wiring, town, firsttouch, tmp_path):
    keys, _ = planted
    store = str(wiring.store._db.engine.url)
    told = {"FIRSTTOUCH_STORE": store, **town.environment, **SECRETS}
    page, other = tmp_path / "page.html", tmp_path / "other"
    shutil.copytree(DEFAULT_CONFIG, other)
    rules = (other / "rules.yaml").read_text()
    (other / "rules.yaml").write_text(rules.replace("assign: [account_owner, ", "assign: ["))
    commands = [["rejects"], ["audit", "salesforce"], ["sync", "--observe"], ["doctor"]]
    commands += [
        [word, str(key)] for word in ("explain", "replay") for key in keys[:: len(TRIED) - 1]
    ]
    commands += [["simulate", "--from-store", "--against", other, "--html", page]]
    for words in commands:
        ended = firsttouch(*words, environment=told)
        assert ended.code in {0, 1}, ended.err
        assert "fault of Firsttouch" not in ended.err
        if words == ["rejects"]:
            assert "webhook:[/]<b>{id}" in ended.out
        assert not [mark for mark in STEERS if mark in ended.out + ended.err], words
    assert "<script>alert" not in page.read_text()
    assert "<img src=x" not in page.read_text()
