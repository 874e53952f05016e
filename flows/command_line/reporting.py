"""The command for whoever reads the numbers."""

from pathlib import Path
from typing import Annotated

import typer

from flows.command_line.options import Config, Json, StoreUrl

app = typer.Typer()


@app.command()
def report(
    *,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Leads that came from then on: 28d, a date.")
    ] = "28d",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write report.html, report.json and CSV files."),
    ] = None,
    baseline: Annotated[
        bool,
        typer.Option("--baseline", help="Ask the CRMs how it was in the 90 days before go-live."),
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Response time, conversion by method and lead aging, with what is behind each number."""
    from flows.commands import report as command

    command.run(config, store, since=since, out=out, as_json=json, baseline=baseline)
