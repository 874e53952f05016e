"""`firsttouch shadow`: a second policy decides beside the one in force, and writes nothing."""

import json
from pathlib import Path

from config.load import load
from flows.exits import note
from flows.moments import since as since_when
from flows.simulating.comparison_text import comparison_json, print_comparison, write_page
from flows.simulating.shadow_report import NAMES, shadow_report
from flows.which_store import open_existing_store, read_store
from flows.wiring import config_folder, utc_now
from leads.errors import ConfigError
from reports.backtest_page import backtest_page
from routing.policy import Policy, Strategy
from routing.wording import listed
from store.shadow_rows import ShadowRow

_NOBODYS = frozenset({"csv_file", "webhook"})


def start(folder: Path, config: Path | None, store: str | None) -> None:
    """Let the configuration in `folder` decide beside the one in force. Raises ConfigError."""
    shadow, live = load(folder).policy, load(config_folder(config))
    if shadow.hash == live.policy.hash:
        problem = f"{folder}: this is the policy in force, {shadow.hash}: nothing could differ"
        raise ConfigError([f"{problem}; change the rules in a copy of it"])
    vendors = {name for name, each in live.sources.items() if each.connector not in _NOBODYS}
    lacking = sorted(vendors - shadow.crm_of.keys())
    if lacking:
        problem = f"{folder}: has no source {', '.join(lacking)}, which the one in force has"
        raise ConfigError([f"{problem}: copy that folder, and change the rules there"])
    with open_existing_store(store) as opened:
        opened.start_shadow(shadow.hash, load(folder).document, utc_now())
    for line in _cannot_know(shadow):
        note(line)
    print(
        f"{folder} (policy {shadow.hash}) decides beside the one in force from the next sync on, "
        "and writes nothing. `firsttouch shadow report` compares; `shadow stop` ends it."
    )


def _cannot_know(policy: Policy) -> list[str]:
    pools = [pool.name for pool in policy.pools.values() if pool.strategy is Strategy.PULL]
    if not pools:
        return []
    who = "nobody takes from a shadow: where somebody took the lead, it is theirs there too"
    return [f"{listed(pools)}: {who}, if they may have it; what else would wait there is counted"]


def stop(store: str | None) -> None:
    """End it; what it decided stays to be compared."""
    with open_existing_store(store) as opened:
        was_running = opened.stop_shadow(utc_now())
    print("The shadow has stopped." if was_running else "No shadow was running.")


def report(
    since: str, config: Path | None, store: str | None, *, page: Path | None, as_json: bool
) -> None:
    """Print what the shadow would have done otherwise."""
    live = load(config_folder(config)).policy
    now = utc_now()
    with read_store(store) as opened:
        made = shadow_report(opened, live, since_when("--since", since, now), now)
    notes = [_state(made.of), *made.notes()]
    if page is not None:
        write_page(page, backtest_page(made.found, NAMES, notes))
    if as_json:
        found = {
            "policy": made.of.hash,
            "same_policy": made.is_in_force,
            "not_compared": made.untaken,
        }
        print(json.dumps({**found, **comparison_json(made.found)}))
    else:
        print_comparison(made.found, NAMES, notes)


def _state(of: ShadowRow) -> str:
    until = f" until {of.until:%Y-%m-%d %H:%M} UTC" if of.until else ""
    return f"Shadow: policy {of.hash}, since {of.since:%Y-%m-%d %H:%M} UTC{until}."
