"""`firsttouch model`: train, look at, put in force and take back the model of best matches."""

import json
from collections.abc import Mapping
from getpass import getuser
from pathlib import Path

from config.configuration import Configuration
from config.load import load
from flows.exits import note
from flows.modelling.fare_words import fare_json, fare_lines, share_lines
from flows.modelling.groups import Shares, shares_of, shares_of_groups
from flows.modelling.past_file import read_past
from flows.modelling.past_store import past_of
from flows.modelling.training import LONG, Past, keep, learn, report_of, settings_of
from flows.modelling.watching import judged
from flows.modelling.words import as_json, learnt, lines, measured, state_said
from flows.which_store import open_existing_store, open_store
from flows.wiring import config_folder, utc_now
from leads.errors import ConfigError
from routing.policy import Policy
from store.model_rows import ModelRow, ModelState
from store.store import Store

RULES = "rules"
_UNDATED = (
    "it does not say when leads came and closed; a column that does is named by "
    "--columns created_at=THEIRS,closed_at=THEIRS"
)


def train(
    history: Path | None,
    columns: str,
    config: Path | None,
    store: str | None,
    *,
    is_trial: bool,
    is_json: bool,
) -> None:
    """Learn from a CSV or the store; keep the version unless it is only tried."""
    configuration = load(config_folder(config))
    if history is not None and is_trial:
        _tell_trial(_from_file(history, columns, configuration), configuration, is_json=is_json)
        return
    opening = open_existing_store if history is None else open_store
    with opening(store) as opened:
        if history is None:
            past = from_store(opened, configuration)
        else:
            past = _from_file(history, columns, configuration)
        if is_trial:
            _tell_trial(past, configuration, is_json=is_json)
            return
        trained = learn(past, configuration.policy)
        row = keep(opened, trained, past.origin, configuration.policy, by=getuser(), now=utc_now())
    _tell(row, configuration, is_json=is_json)


def _tell_trial(past: Past, configuration: Configuration, *, is_json: bool) -> None:
    trained = learn(past, configuration.policy)
    report = report_of(trained, past.origin, configuration.policy)
    if is_json:
        print(json.dumps({"version": None, "report": report}))
        return
    for line in [*learnt(report, configuration.policy), "Only tried: nothing was kept."]:
        print(line)


def _tell(row: ModelRow, configuration: Configuration, *, is_json: bool) -> None:
    if is_json:
        print(json.dumps(as_json(row)))
        return
    for line in lines(row, configuration.policy):
        print(line)
    if row.state is ModelState.TRAINED:
        print(f"`firsttouch model start {row.version}` puts it in force.")


def from_store(store: Store, configuration: Configuration) -> Past:
    """Return what the store has of the last two years."""
    now, policy = utc_now(), configuration.policy
    rows = store.past_leads(now - LONG)
    leads = past_of(rows, policy, settings_of(policy))
    return Past(leads=leads, origin="the store", as_of=now)


def _from_file(path: Path, columns: str, configuration: Configuration) -> Past:
    settings = settings_of(configuration.policy)
    read = read_past(path, configuration, settings, _renamed(columns), utc_now())
    for said in read.notes:
        note(said)
    if not read.has_dates:
        note(f"{path}: {_UNDATED}")
    return Past(leads=read.past, origin=path.name, as_of=read.as_of)


def _renamed(text: str) -> dict[str, str]:
    """Read owner=Agent,outcome=Stage. Raises ConfigError."""
    pairs = [each.partition("=") for each in text.split(",") if each.strip()]
    for ours, is_pair, theirs in pairs:
        if not (ours.strip() and is_pair and theirs.strip()):
            raise ConfigError([f"--columns: {ours!r} is no pair; write OURS=THEIRS,OURS=THEIRS"])
    return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}


def show(version: int | None, config: Path | None, store: str | None, *, is_json: bool) -> None:
    """Print every version in a line, and one of them in whole: by its number, or the last."""
    policy = load(config_folder(config)).policy
    with open_existing_store(store) as opened:
        rows = opened.models()
        chosen = _one(opened, version) if version is not None else _shown(rows)
        shares, groups = _shares(opened, chosen, policy) if chosen else ({}, {})
    if is_json:
        versions = [as_json(row) for row in rows]
        found = {"versions": versions, "shown": chosen.version if chosen else None}
        print(json.dumps({**found, "shares": shares, "groups": groups}))
        return
    if chosen is None:
        print("There is no model yet: `firsttouch model train` makes one (docs/model.md).")
        return
    for line in [*lines(chosen, policy), *share_lines(shares, groups)]:
        print(line)
    for row in rows:
        print(f"  {row.version:>4}  {row.trained_at:%Y-%m-%d}  {state_said(row.state)}")


