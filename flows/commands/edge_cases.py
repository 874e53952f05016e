"""`firsttouch simulate --edge-cases`: leads at the edges of the policy, and where each ends."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console

from config.examine import reality
from config.load import load
from flows.decision_json import decision_json
from flows.moments import instant
from flows.plurals import count_of
from flows.wiring import config_folder
from leads.decision import Held, Standing
from leads.errors import ConfigError
from leads.lead import Headcount
from routing.edge_cases import EdgeCase, edge_cases
from routing.engine import Engine
from routing.lint.plan import Plan
from routing.policy import Policy

_TUESDAY = "2026-11-24T10:00:00Z"
_LEFT_OUT = ("key", "flaws", "custom", "current_owner", "status", "is_test")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    case: EdgeCase
    owner: str
    reason: str
    json: dict[str, Any]


def run(config: Path | None, *, clock: str | None, out: Path | None, as_json: bool) -> None:
    """Print every case; write the leads to `out`, a CSV to be kept and simulated again."""
    configuration = load(config_folder(config))
    base = instant("--now", clock or _TUESDAY)
    plan = Plan(configuration.policy, reality(configuration))
    cases = [_ended(configuration.policy, case) for case in edge_cases(plan, base)]
    if out is not None:
        _write(out, [each.case for each in cases])
    if as_json:
        for each in cases:
            print(json.dumps(each.json, ensure_ascii=False))
    else:
        _print(cases, out)


def _ended(policy: Policy, case: EdgeCase) -> _Ended:
    engine = Engine(policy)
    caps = {o.id: float(o.max_open) for o in policy.owners.values() if o.max_open is not None}
    full = caps if case.is_everybody_full else {}
    made = engine.decide_or_hold(
        case.lead, Standing(open_leads=full, rotation={}, away={}), case.at
    )
    about = {"case": f"{case.rule}: {case.what}", "at": case.at.isoformat(), "fields": case.fields}
    if isinstance(made, Held):
        reason = f"until {_when(made.until)} at the latest: {made.reason}"
        told = {"lead": case.lead.key.source_id, "owner": None, "method": "held", "reason": reason}
        return _Ended(case=case, owner="held", reason=reason, json={**about, **told})
    told = decision_json(made, case.lead.key.source_id)
    name = policy.owners[made.owner].name
    return _Ended(case=case, owner=name, reason=made.reason, json={**about, **told})


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _print(cases: Sequence[_Ended], out: Path | None) -> None:
    console = Console(highlight=False, markup=False)
    for rule, group in groupby(cases, key=lambda each: each.case.rule):
        console.print(rule)
        for each in group:
            console.print(f"  {each.case.what}, {_when(each.case.at)}", soft_wrap=True)
            console.print(f"      {each.owner}: {each.reason}", soft_wrap=True)
        console.print()
    kept = f"{out} has the leads" if out else "--out EDGE.csv keeps the leads"
    console.print(
        f"{count_of(len(cases), 'case')}. {kept}, to simulate them again.", soft_wrap=True
    )


def _write(path: Path, cases: Sequence[EdgeCase]) -> None:
    rows = [_row(case) for case in cases]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise ConfigError([f"--out {path}: cannot be written ({error.strerror})"]) from None


def _row(case: EdgeCase) -> dict[str, str]:
    lead = case.lead
    fields = {name: getattr(lead, name) for name in lead.__slots__ if name not in _LEFT_OUT}
    stated = {name: _text(value) for name, value in fields.items() if value is not None}
    custom = {f"custom.{name}": value for name, value in lead.custom.items()}
    return {"id": lead.key.source_id, **stated, **custom}


def _text(value: object) -> str:
    match value:
        case datetime():
            return value.isoformat()
        case Headcount(least=least, most=None):
            return f"{least}+"
        case Headcount(least=least, most=most) if least != most:
            return f"{least}-{most}"
        case Headcount(least=least):
            return str(least)
        case _:
            return str(value)
