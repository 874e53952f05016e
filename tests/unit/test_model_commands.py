"""`firsttouch model`: from a CSV of the past to decisions by it, and back to the rules."""

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from config.load import load
from flows.commands import check
from flows.commands import model as command
from flows.modelling.in_force import model_for
from flows.modelling.pools import governed
from flows.which_store import open_existing_store
from leads.errors import ConfigError, StoreError
from store.model_rows import ModelState
from tests.e2e.town_case import empty_store
from tests.unit.model_past import past

CONFIG = """\
owners:
  - {id: ana, name: Ana Ruiz}
  - {id: ben, name: Ben Ode}
  - {id: cleo, name: Cleo Ito}
  - {id: desk, name: Inbound desk, kind: queue}
pools: {team: {members: [ana, ben, cleo], strategy: best_match}}
rules: [{name: All, assign: team, sla: standard}]
fallback: {assign: desk, sla: standard}
sla: {standard: {first_touch: 24h}}
"""
MODEL = "model: {features: [country], segment: industry}\n"
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("FIRSTTOUCH_DATA", BESIDE))
SKILL = {"Ana Ruiz": 1.0, "BEN": 0.0, "cleo": -1.0}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "all.yaml").write_text(CONFIG + MODEL)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "created_at", "industry", "Rep", "outcome", "closed_at"])
        for each in past(1_200, SKILL):
            end = each.end
            said = ("won" if end.won else "Closed Lost") if end else "Negotiating"
            closed = end.at.isoformat() if end else ""
            key, at = each.lead.key.source_id, each.at.isoformat()
            rows.writerow([key, at, each.lead.industry, each.owner, said, closed])
    return path


def trained(config: Path, store: str, history: Path, *, columns="owner=Rep", is_trial=False):
    if not is_trial:
        empty_store(config.parent / "store.db")
    command.train(history, columns, config, store, is_trial=is_trial, is_json=True)


def test_a_past_of_a_file_is_trained_shown_and_decides(config, store, history, capsys):
    trained(config, store, history)
    out, notes = capsys.readouterr()
    told = json.loads(out)
    assert "does not say when" not in notes
    assert (told["version"], told["state"]) == (1, "in_force")
    assert told["report"]["owners"] == {"left": [], "thin": [], "new": []}  # names and case
    command.show(None, config, store, is_json=False)
    shown = capsys.readouterr().out
    assert "May route: " in shown
    assert "younger leads that may still close tell nothing yet" in shown
    assert "owners may differ by industry.\nNot at country: too few leads of the past" in shown
    with open_existing_store(store) as opened:
        row = opened.model_in_force()
    assert row is not None
    assert row.state is ModelState.IN_FORCE


def test_an_amount_that_is_not_looked_at_is_said_to_need_its_currency(
    config, store, history, capsys
):
    (config / "all.yaml").write_text(CONFIG + "model: {features: [deal_value]}\n")
    command.train(history, "owner=Rep", config, store, is_trial=True, is_json=False)
    assert "or have it at all. An amount counts with its currency" in capsys.readouterr().out


def test_a_dry_run_keeps_nothing(config, store, history, capsys):
    trained(config, store, history, is_trial=True)
    assert json.loads(capsys.readouterr().out)["version"] is None
    with pytest.raises(StoreError, match="there is no store yet"):
        command.show(None, config, store, is_json=False)


@pytest.mark.parametrize("known", [("created_at",), ()])
def test_a_past_that_does_not_say_when_leads_closed_is_learnt_from(
    known, config, store, history, capsys
):
    with history.open(newline="") as file:
        rows = list(csv.DictReader(file))
    kept = ["id", *known, "industry", "Rep", "outcome"]
    with history.open("w", newline="") as file:
        table = csv.DictWriter(file, kept, extrasaction="ignore")
        table.writeheader()
        table.writerows(rows)
    trained(config, store, history, is_trial=True)
    told = capsys.readouterr()
    report = json.loads(told.out)["report"]
    assert report["passes"] == bool(known)
    assert "some owners close more" in report["verdict"]
    lacks = "it does not say when leads closed" if known else "does not say when leads came and"
    assert lacks in told.err
    assert ("nothing says when its leads came and closed" in report["verdict"]) != bool(known)
    command.train(history, "owner=Rep", config, store, is_trial=True, is_json=False)
    assert (", all without dates: " in capsys.readouterr().out) != bool(known)


def test_back_to_the_rules_holds_until_a_person_starts_a_version(config, store, history, capsys):
    trained(config, store, history)
    command.rollback("rules", "Ana is overrun", store, by="ben")
    trained(config, store, history)
    waits = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (waits["version"], waits["state"]) == (2, "trained")
    with open_existing_store(store) as opened:
        matcher, why = model_for(opened, _policy(config))
        assert matcher is None
        assert why == "version 2 of the model waits to be put in force"
        assert opened.interrupted_model() is not None
    trained(config, store, history)  # a later one does not resume by itself either
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["state"] == "trained"
    command.start(2, config, store, by="ben")
    command.rollback("1", "the older one was better", store, by="ben")
    with open_existing_store(store) as opened:
        kept = [(row.state, row.why) for row in opened.models()]
    assert kept == [
        (ModelState.IN_FORCE, "the older one was better"),
        (ModelState.ROLLED_BACK, "the older one was better"),
        (ModelState.TRAINED, "version 1 was taken back: a person starts the next"),
    ]


