"""`firsttouch init`: a starter configuration from what the connected CRMs show."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import TypeVar

from config.load import from_texts
from config.starting.proposal import Proposal, propose
from config.starting.seen import SeenCrm, SeenLead
from connectors import registry
from connectors.starting import (
    LABELLED,
    LIFECYCLE,
    USUAL_NOTES,
    VARIABLES,
    starting_setup,
)
from flows.exits import DONE, DONE_WITH_FAILURES, complain, note
from flows.plurals import count_of
from flows.secret_blocks import revealed
from flows.wiring import utc_now
from leads.errors import ConfigError, ConnectorError, FirsttouchError, RecordError
from leads.record import RawRecord

_DAYS = 30
_MOST = 2_000
_T = TypeVar("_T")


def run(folder: Path, *, sources: Sequence[str], domain: str | None) -> None:
    """Write the files, or nothing; exit 1 when something of a CRM could not be read."""
    _require_new(folder)
    environ = revealed(os.environ)
    problems: list[FirsttouchError] = []
    seen = [
        crm
        for name in _asked(sources, environ)
        if (crm := _seen(name, _connection(name, domain), environ, problems))
    ]
    if not seen:
        raise problems[0]
    proposal = propose(seen, utc_now().date())
    from_texts(proposal.files)
    _write(folder, proposal.files)
    for problem in problems:
        complain(problem)
    _tell(proposal, folder, seen)
    raise SystemExit(DONE_WITH_FAILURES if problems else DONE)


def _require_new(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError([f"{folder} is there already, and not empty; name a new folder"])


def _asked(sources: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    unknown = [name for name in sources if name not in VARIABLES]
    if unknown:
        raise ConfigError([f"--source {unknown[0]}: only {', '.join(VARIABLES)} are read"])
    found = list(dict.fromkeys(sources)) or [n for n, v in VARIABLES.items() if environ.get(v)]
    if not found:
        raise ConfigError(
            [f"no CRM is connected: set {' or '.join(VARIABLES.values())} in the environment"]
        )
    return found


def _connection(name: str, domain: str | None) -> dict[str, str]:
    return {"domain": domain} if domain and name == "salesforce" else {}


def _seen(
    name: str,
    connection: Mapping[str, str],
    environ: Mapping[str, str],
    problems: list[FirsttouchError],
) -> SeenCrm | None:
    """Read one CRM; what it refuses is noted. Without its owners there is nothing to propose."""
    setup = starting_setup(name, utc_now() - timedelta(days=_DAYS))
    try:
        crm = registry.build(name, setup, connection, environ)
    except ConfigError as error:
        problems.append(error)
        return None
    assert isinstance(crm, registry.Crm)
    with closing(crm):
        owners = _tried(lambda: tuple(crm.owners()), problems)
        if owners is None:
            return None
        leads = _tried(lambda: tuple(_leads(crm)), problems) or ()
        there = _tried(lambda: _notable(crm, name), problems) or {}
        zones = _tried(crm.time_zones, problems)
    return SeenCrm(
        name=name,
        owners=owners,
        leads=leads,
        connection=connection,
        notable=there,
        zones=zones,
        is_always_owned=name in LABELLED,
    )


def _tried(read: Callable[[], _T], problems: list[FirsttouchError]) -> _T | None:
    try:
        return read()
    except ConnectorError as error:
        problems.append(error)
        return None


def _leads(crm: registry.Crm) -> Iterator[SeenLead]:
    records = (raw for page in crm.pull(None) for raw in page.records)
    for raw in islice(records, _MOST):
        if (lead := _lead(crm, raw)) is not None:
            yield lead


def _lead(crm: registry.Crm, raw: RawRecord) -> SeenLead | None:
    try:
        lead = crm.normalise(raw)
    except RecordError:
        return None
    return SeenLead(
        owner=crm.owner_of(raw),
        country=lead.country,
        region=lead.region,
        status=None if crm.name in LABELLED else lead.status,
        lifecycle=lead.custom.get(LIFECYCLE),
        lead_source=lead.lead_source,
    )


def _notable(crm: registry.Crm, name: str) -> dict[str, str]:
    usual = USUAL_NOTES[name]
    there = crm.writable(list(usual.values()))
    return {role: field for role, field in usual.items() if field in there}


def _write(folder: Path, files: Mapping[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigError([f"{folder}: cannot be written ({error.strerror})"]) from None


def _tell(proposal: Proposal, folder: Path, seen: Sequence[SeenCrm]) -> None:
    for crm in seen:
        active = sum(owner.is_active for owner in crm.owners)
        read = f"{count_of(len(crm.leads), 'lead')} of the last {_DAYS} days"
        print(f"{crm.name}: read {read}, {count_of(active, 'active owner')}")
        if not crm.leads:
            note(f"{crm.name}: no recent lead was read, so that little could be guessed")
    print(f"{folder}: {', '.join(proposal.files)}; every guess says what it was guessed from")
    for guess in proposal.guesses:
        print(f"  {guess}")
    print(f"Next: read the files, then firsttouch check --online --config {quote(str(folder))}")
