"""`firsttouch reconcile`: is everything that the vendors have accounted for here?"""

import json
from pathlib import Path

from rich.console import Console

from flows.exits import DONE, DONE_WITH_FAILURES, code_for, complain
from flows.in_force import Stance
from flows.moments import instant
from flows.moments import since as since_of
from flows.plurals import count_of
from flows.reconciling.findings import Comparison, Difference, Place
from flows.reconciling.reconcile import Reconciliation, reconcile, usual_period
from flows.wiring import chosen_sources, open_wiring, utc_now
from leads.errors import ConfigError

_NAMED = 20


def run(
    config: Path | None,
    store: str | None,
    *,
    source: str | None,
    since: str | None,
    until: str | None,
    fix: bool,
    as_json: bool,
) -> None:
    """Print what differs; exit 1 when something still does, 3 when no vendor could be asked."""
    now = utc_now()
    period = usual_period(
        now,
        since_of("--since", since, now) if since else None,
        instant("--until", until) if until else None,
    )
    if period.since >= period.until:
        told = f"--since {period.since:%Y-%m-%d %H:%M} is not before --until"
        raise ConfigError([f"{told} {period.until:%Y-%m-%d %H:%M} (UTC)"])
    with open_wiring(config, store, stance=Stance.LOOKS, may_make=False) as wiring:
        found = reconcile(wiring, chosen_sources(wiring, source), period, fix=fix)
    if as_json:
        print(json.dumps(as_json_object(found), ensure_ascii=False))
    else:
        _print(found, fix=fix)
    for problem in found.problems:
        complain(problem)
    differs = DONE_WITH_FAILURES if found.remaining else DONE
    raise SystemExit(max(differs, code_for(found.problems, any_done=bool(found.compared))))


def as_json_object(found: Reconciliation) -> dict[str, object]:
    return {
        "since": found.period.since.isoformat(),
        "until": found.period.until.isoformat(),
        "sources": {one.source: _counts(one) for one in found.compared},
        "differences": [_difference(each) for one in found.compared for each in one.differences],
        "remaining": len(found.remaining),
    }


def _counts(one: Comparison) -> dict[str, object]:
    places = {place.value: one.places[place] for place in Place if place is not Place.IGNORED}
    return {
        "shown": one.shown,
        **places,
        "ignored": dict(one.ignored),
        "gone": one.gone,
        "balanced": one.is_balanced,
    }


def _difference(each: Difference) -> dict[str, object]:
    return {
        "kind": each.kind.value,
        "record": str(each.lead),
        "found": each.text,
        "repair": each.repair.value if each.repair else None,
        "mended": each.is_mended,
    }


def _print(found: Reconciliation, *, fix: bool) -> None:
    console = Console(highlight=False)
    period = f"{found.period.since:%Y-%m-%d %H:%M} to {found.period.until:%Y-%m-%d %H:%M} UTC"
    console.print(f"Created from {period}:\n", soft_wrap=True)
    for one in found.compared:
        console.print(f"{one.source}: {line(one)}", soft_wrap=True, markup=False)
        for each in one.differences[:_NAMED]:
            console.print(f"  {_worded(each)}", soft_wrap=True, markup=False)
        if len(one.differences) > _NAMED:
            console.print(f"  and {len(one.differences) - _NAMED} more: --json lists all of them")
    console.print(f"\n{_verdict(found, fix=fix)}", soft_wrap=True, markup=False)


def line(one: Comparison) -> str:
    """Return one line on a source: what it shows, and where it counts."""
    counted = [_counted(place, one.places[place]) for place in Place if one.places[place]]
    gone = f"; {one.gone} known here and gone at the source" if one.gone else ""
    unasked = f" ({one.unasked})" if one.unasked else ""
    return f"{one.shown} shown = {' + '.join(counted) or '0'}{gone}{unasked}"


def _counted(place: Place, records: int) -> str:
    match place:
        case Place.A_PERSONS:
            return f"{records:,} by a person's choice"
        case Place.DUPLICATES:
            return count_of(records, "duplicate")
        case _:
            return f"{records:,} {place.value.replace('_', ' ')}"


def _worded(each: Difference) -> str:
    done = f" -> {each.mended}" if each.mended else ""
    return f"{each.lead}: {each.kind}: {each.text}{done}"


def _verdict(found: Reconciliation, *, fix: bool) -> str:
    everything = sum(len(one.differences) for one in found.compared)
    if not everything:
        return "Everything is accounted for."
    left = len(found.remaining)
    if not fix:
        mendable = sum(each.repair is not None for each in found.remaining)
        told = f"{count_of(left, 'difference')}; --fix repairs {mendable}, over nobody's choice."
        return f"{told} Nothing was changed."
    mended = f"{everything - left} of {count_of(everything, 'difference')} repaired"
    return f"{mended}; what waits to be decided again is owned by the next sync."
