"""`simulate --against`: what a rule change would have changed, before it goes live."""

import csv
import json
import shutil

import pytest

from flows.wiring import DEFAULT_CONFIG
from sandbox.town import Town
from tests.e2e.town_case import quick_config, sync, wired


@pytest.fixture
def proposal(tmp_path):
    """Today's configuration, with leads from Brazil sent to Grace instead of Ines."""
    copy = tmp_path / "proposal"
    shutil.copytree(DEFAULT_CONFIG, copy)
    rules = (copy / "rules.yaml").read_text("utf-8")
    assert "assign: [ines, weekend-cover]" in rules
    (copy / "rules.yaml").write_text(
        rules.replace("assign: [ines, weekend-cover]", "assign: [grace, weekend-cover]", 1), "utf-8"
    )
    return copy


@pytest.fixture
def leads(tmp_path):
    """Ten leads from Brazil on a working afternoon there, and ten from Japan."""
    path = tmp_path / "leads.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "created_at", "email", "country"])
        for n in range(20):
            country = "BR" if n % 2 else "JP"
            rows.writerow([f"L{n}", f"2026-11-24T17:{n:02}:00Z", f"p{n}@f{n}.example", country])
    return path


def test_only_the_leads_of_the_changed_rule_move(firsttouch, leads, proposal, tmp_path):
    out, page = tmp_path / "rows.jsonl", tmp_path / "page.html"
    words = ("--against", proposal, "--out", out, "--html", page)
    ended = firsttouch("simulate", leads, *words, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["leads"], told["moved"]) == (0, 20, 10)
    assert told["moves"] == [{"from": "ines", "to": "grace", "leads": 10}]
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert {row["lead"] for row in rows if row["moved"]} == {f"L{n}" for n in range(1, 20, 2)}
    assert "10 of 20 leads (50%) would go to somebody else." in page.read_text("utf-8")


def test_the_same_configuration_moves_nothing(firsttouch, leads):
    told = json.loads(firsttouch("simulate", leads, "--against", DEFAULT_CONFIG, "--json").out)
    assert (told["leads"], told["moved"], told["moves"]) == (20, 0, [])


def _cap_of_ines(config, cap):
    owners = config / "owners.yaml"
    text = owners.read_text("utf-8")
    place = text.index("max_open: ", text.index("id: ines"))
    owners.write_text(text[:place] + f"max_open: {cap}" + text[text.index("\n", place) :], "utf-8")


def test_a_smaller_cap_shows_who_would_be_above_it(firsttouch, leads, proposal):
    _cap_of_ines(proposal, 4)
    told = json.loads(firsttouch("simulate", leads, "--against", proposal, "--json").out)
    assert told["before"]["above_caps_of_after"] == 6
    assert told["after"]["above_caps_of_after"] == 0
    ended = firsttouch("simulate", leads, "--against", proposal)
    assert "Above the caps of proposal: 0 instead of 6 leads." in ended.out


def test_leads_that_close_make_room_again(firsttouch, leads, tmp_path):
    config = tmp_path / "small"
    shutil.copytree(DEFAULT_CONFIG, config)
    _cap_of_ines(config, 4)

    def of_ines(*words):
        ended = firsttouch("simulate", leads, "--config", config, *words)
        return sum(json.loads(line)["owner"] == "ines" for line in ended.out.splitlines())

    assert of_ines() == 4
    assert of_ines("--open-for", "3m") == 10
    bad = firsttouch("simulate", leads, "--open-for", "soon")
    assert bad.code == 2
    assert "--open-for: 'soon' is not a duration" in bad.complaint


def test_words_that_do_not_go_together_are_refused(store, firsttouch, leads, proposal, tmp_path):
    for words in (
        ("simulate",),
        ("simulate", "--from-store"),
        ("simulate", leads, "--from-store", "--against", proposal),
        ("simulate", leads, "--html", tmp_path / "page.html"),
    ):
        ended = firsttouch(*words)
        assert ended.code == 2
        assert "--against DIR" in ended.err
    ended = firsttouch("simulate", "--from-store", "--against", proposal, "--since", "lately")
    assert "neither a time nor how long ago" in ended.complaint
    ended = firsttouch("simulate", "--from-store", "--against", proposal)
    assert "no lead was decided since" in ended.complaint
    ended = firsttouch("simulate", leads, "--against", tmp_path / "nowhere")
    assert ended.code == 2
    assert "there is no such directory" in ended.complaint


def test_what_a_store_decided_is_decided_again(firsttouch, tmp_path):
    config = quick_config(tmp_path / "quick")
    with Town.open(seed=18, leads=60) as town, wired(town, tmp_path) as wiring:
        sync(wiring)
        store = str(wiring.store._db.engine.url)
    told = json.loads(
        firsttouch(
            *("simulate", "--from-store", "--since", "1d", "--against", config, "--json"),
            *("--store", store, "--config", config),
        ).out
    )
    assert told["leads"] >= 30
    assert told["moved"] == 0
