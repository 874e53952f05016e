"""`firsttouch report`: the three numbers, what stands behind them, and a page to read."""

import json
from pathlib import Path

from config.load import load
from flows.baseline import measure_before
from flows.exits import note
from flows.in_force import Stance
from flows.moments import since as since_when
from flows.reporting import make_report
from flows.scratch import scratch_where_none
from flows.which_store import expect_named, read_store, store_url
from flows.wiring import config_folder, open_wiring, utc_now
from leads.errors import ConfigError
from reports.report import digest, report_json
from reports.report_page import report_page
from reports.section import Report
from reports.tables import as_csv


def run(
    config: Path | None,
    store: str | None,
    *,
    since: str,
    out: Path | None,
    as_json: bool,
    baseline: bool = False,
) -> None:
    """Print the digest, or everything as JSON; with `out`, write the page and its tables."""
    report = _compared(config, store, since) if baseline else _made(config, store, since)
    if out is not None:
        note(f"{write_report(report, out)} is written")
    if as_json:
        print(json.dumps(report_json(report)))
        return
    for line in digest(report):
        print(line)
    if out is None:
        note("--out DIR writes the page, and each table as CSV and JSON")


def _made(config: Path | None, store: str | None, since: str) -> Report:
    configuration, now = load(config_folder(config)), utc_now()
    begin = since_when("--since", since, now)
    with read_store(store) as opened:
        return make_report(opened, configuration, begin, now)


def _compared(config: Path | None, store: str | None, since: str) -> Report:
    """With what the CRMs' history says of the time before go-live."""
    expect_named(store)
    with (
        scratch_where_none(store_url(store)) as scratch,
        open_wiring(config, store, copy=scratch, stance=Stance.LOOKS) as wiring,
    ):
        now = wiring.now()
        begin, before = since_when("--since", since, now), measure_before(wiring)
        return make_report(wiring.store, wiring.configuration, begin, now, before=before)


def write_report(report: Report, folder: Path) -> Path:
    """Write report.html, report.json and a CSV file for each table; answer where the page is."""
    page = folder / "report.html"
    tables = [table for section in report.sections for table in section.tables]
    files = [
        (page, report_page(report)),
        (folder / "report.json", json.dumps(report_json(report), indent=1)),
        *((folder / f"{table.name}.csv", as_csv(table)) for table in tables),
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files:
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"--out {folder}: cannot be written ({error.strerror})"]) from None
    return page