def test_the_version_in_force_is_not_put_in_force_again_its_trial_would_begin_anew(
    config, store, history
):
    trained(config, store, history)
    with open_existing_store(store) as opened:
        before = opened.models()
        with pytest.raises(ConfigError, match="model start: version 1 is in force, since 20"):
            command.start(1, config, store, by="ben")
        with pytest.raises(ConfigError, match="model rollback: version 1 is in force, since 20"):
            command.rollback("1", "a slip", store, by="ben")
        assert opened.models() == before
    command.rollback(command.RULES, "two are overrun", store, by="ben")
    command.start(None, config, store, by="ben")


def test_what_is_excluded_later_is_looked_at_no_more(config, store, history):
    trained(config, store, history)
    (config / "all.yaml").write_text(
        CONFIG + "model: {features: [country], segment: product, exclude: [industry]}\n"
    )
    with open_existing_store(store) as opened:
        matcher, why = model_for(opened, _policy(config))
    assert matcher is None
    assert why == "version 1 of the model looks at industry, which is excluded now"


@pytest.mark.parametrize("spoilt", ['{"format": 99}', "{", '{"format": 1}', "[]"])
def test_a_model_that_cannot_be_read_is_none_and_nobody_waits_for_it(
    config, store, history, spoilt
):
    trained(config, store, history)
    with open_existing_store(store) as opened:
        row = opened.model_in_force()
        assert row is not None
        opened.add_model(replace(row, likelihood=spoilt))
        matcher, why = model_for(opened, _policy(config))
    assert matcher is None
    assert why == "version 2 of the model cannot be read: train it again"


def test_a_past_without_owners_that_differ_is_refused_and_cannot_be_started(
    config, store, tmp_path, capsys
):
    path = tmp_path / "alike.csv"
    lines = ["created_at,owner,outcome,closed_at"]
    lines += [
        f"{e.at.isoformat()},{e.owner},{'won' if e.end.won else 'lost'},{e.end.at.isoformat()}"
        for e in past(900, dict.fromkeys(SKILL, 0.0))
        if e.end
    ]
    path.write_text("\n".join(lines))
    trained(config, store, path, columns="")
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "refused"
    assert told["report"]["verdict"].startswith("Stays on rules: ")
    assert told["report"]["alike"] == ["country", "industry"]
    command.show(1, config, store, is_json=False)
    shown = capsys.readouterr().out
    assert "looks at nothing of the lead itself.\nNot at country and industry: too few" in shown
    with pytest.raises(ConfigError, match="version 1 may not route: Stays on rules"):
        command.start(1, config, store, by=None)


def test_columns_that_are_not_there_are_named(config, store, history):
    with pytest.raises(ConfigError, match="has no column owner: name theirs by --columns"):
        trained(config, store, history, columns="")
    with pytest.raises(ConfigError, match="has no column 'Sales rep'"):
        trained(config, store, history, columns="owner=Sales rep")
    with pytest.raises(ConfigError, match="'ownr' is no column of ours"):
        trained(config, store, history, columns="ownr=Rep")


def _policy(config: Path):
    return load(config).policy


def test_who_states_no_model_gets_a_version_that_waits(config, store, history, capsys):
    (config / "all.yaml").write_text(CONFIG)
    trained(config, store, history)
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["why"]) == (
        "trained",
        "the configuration has no `model:` section yet",
    )
    with open_existing_store(store) as opened:
        assert model_for(opened, _policy(config))[1] == "the configuration has no `model:` section"


def checked(config: Path, store: str, capsys, *, as_json: bool = False) -> str:
    with pytest.raises(SystemExit):
        check.run(config, store, online=False, verbose=False, as_json=as_json)
    told: str = capsys.readouterr().out
    return told


def test_check_says_by_what_each_pool_gives_its_leads(config, store, history, capsys):
    none_yet = governed(load(config).policy, store)["team"]
    assert (none_yet.version, none_yet.why) == (None, "there is no store yet, and so no model")
    trained(config, store, history)
    capsys.readouterr()
    told = checked(config, store, capsys)
    assert "Pool team goes by version 1 of the model, in force since 20" in told
    command.rollback(command.RULES, "two are overrun", store, by="rosa")
    capsys.readouterr()
    told = checked(config, store, capsys)
    assert "Pool team goes by turns: version 1 of the model was taken back (two are" in told
    found = json.loads(checked(config, store, capsys, as_json=True))["best_match"]
    assert found["team"]["version"] is None
    (config / "all.yaml").write_text(CONFIG.replace(", strategy: best_match", "") + MODEL)
    assert "Pool team" not in checked(config, store, capsys)
