"""`firsttouch doctor`: is every source reachable, permitted, and as the configuration says?"""

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from connectors.findings import Finding, Severity
from flows.checkup import examine_source
from flows.exits import DONE, DONE_WITH_FAILURES, UNREACHABLE
from flows.health import notes
from flows.in_force import Stance
from flows.plurals import count_of
from flows.secrets import revealed
from flows.wiring import chosen_sources, open_wiring

_MARK = {Severity.OK: "[green]ok[/]     ", Severity.WARNING: "[yellow]warning[/]"}
_BROKEN = "[red]error[/]  "


def run(config: Path | None, store: str | None, *, source: str | None, as_json: bool) -> None:
    """Print findings per source; exit 1 when some break things, 3 when a source does not answer."""
    environ = revealed(os.environ)
    with open_wiring(config, store, environ, stance=Stance.LOOKS) as wiring:
        names = chosen_sources(wiring, source) if source else [*wiring.sources, *wiring.unready]
        with ThreadPoolExecutor(max_workers=max(1, len(names))) as threads:
            each = threads.map(lambda name: list(examine_source(wiring, name, environ)), names)
            found = dict(zip(names, each, strict=True))
        told = notes(wiring, environ, only=source, examined=found)
    if as_json:
        listed = {name: [_json(finding) for finding in each] for name, each in found.items()}
        print(json.dumps({**listed, **told}, ensure_ascii=False))
    else:
        _print(found, told)
    raise SystemExit(code_of(found))


def code_of(found: Mapping[str, Sequence[Finding]]) -> int:
    """Return 0 when nothing breaks, 3 when some source did not answer at all, else 1."""
    errors = [f for each in found.values() for f in each if f.severity is Severity.ERROR]
    if any(error.no_answer for error in errors):
        return UNREACHABLE
    return DONE_WITH_FAILURES if errors else DONE


def _json(finding: Finding) -> Mapping[str, str]:
    return {
        "severity": finding.severity.value,
        "about": finding.about,
        "finding": finding.text,
    }


def _print(found: Mapping[str, Sequence[Finding]], told: Mapping[str, list[str]]) -> None:
    console = Console(highlight=False)
    for name, findings in found.items():
        console.print(f"[bold]{name}[/]: {_verdict(findings)}")
        for finding in findings:
            mark = _MARK.get(finding.severity, _BROKEN)
            console.print(f"  {mark} {finding.about}: ", end="")
            console.print(finding.text, soft_wrap=True, markup=False)
    for part, lines in told.items():
        console.print(f"[bold]{part}[/]:" if lines else f"[bold]{part}[/]: nothing to tell")
        for line in lines:
            console.print(f"  - {line}", soft_wrap=True, markup=False)


def _verdict(findings: Sequence[Finding]) -> str:
    counts = [
        count_of(sum(f.severity is severity for f in findings), severity.value)
        for severity in (Severity.ERROR, Severity.WARNING)
        if any(f.severity is severity for f in findings)
    ]
    return ", ".join(counts) or "sound"
