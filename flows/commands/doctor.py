"""`firsttouch doctor`: is every source reachable, permitted, and as the configuration says?"""

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from connectors.findings import Finding, Severity
from flows.channels import examine_channels
from flows.checkup import examine_source
from flows.exits import DONE, DONE_WITH_FAILURES, UNREACHABLE
from flows.health import notes
from flows.in_force import Stance
from flows.plurals import count_of
from flows.prefect_server.checkup import examine_prefect
from flows.scratch import scratch_where_none
from flows.secret_blocks import revealed
from flows.wiring import STORE_VARIABLE, Wiring, expect_named, open_wiring, store_url
from leads.errors import ConfigError
from store.engine import in_words

_MARK = {Severity.OK: "[green]ok[/]     ", Severity.WARNING: "[yellow]warning[/]"}
_BROKEN = "[red]error[/]  "


def run(config: Path | None, store: str | None, *, source: str | None, as_json: bool) -> None:
    """Print findings per source; exit 1 when some break things, 3 when a source does not answer."""
    expect_named(store)
    environ = revealed(os.environ)
    with (
        scratch_where_none(store_url(store)) as scratch,
        open_wiring(
            config, store, environ, copy=scratch, stance=Stance.LOOKS, only=source
        ) as wiring,
    ):
        found = _examined(wiring, _names(wiring, source), environ, alone=source is not None)
        told = notes(wiring, environ, only=source, examined=found)
        if channels := list(examine_channels(wiring, environ)):
            found["notify"] = channels
    if scratch is not None and source is None:
        none = f"there is none yet{in_words(store_url(store))}: `firsttouch sync` makes it"
        told["store"] = [f"{none}; or name the right one in {STORE_VARIABLE}"]
    if source is None and environ.get("PREFECT_API_URL"):
        found["prefect"] = examine_prefect(environ)
    elif source is None:
        told["prefect"] = ["PREFECT_API_URL is not set, so that its server was not asked"]
    if as_json:
        listed = {name: [_json(finding) for finding in each] for name, each in found.items()}
        print(json.dumps({**listed, **told}, ensure_ascii=False))
    else:
        _print(found, told)
    raise SystemExit(code_of(found))


def _names(wiring: Wiring, source: str | None) -> list[str]:
    """Return whom to look over. Raises ConfigError for a source that is not configured."""
    configured = list(wiring.configuration.sources)
    if source is None:
        return [*wiring.sources, *wiring.unready]
    if source not in configured:
        choices = ", ".join(sorted(configured)) or "none is"
        raise ConfigError([f"source {source!r} is not configured: choose {choices}"])
    return [source]


def _examined(
    wiring: Wiring, names: Sequence[str], environ: Mapping[str, str], *, alone: bool
) -> dict[str, list[Finding]]:
    """Look them over at the same time: one that does not answer is waited for beside the others."""

    def examine(name: str) -> list[Finding]:
        return list(examine_source(wiring, name, environ, alone=alone))

    with ThreadPoolExecutor(max_workers=max(1, len(names))) as threads:
        return dict(zip(names, threads.map(examine, names), strict=True))


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
