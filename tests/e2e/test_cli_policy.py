"""`firsttouch policy`: the versions that were in force, what changed, and the way back."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.configuration import Configuration
from config.load import load
from flows.decide import decide_waiting
from flows.in_force import keep_version
from flows.which_store import open_store
from flows.wiring import DEFAULT_CONFIG, utc_now, wire
from leads.keys import RunId
from leads.record import Cursor
from leads.sighting import Sighting, Verdict
from tests.builders import lead
from tests.e2e.town_case import empty_store

RUN = RunId("run-1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch, firsttouch) -> Path:
    copy = tmp_path / "policy"
    shutil.copytree(DEFAULT_CONFIG, copy)
    empty_store(tmp_path / "firsttouch.db")
    monkeypatch.setenv("FIRSTTOUCH_CONFIG", str(copy))
    return copy


def _in_force(folder: Path) -> None:
    """Keep the folder as a sync does when it starts."""
    with open_store(None) as store:
        keep_version(store, load(folder), utc_now())


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def _texts(folder: Path) -> Mapping[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_each_change_is_a_version_that_says_what_changed(firsttouch, folder):
    _in_force(folder)
    _in_force(folder)
    _replace(folder / "rules.yaml", "- name: Brazil", "- name: Brasil")
    _in_force(folder)
    ended = firsttouch("policy", "list", "--json")
    first, second = json.loads(ended.out)
    assert first["changes"] is None
    assert [change[:14] for change in second["changes"]] == ["+ rules.Brasil", "- rules.Brazil"]
    assert first["policy"] != second["policy"]
    assert "2 changes in rules: + rules.Brasil" in firsttouch("policy", "list").out


def test_diff_names_the_key_and_both_values(firsttouch, folder):
    _in_force(folder)
    _replace(folder / "rules.yaml", "seen_within: 1h", "seen_within: 2h")
    ended = firsttouch("policy", "diff", 1)
    assert ended.out.splitlines() == ["~ rules.Security, larger companies.seen_within: 1h → 2h"]
    assert firsttouch("policy", "diff", 1, 1).out.splitlines() == ["Nothing differs."]


def test_rollback_brings_every_byte_back_and_loses_nothing(firsttouch, folder):
    before = _texts(folder)
    _in_force(folder)
    _replace(folder / "rules.yaml", "seen_within: 1h", "seen_within: 2h  # for now")
    (folder / "more.yaml").write_text("segments: {webinars: {channel: [webinar]}}\n", "utf-8")
    changed = _texts(folder)
    _in_force(folder)
    ended = firsttouch("policy", "rollback", 1, "--yes")
    assert ended.code == 0
    assert _texts(folder) == before
    assert firsttouch("policy", "rollback", 2, "--yes").code == 0
    assert _texts(folder) == changed


def test_rollback_says_what_waits_for_a_review_under_the_policy_it_leaves(firsttouch, folder):
    _in_force(folder)
    (folder / "review.yaml").write_text("review: {first: 5}\n", "utf-8")
    _replace(folder / "rules.yaml", "seen_within: 1h", "seen_within: 2h")
    _in_force(folder)
    assert "of another policy" not in firsttouch("policy", "rollback", 2, "--yes").out
    _proposed(load(folder))
    ended = firsttouch("policy", "rollback", 1, "--yes")
    assert "1 lead of another policy waits for a review: the next sync takes back" in ended.out


def _proposed(configuration: Configuration) -> None:
    """Let one lead wait for a review."""
    with open_store(None) as store:
        wiring = wire(configuration, store, {"FIRSTTOUCH_HUBSPOT_TOKEN": "a-token"})
        each = lead(1, created_at=utc_now(), email="eva@example.com")
        shown = Sighting(key=each.key, version="1", verdict=Verdict.NEW, body={}, lead=each)
        store.save_page("hubspot", [shown], Cursor("c"), run=RUN, now=utc_now(), pulled=1)
        decide_waiting(wiring, "hubspot", RUN)


def test_rollback_keeps_what_stands_there_although_no_sync_saw_it(firsttouch, folder):
    _in_force(folder)
    _replace(folder / "rules.yaml", "seen_within: 1h", "seen_within: 3h")
    changed = _texts(folder)
    firsttouch("policy", "rollback", 1, "--yes")
    assert firsttouch("policy", "rollback", 2, "--yes").code == 0
    assert _texts(folder) == changed


def test_rollback_mends_a_folder_that_no_longer_loads(firsttouch, folder):
    before = _texts(folder)
    _in_force(folder)
    (folder / "rules.yaml").write_text("rules: [{name: x, wenn: {}}]\n", "utf-8")
    assert firsttouch("check").code == 2
    assert firsttouch("policy", "rollback", 1, "--yes").code == 0
    assert _texts(folder) == before


def test_rollback_asks_and_takes_silence_for_a_no(firsttouch, folder):
    _in_force(folder)
    _replace(folder / "rules.yaml", "seen_within: 1h", "seen_within: 2h")
    changed = _texts(folder)
    ended = firsttouch("policy", "rollback", 1)
    assert ended.code == 2
    assert "confirm with --yes" in ended.complaint
    assert _texts(folder) == changed


def test_what_is_not_there_is_said(firsttouch, folder):
    assert firsttouch("store", "migrate").code == 0
    assert "no version is kept yet" in firsttouch("policy", "list").complaint
    _in_force(folder)
    ended = firsttouch("policy", "show", "7")
    assert ended.code == 2
    assert "there is no version '7'" in ended.complaint


def test_show_tells_every_rule_and_pool_in_words(firsttouch, folder):
    ended = firsttouch("policy", "show")
    configuration = load(folder)
    for rule in configuration.policy.rules:
        assert f". {rule.name}\n" in ended.out
    for pool in configuration.policy.pools:
        assert f"  {pool}: " in ended.out
    assert "when employees at least 200 and territory is iberia" in ended.out
    assert f"the files in {folder} as they are" in ended.out


def test_an_older_version_is_shown_as_it_was(firsttouch, folder):
    _in_force(folder)
    _replace(folder / "rules.yaml", "- name: Brazil", "- name: Brasil")
    shown = firsttouch("policy", "show", 1).out
    assert ". Brazil\n" in shown
    assert ": version 1, since 20" in shown
    assert ". Brasil\n" in firsttouch("policy", "show").out


TAKEN = """\
owners:
  - {id: ana, name: Ana Ruiz, crm: {hubspot: "1"}}
  - {id: desk, name: Desk, kind: queue, crm: {hubspot: "9"}}
