"""`firsttouch audit`: what a source's fields are like, before any rule hangs on them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.markup import escape

from config.configuration import Configuration
from config.load import load
from connectors.base import LeadSource
from connectors.csv_file.connector import CsvFile
from connectors.webhook.connector import Webhook
from flows.exits import note
from flows.plurals import count_of
from flows.simulating.simulation import csv_source
from flows.which_store import store_url
from flows.wiring import build_source, config_folder, shared_turns, utc_now
from leads.errors import ConfigError, RecordError
from leads.lead import FlawKind
from leads.record import RawRecord
from leads.validate import created_by
from reports.audit import FieldAudit, Unclean, audit_fields, propose_values

_SHOWN = 6


def run(source: str, config: Path | None, *, limit: int, as_json: bool) -> None:
    """Read up to `limit` records, store nothing, print what was found and the proposed map."""
    configuration = load(config_folder(config))
    with _opened(source, configuration) as connector:
        records = list(islice(_records(connector), limit))
        texts = [dict(connector.text_of(raw)) for raw in records]
        unclean = [each for raw in records for each in _unclean(connector, raw)]
    for said in _said(connector, source, len(records)):
        note(said)
    audits = audit_fields(texts, unclean)
    proposal = propose_values(texts, configuration.vocabulary)
    if as_json:
        print(json.dumps(_json(source, len(records), audits, proposal), ensure_ascii=False))
        return
    _print(source, len(records), audits, proposal)


@contextmanager
def _opened(name: str, configuration: Configuration) -> Iterator[LeadSource]:
    if name in configuration.sources:
        with (
            shared_turns(store_url(None)) as shared,
            closing(build_source(name, configuration, shared=shared)) as connector,
        ):
            yield connector
    elif name.endswith(".csv"):
        with closing(csv_source(Path(name), configuration, created_at=utc_now())) as file:
            yield file
    else:
        known = ", ".join(configuration.sources) or "none is"
        problem = f"source {name!r} is not configured ({known}), and it is no .csv file"
        raise ConfigError([problem])


def _records(connector: LeadSource) -> Iterator[RawRecord]:
    for page in connector.pull(None):
        yield from page.records


def _unclean(connector: LeadSource, raw: RawRecord) -> list[Unclean]:
    try:
        flaws = created_by(connector.normalise(raw), utc_now()).flaws
    except RecordError as error:
        return [Unclean(field=error.field, kind="set aside")]
    return [
        Unclean(
            field=flaw.field,
            kind=flaw.kind.value,
            raw=flaw.raw,
            shown=flaw.kind is not FlawKind.ASSUMED,
        )
        for flaw in flaws
    ]


def _said(connector: LeadSource, source: str, records: int) -> Iterator[str]:
    """Say what was assumed, and why there is nothing to audit."""
    if isinstance(connector, CsvFile):
        yield from connector.notes
    elif isinstance(connector, Webhook):
        yield f"{source}: whoever sends keeps its records, so that there are none to read here"
    elif not records:
        yield f"{source}: it has no record since created_after"


def _json(
    source: str, records: int, audits: list[FieldAudit], proposal: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    return {
        "source": source,
        "records": records,
        "fields": [
            {
                "field": audit.field,
                "fill_rate": round(audit.fill_rate, 4),
                "distinct": audit.distinct,
                "values": dict(audit.top),
                "formats": dict(audit.shapes),
                "flaws": dict(audit.flaws),
                "unreadable": dict(audit.unreadable),
            }
            for audit in audits
        ],
        "values": proposal,
    }


def _print(
    source: str, records: int, audits: list[FieldAudit], proposal: Mapping[str, Mapping[str, str]]
) -> None:
    console = Console(highlight=False)
    for audit in audits:
        filled = f"{audit.fill_rate:>4.0%} filled, {audit.distinct:,} distinct"
        console.print(f"[bold]{escape(audit.field):<16}[/] {filled}")
        counts = {"values": audit.top, "formats": audit.shapes, "flaws": tuple(audit.flaws.items())}
        counts["not clean"] = audit.unreadable
        for name, found in counts.items():
            if found:
                counted = " · ".join(f"{text} ({n:,})" for text, n in found[:_SHOWN])
                console.print(f"    {name:<9} {escape(counted)}", no_wrap=True, overflow="ellipsis")
    console.print(
        f"\n{count_of(records, 'record')} of {source}. Contact data is shown by its format only."
    )
    if proposal:
        console.print("Proposed for the configuration; read it before you keep it:\n")
        print(yaml.safe_dump({"values": dict(proposal)}, allow_unicode=True, sort_keys=False))
