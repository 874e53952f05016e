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
from flows.exits import note
from flows.moments import instant
from flows.plurals import count_of
from flows.wiring import config_folder, which_folder
from leads.decision import Held, Standing
from leads.errors import ConfigError
from leads.lead import Headcount
from leads.matches import AccountBy, AccountMatch
from routing.edge_cases import EdgeCase, NoCase, edge_cases
from routing.engine import Engine
from routing.lint.plan import Plan
from routing.policy import Policy

_TUESDAY = "2026-11-24T10:00:00Z"
_NOT_ALIKE = (
    "Each case here begins with empty hands and nobody's turn. In the file, in the order of "
    "created_at, turns and caps go on from lead to lead, so another member may have a lead, and "
    "who has an address that a rule names is one person; it says neither who is full (--open) "
    "nor whose account it is (--accounts)."
)
_LEFT_OUT = ("key", "flaws", "custom", "current_owner", "status", "is_test")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    rule: str
    what: str
    told: str
    json: dict[str, Any]


def run(config: Path | None, *, clock: str | None, out: Path | None, as_json: bool) -> None:
    """Print every case; write the leads to `out`, a CSV to be kept and simulated again."""
    configuration = load(config_folder(config))
    for line in which_folder(config):
        note(line)
    base = instant("--now", clock or _TUESDAY)
    plan = Plan(configuration.policy, reality(configuration))
    found = list(edge_cases(plan, base, is_fixed=clock is not None))
    engine = Engine(configuration.policy)
    cases = [_ended(engine, case) for case in found]
    if out is not None:
        _write(out, [each for each in found if isinstance(each, EdgeCase)])
    if as_json:
        for each in cases:
            print(json.dumps(each.json, ensure_ascii=False))
    else:
        _print(cases, out)


def _ended(engine: Engine, case: EdgeCase | NoCase) -> _Ended:
    if isinstance(case, NoCase):
        none: dict[str, Any] = {"lead": None, "owner": None, "method": None, "reason": case.why}
        none |= {"case": f"{case.rule}: no lead to show", "at": None, "fields": {}}
        return _Ended(rule=case.rule, what="no lead to show", told=case.why, json=none)
    made = engine.decide_or_hold(case.lead, _standing(engine.policy, case), case.at)
    about = {"case": f"{case.rule}: {case.what}", "at": case.at.isoformat(), "fields": case.fields}
    what = f"{case.what}, {_when(case.at)}"
    if isinstance(made, Held):
        reason = f"until {_when(made.until)} at the latest: {made.reason}"
        told = {"lead": case.lead.key.source_id, "owner": None, "method": "held", "reason": reason}
        return _Ended(rule=case.rule, what=what, told=f"held: {reason}", json={**about, **told})
    told = decision_json(made, case.lead.key.source_id)
    name = engine.policy.owners[made.owner].name
    return _Ended(rule=case.rule, what=what, told=f"{name}: {made.reason}", json={**about, **told})


def _standing(policy: Policy, case: EdgeCase) -> Standing:
    caps = {o.id: float(o.max_open) for o in policy.owners.values() if o.max_open is not None}
    whose = case.account_owner
    name = "Example Ltd"
    account = AccountMatch(name=name, owner=whose, by=AccountBy.COMPANY, on=name)
    return Standing(
        open_leads=caps if case.is_everybody_full else {},
        rotation={},
        away={},
        account=account if whose else None,
    )


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _print(cases: Sequence[_Ended], out: Path | None) -> None:
    console = Console(highlight=False, markup=False)
    for rule, group in groupby(cases, key=lambda each: each.rule):
        console.print(rule)
        for each in group:
            console.print(f"  {each.what}", soft_wrap=True)
            console.print(f"      {each.told}", soft_wrap=True)
        console.print()
    kept = f"{out} has the leads" if out else "--out EDGE.csv keeps the leads"
    again = f"{kept}, to simulate them again. {_NOT_ALIKE}"
    console.print(f"{count_of(len(cases), 'case')}. {again}", soft_wrap=True)


def _write(path: Path, cases: Sequence[EdgeCase]) -> None:
    in_order = sorted(cases, key=lambda case: case.lead.created_at)
    rows = [_row(case) for case in in_order]
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
