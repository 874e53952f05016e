"""`firsttouch doctor`: is every source reachable, permitted, and as the configuration says?"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from connectors.findings import Finding, Severity
from flows.exits import DONE, DONE_WITH_FAILURES, UNREACHABLE
from flows.whole_checkup import Checkup, look_over, verdict

_MARK = {Severity.OK: "[green]ok[/]     ", Severity.WARNING: "[yellow]warning[/]"}
_BROKEN = "[red]error[/]  "


def run(config: Path | None, store: str | None, *, source: str | None, as_json: bool) -> None:
    """Print findings per source; exit 1 when some break things, 3 when a source does not answer."""
    checkup = look_over(config, store, os.environ, source)
    if as_json:
        listed = {name: [_json(each) for each in some] for name, some in checkup.found.items()}
        print(json.dumps({**listed, **checkup.told}, ensure_ascii=False))
    else:
        _print(checkup)
    raise SystemExit(code_of(checkup))


def code_of(checkup: Checkup) -> int:
    """Return 0 when nothing breaks, 3 when some source did not answer at all, else 1."""
    if any(error.no_answer for error in checkup.errors):
        return UNREACHABLE
    return DONE_WITH_FAILURES if checkup.errors else DONE


def _json(finding: Finding) -> Mapping[str, str]:
    return {
        "severity": finding.severity.value,
        "about": finding.about,
        "finding": finding.text,
    }


def _print(checkup: Checkup) -> None:
    console = Console(highlight=False)
    for name, findings in checkup.found.items():
        console.print(f"[bold]{name}[/]: {verdict(findings)}")
        for finding in findings:
            mark = _MARK.get(finding.severity, _BROKEN)
            console.print(f"  {mark} {finding.about}: ", end="")
            console.print(finding.text, soft_wrap=True, markup=False)
    for part, lines in checkup.told.items():
        head = f"[bold]{part.replace('_', ' ')}[/]:"
        console.print(head if lines else f"{head} nothing to tell")
        for line in lines:
            console.print(f"  - {line}", soft_wrap=True, markup=False)