def _shares(
    store: Store, row: ModelRow, policy: Policy
) -> tuple[Shares, Mapping[str, tuple[float, float]]]:
    """Answer who had how much of what this version was asked about, and which groups."""
    rows = store.past_leads(utc_now() - LONG)
    ours = [each for each in rows if each.match and each.match.version == row.version]
    shares = shares_of(ours)
    return shares, shares_of_groups(row, shares, policy)


def _shown(rows: list[ModelRow]) -> ModelRow | None:
    in_force = [row for row in rows if row.state is ModelState.IN_FORCE]
    return (in_force or rows)[-1] if rows else None


def _one(store: Store, version: int) -> ModelRow:
    row = store.model(version)
    if row is None:
        known = ", ".join(str(each.version) for each in store.models()) or "none yet"
        raise ConfigError([f"model version {version}: there is none of that number ({known})"])
    return row


def compare(
    one: int | None, other: int | None, config: Path | None, store: str | None, *, is_json: bool
) -> None:
    """Print how the version in force (or `one`) fares, beside what `other` was found to be."""
    policy = load(config_folder(config)).policy
    now = utc_now()
    with open_existing_store(store) as opened:
        shown = _shown(opened.models()) if one is None else _one(opened, one)
        if shown is None:
            raise ConfigError(["model compare: there is no version yet; train one first"])
        rows = opened.past_leads(now - LONG)
        versions = [shown, *([_one(opened, other)] if other is not None else [])]
        fares = [judged(opened, row, rows, policy, now) for row in versions]
    if is_json:
        found = zip(versions, fares, strict=True)
        print(json.dumps([{**as_json(row), "fare": fare_json(each)} for row, each in found]))
        return
    for row, each in zip(versions, fares, strict=True):
        print(f"Version {row.version} ({state_said(row.state)}):")
        for line in [measured(row.report), *fare_lines(each)]:
            print(f"  {line}")


def start(version: int | None, config: Path | None, store: str | None, *, by: str | None) -> None:
    """Put a trained version in force. Raises ConfigError for one that may not route."""
    policy = load(config_folder(config)).policy
    with open_existing_store(store) as opened:
        rows = [row for row in opened.models() if row.state is not ModelState.REFUSED]
        chosen = _one(opened, version) if version is not None else (rows[-1] if rows else None)
        if chosen is None:
            raise ConfigError(["model start: there is no version that may route; train one first"])
        _may_begin(chosen, "start")
        opened.set_model_state(
            chosen.version,
            ModelState.IN_FORCE,
            by=by or getuser(),
            why="a person put it in force",
            now=utc_now(),
        )
    print(f"Version {chosen.version} is in force from the next decision on.")
    if policy.model is None:
        note("the configuration has no `model:` section, so no pool asks it yet (docs/model.md)")


def _may_begin(row: ModelRow, command: str) -> None:
    """Raise ConfigError for one that may not route; the one in force would be judged anew."""
    if row.state is ModelState.REFUSED:
        verdict = row.report["verdict"]
        raise ConfigError([f"model version {row.version} may not route: {verdict}"])
    if row.state is ModelState.IN_FORCE:
        since = f"{row.state_at:%Y-%m-%d %H:%M} UTC"
        raise ConfigError([f"model {command}: version {row.version} is in force, since {since}"])


def rollback(to: str, reason: str, store: str | None, *, by: str | None) -> None:
    """Go back to an earlier version by its number, or to `rules`: no model until one is started."""
    with open_existing_store(store) as opened:
        in_force, who, now = opened.model_in_force(), by or getuser(), utc_now()
        target = None if to == RULES else _one(opened, _number(to))
        if target is not None:
            _may_begin(target, "rollback")
        if target is None and in_force is None:
            raise ConfigError(["model rollback rules: no model is in force; pools go by turns"])
        if in_force is not None:
            opened.set_model_state(
                in_force.version, ModelState.ROLLED_BACK, by=who, why=reason, now=now
            )
        if target is not None:
            opened.set_model_state(target.version, ModelState.IN_FORCE, by=who, why=reason, now=now)
    if target is not None:
        print(f"Version {target.version} is in force from the next decision on.")
    else:
        print("No model is in force: pools with strategy best_match go by turns.")


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ConfigError([f"model rollback: {text!r} is neither a version's number nor `{RULES}`"])
    return int(text)
