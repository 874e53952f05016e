"""Everything looked over: each source, who is told, Prefect's server, and what stands meanwhile."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.findings import Finding, Severity, warning, wrong
from flows.channels import examine_channels
from flows.checkup import examine_source
from flows.health import notes
from flows.in_force import Stance
from flows.plurals import count_of
from flows.prefect_server.checkup import examine_prefect
from flows.scratch import scratch_where_none
from flows.secret_blocks import revealed_in_part
from flows.which_store import STORE_VARIABLE, expect_named, store_url
from flows.wiring import Wiring, open_wiring
from leads.errors import ConfigError
from store.engine import exposure, in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """`found`: what was examined, by source or part; `told`: lines by part of what stands."""

    found: Mapping[str, Sequence[Finding]]
    told: Mapping[str, Sequence[str]]

    @property
    def errors(self) -> list[Finding]:
        return [f for each in self.found.values() for f in each if f.severity is Severity.ERROR]


def look_over(
    config: Path | None, store: str | None, environ: Mapping[str, str], source: str | None
) -> Checkup:
    """
    Ask every source all that can be asked, or `source` alone; nothing is written anywhere.

    A block of Prefect that cannot be read is a finding. Raises ConfigError and StoreError.
    """
    environ, unread = revealed_in_part(environ)
    expect_named(store)
    with (
        scratch_where_none(store_url(store)) as scratch,
        open_wiring(
            config,
            store,
            environ,
            copy=scratch,
            stance=Stance.LOOKS,
            only=source,
            may_lack=bool(unread),
        ) as wiring,
    ):
        found = _blocks(unread)
        found |= _examined(wiring, _names(wiring, source), environ, alone=source is not None)
        told = notes(wiring, environ, only=source, examined=found)
        if channels := list(examine_channels(wiring, environ)):
            found["notify"] = channels
    if source is None and scratch is None and (problem := exposure(store_url(store))):
        found["store"] = [replace(warning(problem), about="permissions")]
    if scratch is not None and source is None:
        none = f"there is none yet{in_words(store_url(store))}: `firsttouch sync` makes it"
        told["store"] = [f"{none}; or name the right one in {STORE_VARIABLE}"]
    if source is None and environ.get("PREFECT_API_URL"):
        found["prefect"] = examine_prefect(environ)
    elif source is None:
        told["prefect"] = ["PREFECT_API_URL is not set, so that its server was not asked"]
    return Checkup(found=found, told=told)


def verdict(findings: Sequence[Finding]) -> str:
    """Say in a word or two how it stands: so many errors and warnings, or sound."""
    counts = [
        count_of(sum(f.severity is severity for f in findings), severity.value)
        for severity in (Severity.ERROR, Severity.WARNING)
        if any(f.severity is severity for f in findings)
    ]
    return ", ".join(counts) or "sound"


def _blocks(unread: Mapping[str, str]) -> dict[str, list[Finding]]:
    """Tell them first: what a source lacks for want of its block is told after why."""
    found = [replace(wrong(why), about=variable) for variable, why in unread.items()]
    return {"blocks": found} if found else {}


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
