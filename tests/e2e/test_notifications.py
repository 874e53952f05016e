"""Owners are told: what they need, when it stands in the CRM, at least once, never in the way."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.notices import _give_task, tell_pending
from flows.wiring import DEFAULT_CONFIG
from sandbox.chat import Chat, chat_app
from sandbox.serve import serve_in_thread
from sandbox.town import Town
from tests.e2e.town_case import sync, wired

NOTIFY = """
notify:
  channels: {sales: FIRSTTOUCH_TEST_CHAT, own: FIRSTTOUCH_TEST_MAIL}
  owners: {ana: [own]}
  everyone: [sales]
  younger_than: 366d
  record_url: {hubspot: "https://app.example.com/contact/{id}"}
"""
SOURCES = ("salesforce", "google_ads")
"""A lead of the first has its owner there; one of the second becomes a contact of HubSpot's."""

MANY_LEASES = timedelta(minutes=10)


@pytest.fixture
def chat():
    return Chat()


@pytest.fixture
def environment(chat):
    with serve_in_thread(chat_app(chat)) as address:
        base = address.replace("http://", "json://")
        yield {
            "FIRSTTOUCH_TEST_CHAT": f"{base}/sales",
            "FIRSTTOUCH_TEST_MAIL": f"{base}/{{email}}",
        }


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("config") / "example"
    shutil.copytree(DEFAULT_CONFIG, folder)
    (folder / "notify.yaml").write_text(NOTIFY)
    owners = (folder / "owners.yaml").read_text()
    at_any_hour = owners.replace("    hours: office-madrid\n", "", 1)
    assert at_any_hour != owners
    (folder / "owners.yaml").write_text(at_any_hour)  # ana gets leads whenever this runs
    return folder


@pytest.fixture
def town():
    with Town.open(seed=5, leads=60) as opened:
        yield opened


@pytest.fixture
def wiring(town, config, tmp_path, environment):
    with wired(town, tmp_path, config, environment=environment, only=SOURCES) as opened:
        sync(opened)
        yield opened


def changed(wiring, **settings):
    notify = wiring.configuration.notify
    assert notify is not None
    configuration = replace(wiring.configuration, notify=replace(notify, **settings))
    return replace(wiring, configuration=configuration)


def sent(wiring):
    counts = wiring.store.notice_counts()
    return sum(count.sent for count in counts.values())


def waiting(wiring):
    return sum(count.waiting for count in wiring.store.notice_counts().values())


def test_each_owner_is_told_once_what_is_needed(wiring, chat):
    expected = waiting(wiring)
    assert expected > 20
    assert chat.posted == []  # writing owners told nobody by itself
    assert tell_pending(wiring) == []
    assert len(chat.posted) == sent(wiring) == expected
    assert tell_pending(wiring) == []
    assert len(chat.posted) == expected
    owners = wiring.configuration.policy.owners
    assert {post.room for post in chat.posted} == {"sales", owners["ana"].email}
    told = chat.posted[0]
    assert told.title.startswith("New lead for ")
    assert "(repeat)" not in told.title
    for word in ("Source: ", "Be in touch by ", "Why you: ", "https://"):
        assert word in told.text
    (linked, *_) = (p for p in chat.posted if "app.example.com/contact/" in p.text)
    assert "{id}" not in linked.text


def test_a_teller_that_dies_is_repeated_and_says_so(wiring, chat):
    """Sent, and dead before it could be recorded."""
    claimed = wiring.store.claim_notices(
        limit=1000, worker="dead", lease_seconds=60, now=wiring.now()
    )
    later = replace(wiring, now=lambda: wiring.now() + MANY_LEASES)
    tell_pending(later)
    assert len(chat.posted) == len(claimed)
    assert all(post.title.endswith("(repeat)") for post in chat.posted)
    assert sum(c.repeats for c in wiring.store.notice_counts().values()) == len(claimed)


def test_a_chat_that_is_down_keeps_no_lead_waiting(wiring, chat, town):
    chat.refuse = 1_000_000
    assert tell_pending(wiring) == []
    assert sent(wiring) == 0
    _, ticks = sync(wiring)
    assert [problem for tick in ticks for problem in tick.problems] == []
    chat.refuse = 0
    tell_pending(replace(wiring, now=lambda: wiring.now() + MANY_LEASES))
    assert waiting(wiring) == 0
    assert not any("(repeat)" in post.title for post in chat.posted)


def test_what_is_given_up_is_named_without_what_was_in_it(wiring, chat):
    chat.refuse = 1_000_000
    problems = []
    for hours in range(9):
        ahead = timedelta(hours=hours)
        later = replace(wiring, now=lambda ahead=ahead: wiring.now() + ahead)
        problems += tell_pending(later)
    assert problems
    assert all("its owner could not be told by" in str(problem) for problem in problems)
    assert not any("@" in str(problem) or "127.0.0.1" in str(problem) for problem in problems)


def test_a_backfill_tells_nobody(town, config, tmp_path, environment, chat):
    with wired(town, tmp_path, config, environment=environment, only=SOURCES) as opened:
        quiet = replace(opened, configuration=replace(opened.configuration, notify=None))
        sync(quiet)
        assert tell_pending(opened) == []
    assert chat.posted == []


def test_an_old_lead_is_no_news(town, tmp_path, config, environment, chat):
    with wired(town, tmp_path, config, environment=environment, only=SOURCES) as opened:
        sync(changed(opened, younger_than=timedelta(0)))
        assert waiting(opened) == 0


def test_one_task_in_the_crm_for_each_assignment(town, tmp_path, config, environment):
    with wired(town, tmp_path, config, environment=environment) as opened:
        tasks = changed(opened, crm_task=True, everyone=(), owners={})
        sync(tasks)
        expected = waiting(tasks)
        assert expected
        for notice in _claimed_by_the_dead(tasks):
            _give_task(tasks, notice)  # and dead before it could be recorded
        assert tell_pending(tasks, budget=60) == []
        later = replace(tasks, now=lambda: tasks.now() + MANY_LEASES)
        assert tell_pending(later, budget=60) == []
        count = tasks.store.notice_counts()["crm_task"]
        assert (count.sent, count.waiting) == (expected, 0)
        assert _tasks_there(town) == expected


def _claimed_by_the_dead(wiring):
    return wiring.store.claim_notices(limit=5, worker="dead", lease_seconds=1, now=wiring.now())


def _tasks_there(town):
    """How many tasks were made, by the vendors' own journals."""
    made = town.journal.entries(event="created")
    return sum(len(entry.ids) for entry in made if entry.object.lower().startswith("task"))
