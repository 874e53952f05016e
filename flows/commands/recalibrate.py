"""`firsttouch recalibrate`: weights and caps that the outcomes speak for; a person accepts them."""

import json
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from config.directory import file_texts
from flows.config_files import keep_what_stands, write_files
from flows.in_force import Stance
from flows.moments import since as since_when
from flows.plurals import count_of
from flows.recalibration import Recalibration, recalibrate
from flows.wiring import config_folder, open_wiring, utc_now
from leads.errors import ConfigError
from routing.calibration import told
from routing.policy import Policy


def run(since: str, config: Path | None, store: str | None, *, accept: bool, as_json: bool) -> None:
    """Print what is proposed and why; with `accept`, write it into the files."""
    since_when("--since", since, utc_now())  # a slip is told before credentials are asked for
    with open_wiring(config, store, stance=Stance.LOOKS, may_make=False) as wiring:
        policy = wiring.configuration.policy
        made = recalibrate(wiring, since_when("--since", since, wiring.now()))
        files = wiring.configuration.files
    folder = config_folder(config)
    is_written = accept and bool(made.changes)
    if is_written:
        _write(folder, store, {**files, **made.files}, files)
    if as_json:
        print(json.dumps(_json(made, policy, is_written=is_written)))
        return
    console = Console(highlight=False, markup=False)
    for line in (*lines(made, policy), _ending(folder, made, is_written=is_written)):
        console.print(line, soft_wrap=True)


def _write(folder: Path, store: str | None, new: dict[str, str], old: Mapping[str, str]) -> None:
    """Write, and keep what is written as a version; what stood there was kept when it was read."""
    if file_texts(folder) != old:
        raise ConfigError([f"{folder} was changed meanwhile; nothing was written: run it again"])
    write_files(folder, new)
    keep_what_stands(folder, store)


def lines(made: Recalibration, policy: Policy) -> list[str]:
    """Say what was looked at, each change with its reason, and the difference of the YAML."""
    closed = count_of(made.closed, "lead that we gave was", "leads that we gave were")
    leads = f"{closed} won or lost since {made.since:%Y-%m-%d}."
    changes = [str(change) for change in made.changes]
    return [leads, "", *told(made.proposal, policy), *(["", *changes] if changes else [])]


def _ending(folder: Path, made: Recalibration, *, is_written: bool) -> str:
    if is_written:
        back = "`firsttouch policy list` and `policy rollback` lead back"
        return f"\nWritten into {folder}; the next sync decides by it. {back}."
    if made.changes:
        return "\nNothing was written: `firsttouch recalibrate --accept` does."
    return "\nNothing is proposed."


def _json(made: Recalibration, policy: Policy, *, is_written: bool) -> dict[str, object]:
    proposal = made.proposal
    return {
        "policy": policy.hash,
        "since": made.since.isoformat(),
        "closed": made.closed,
        "weights": [
            {
                "pool": each.pool,
                "owner": each.owner,
                "old": each.old,
                "new": each.new,
                "why": each.why,
                "sure": each.sure,
            }
            for each in proposal.weights
        ],
        "caps": [
            {
                "owner": each.owner,
                "old": each.old,
                "new": each.new,
                "why": each.why,
                "sure": each.sure,
            }
            for each in proposal.caps
        ],
        "left": list(proposal.left),
        "changes": [{"path": c.path, "old": c.old, "new": c.new} for c in made.changes],
        "written": is_written,
    }