pools: {counter: {members: [ana], strategy: pull}}
rules: [{name: All, assign: counter, sla: standard}]
fallback: {assign: desk, sla: standard}
sla: {standard: {first_touch: 24h}}
sources:
  hubspot:
    intake: {owners: [null], created_after: 2026-11-01}
    connection: {base_url: "http://127.0.0.1:9", attempts: 1}
"""


@pytest.fixture
def counter(tmp_path: Path, monkeypatch, firsttouch) -> Path:
    """Make a folder with one pool that is taken from, and a CRM that does not answer."""
    folder = tmp_path / "counter"
    folder.mkdir()
    (folder / "all.yaml").write_text(TAKEN)
    empty_store(tmp_path / "firsttouch.db")
    monkeypatch.setenv("FIRSTTOUCH_CONFIG", str(folder))
    monkeypatch.setenv("FIRSTTOUCH_HUBSPOT_TOKEN", "1234567890")
    return folder


def test_a_sync_tells_that_the_policy_is_another_one(firsttouch, counter):
    assert "changed" not in firsttouch("sync").err
    _replace(counter / "all.yaml", "first_touch: 24h", "first_touch: 20h")
    told = firsttouch("sync").complaint
    assert f"policy changed: 1 difference by {counter}, " in told
    assert "; `firsttouch policy diff 1 2` tells them" in told
    assert "changed" not in firsttouch("sync").err, "once"
    _replace(counter / "all.yaml", "first_touch: 20h", "first_touch: 20h  # a word")
    assert "changed" not in firsttouch("sync").err, "a comment is not another policy"


def test_observing_puts_nothing_in_force(firsttouch, counter):
    firsttouch("sync")
    _replace(counter / "all.yaml", "first_touch: 24h", "first_touch: 20h")
    assert "a sync now would tell: policy changed: 1 diff" in firsttouch("sync", "--observe").err
    assert len(json.loads(firsttouch("policy", "list", "--json").out)) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("take", "counter", "--as", "ana"),
        ("return", "1", "--reason", "spam"),
        ("rejects", "replay"),
    ],
    ids=lambda words: words[0],
)
def test_who_decides_for_a_person_does_so_by_the_policy_in_force(firsttouch, counter, words):
    firsttouch("sync")
    other = shutil.copytree(counter, counter.parent / "other")
    _replace(other / "all.yaml", "first_touch: 24h", "first_touch: 20h")
    ended = firsttouch(*words, environment={"FIRSTTOUCH_CONFIG": str(other)})
    assert ended.code == 2
    assert f"{other} is not the policy in force (version 1, " in ended.complaint
    assert "~ sla.standard.first_touch: 24h → 20h" in ended.complaint
    assert "name its folder by --config or FIRSTTOUCH_CONFIG" in ended.complaint
    assert len(json.loads(firsttouch("policy", "list", "--json").out)) == 1
    assert "is not the policy" not in firsttouch(*words, "--config", counter).err


def test_looking_puts_nothing_in_force(firsttouch, counter):
    firsttouch("sync")
    _replace(counter / "all.yaml", "first_touch: 24h", "first_touch: 20h")
    firsttouch("doctor")
    firsttouch("reconcile", "--since", "2026-11-01")
    assert len(json.loads(firsttouch("policy", "list", "--json").out)) == 1
