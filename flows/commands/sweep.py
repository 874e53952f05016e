"""`firsttouch sweep`: find open leads that are nobody's, and route them."""

import json
from collections import Counter
from pathlib import Path

from flows.exits import code_for, complain, distinct
from flows.in_force import Stance
from flows.notices import tell_pending
from flows.sweep import Sweep, Swept, sweep
from flows.tick import new_run
from flows.wiring import Wiring, open_wiring
from leads.errors import ConfigError

_NAMED = 20


def run(
    config: Path | None, store: str | None, *, source: str | None, is_rehearsal: bool, as_json: bool
) -> None:
    """Print what was routed, and what is outside; exit 1 when some CRM could not be asked."""
    with open_wiring(config, store, stance=Stance.PUTS, may_make=False) as wiring:
        crms = _chosen(wiring, source)
        swept = sweep_once(wiring, crms, write=not is_rehearsal)
    if as_json:
        print(json.dumps(_json(swept)))
    else:
        print("\n".join(lines(swept, write=not is_rehearsal)))
    problems = distinct(swept.problems)
    for problem in problems:
        complain(problem)
    raise SystemExit(code_for(problems, any_done=bool(swept.swept)))


def _chosen(wiring: Wiring, source: str | None) -> list[str]:
    if source is None:
        return list(wiring.crms)
    if source not in wiring.crms:
        known = ", ".join(wiring.crms) or "none"
        raise ConfigError([f"--source {source}: only CRMs have owners to sweep for ({known})"])
    return [source]


def sweep_once(wiring: Wiring, crms: list[str], *, write: bool = True) -> Sweep:
    """Do it as a run of its own, and tell whoever has a lead now."""
    number = new_run()
    wiring.store.start_run(number, "sweep", wiring.now())
    swept = sweep(wiring, crms, number, write=write)
    if write:
        swept.problems += tell_pending(wiring)
    error = "; ".join(map(str, distinct(swept.problems)))
    wiring.store.end_run(number, wiring.now(), error=error)
    return swept


def lines(swept: Sweep, *, write: bool = True) -> list[str]:
    """Return what it came to, CRM by CRM: ids and reasons, nothing personal."""
    if swept.skipped:
        return [f"Nothing was done: {swept.skipped}."]
    return [text for one in swept.swept for text in _of_crm(one, write=write)]


def _of_crm(one: Swept, *, write: bool) -> list[str]:
    verb = "routed" if write else "would be routed"
    told = f"{one.crm}: {one.routed} {verb} ({len(one.again)} of them decided before), "
    told += f"{len(one.outside)} outside the intake"
    if one.left:
        told += f", {one.left} left for the next run (sweep.at_most)"
    listed = [f"  {verb}: {key}" for key in [*one.taken, *one.again][:_NAMED]]
    if one.routed > _NAMED:
        listed.append(f"  and {one.routed - _NAMED} more")
    why = Counter(reason for _, reason in one.outside)
    outside = [
        f"  outside: {reason}: {count} ({_some(one, reason)})"
        for reason, count in why.most_common()
    ]
    return [told, *listed, *outside]


def _some(one: Swept, reason: str) -> str:
    keys = [str(key) for key, why in one.outside if why == reason]
    return ", ".join(keys[:_NAMED]) + (", ..." if len(keys) > _NAMED else "")


def _json(swept: Sweep) -> dict[str, object]:
    return {
        "skipped": swept.skipped,
        "crms": {
            one.crm: {
                "routed": [str(key) for key in one.taken],
                "again": [str(key) for key in one.again],
                "outside": [{"lead": str(key), "why": why} for key, why in one.outside],
                "left": one.left,
            }
            for one in swept.swept
        },
    }
