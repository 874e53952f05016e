"""`firsttouch doctor`: is every source reachable, permitted, and as the configuration says?"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from flows.exits import CONFIGURATION, DONE_WITH_FAILURES, UNREACHABLE
from flows.health import notes
from flows.wiring import Wiring, chosen_sources, open_wiring
from leads.errors import ConnectorError


def run(config: Path | None, store: str | None, *, source: str | None, as_json: bool) -> None:
    """Print findings per source; exit 1 when there are any, 3 when a source cannot be asked."""
    with open_wiring(config, store) as wiring:
        found = {name: _examine(wiring, name) for name in chosen_sources(wiring, source)}
        if source is None:
            found |= {name: (e.problems, CONFIGURATION) for name, e in wiring.unready.items()}
        told = notes(wiring, os.environ)
    if as_json:
        print(json.dumps({**{name: findings for name, (findings, _) in found.items()}, **told}))
    else:
        _print(found, told)
    raise SystemExit(max(code for _, code in found.values()))


def _examine(wiring: Wiring, name: str) -> tuple[list[str], int]:
    try:
        findings = list(wiring.sources[name].check())
        if name in wiring.crms:
            findings += _owners(wiring, name)
    except ConnectorError as error:
        return [str(error)], UNREACHABLE
    return findings, DONE_WITH_FAILURES if findings else 0


def _owners(wiring: Wiring, crm: str) -> list[str]:
    """Name owners of the configuration that the CRM does not have, or has deactivated."""
    known = {owner.crm_id: owner for owner in wiring.crms[crm].owners()}
    findings = []
    for owner in wiring.configuration.policy.owners.values():
        crm_id = owner.crm.get(crm)
        if crm_id is None:
            continue
        if crm_id not in known:
            findings.append(f"owner {owner.id}: {crm} has no owner {crm_id}")
        elif not known[crm_id].is_active:
            findings.append(f"owner {owner.id}: {crm_id} is deactivated in {crm}")
    return findings


def _print(found: dict[str, tuple[list[str], int]], told: Mapping[str, list[str]]) -> None:
    console = Console(highlight=False)
    for name, (findings, _) in found.items():
        console.print(f"{name}: {'sound' if not findings else f'{len(findings)} findings'}")
        for finding in findings:
            console.print(f"  - {finding}", soft_wrap=True)
    for part, lines in told.items():
        console.print(f"{part}:" if lines else f"{part}: nothing to tell")
        for line in lines:
            console.print(f"  - {line}", soft_wrap=True, markup=False)
