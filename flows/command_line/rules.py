"""Commands for writing rules: check them, audit a source, try them on leads."""

from pathlib import Path
from typing import Annotated

import typer

from flows.command_line.options import Config, Json, StoreUrl
from flows.command_line.simulating import (
    Accounts,
    Clock,
    EdgeCases,
    FromStore,
    Leads,
    OpenFor,
    OpenLeads,
    OtherConfig,
    Out,
    Page,
    Since,
    Trace,
    Traces,
    WithModel,
)

app = typer.Typer()
policy_app = typer.Typer(
    help="Versions of the configuration: what changed, when, and the way back.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(policy_app, name="policy")
shadow_app = typer.Typer(
    help="A second policy decides beside the one in force, and writes nothing.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(shadow_app, name="shadow")


@app.command()
def check(
    *,
    online: Annotated[
        bool, typer.Option("--online", help="Ask the CRMs whether they know the owners.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Every note; without it, those of a kind as one.")
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """
    Load the configuration and look closely.

    Every finding comes with file, line and what to do (docs/check.md); exit 2 when one is an error.
    """
    from flows.commands import check as command

    command.run(config, store, online=online, verbose=verbose, as_json=json)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the configuration, for editors to complete by."""
    from flows.commands import schema as command

    command.run()


@app.command()
def audit(
    source: Annotated[str, typer.Argument(help="A source of the configuration, or a CSV file.")],
    *,
    limit: Annotated[int, typer.Option(min=1, help="Records to look at.")] = 5_000,
    config: Config = None,
    json: Json = False,
) -> None:
    """Before any rule: fill rate, formats, distinct values and flaws of every field of a source."""
    from flows.commands import audit as command

    command.run(source, config, limit=limit, as_json=json)


@app.command()
def simulate(
    leads: Leads = None,
    *,
    now: Clock = None,
    open_leads: OpenLeads = None,
    accounts: Accounts = None,
    open_for: OpenFor = None,
    against: OtherConfig = None,
    html: Page = None,
    from_store: FromStore = False,
    since: Since = "30d",
    edge_cases: EdgeCases = False,
    model: WithModel = False,
    out: Out = None,
    trace: Traces = Trace.NEAR,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """
    Decide for a CSV of leads without writing to any vendor or store; or compare two policies.

    In the order of the file, each lead at its created_at: sort the file by it. In a pipe stdout has
    one JSON object a lead, and stderr a line with who gets how many.
    """
    from flows.commands import backtest
    from flows.commands import edge_cases as edges
    from flows.commands import simulate as command

    _check_page(html, against)
    if edge_cases:
        edges.run(config, clock=now, out=out, as_json=json)
        return
    request = command.Request(
        leads=_leads(leads, against=against, from_store=from_store),
        config=config,
        clock=now,
        open_leads=open_leads,
        accounts=accounts,
        open_for=open_for,
        out=out,
        as_json=json,
        full_trace=trace is Trace.FULL,
        with_model=model,
        store=store,
    )
    if against is None:
        command.run(request)
    else:
        backtest.run(request, against, page=html, stored_since=since if from_store else None)


def _check_page(page: Path | None, against: Path | None) -> None:
    if page is not None and against is None:
        raise typer.BadParameter("--html is the page of a comparison: add --against DIR")


def _leads(given: Path | None, *, against: Path | None, from_store: bool) -> Path:
    """Say which words do not go together, as the command line's own mistakes are said."""
    if from_store and against is None:
        raise typer.BadParameter("--from-store compares two policies: add --against DIR")
    if from_store == (given is not None):
        raise typer.BadParameter("give LEADS.csv, or --from-store with --against DIR")
    return given or Path()


@policy_app.command("list")
def policy_list(*, store: StoreUrl = None, json: Json = False) -> None:
    """List every version that was in force: since when, and how much it changed."""
    from flows.commands import policy as command

    command.list_versions(store, as_json=json)


@policy_app.command("show")
def policy_show(
    version: Annotated[
        str | None, typer.Argument(help="A number of `policy list`; the files when left out.")
    ] = None,
    *,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Print the policy on one page that a manager can read."""
    from flows.commands import policy as command

    command.show(version, config, store)


@policy_app.command("diff")
def policy_diff(
    old: Annotated[str, typer.Argument(help="A number of `policy list`.")],
    new: Annotated[
        str | None, typer.Argument(help="Another one; the files as they are when left out.")
    ] = None,
    *,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Say what changed from one version to another, key by key."""
    from flows.commands import policy as command

    command.diff(old, new, config, store, as_json=json)


@policy_app.command("rollback")
def policy_rollback(
    version: Annotated[str, typer.Argument(help="A number of `policy list`.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Write the files of a version back, comments and all; the next sync decides by them."""
    from flows.commands import policy as command

    command.rollback(version, config, store, agreed=yes)


@shadow_app.command("start")
def shadow_start(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The other configuration.")],
    *,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Let another configuration decide beside the one in force, from the next sync on."""
    from flows.commands import shadow as command

    command.start(folder, config, store)


@shadow_app.command("stop")
def shadow_stop(*, store: StoreUrl = None) -> None:
    """End it; what it decided stays to be compared."""
    from flows.commands import shadow as command

    command.stop(store)


@shadow_app.command("report")
def shadow_report(
    *,
    since: Annotated[str, typer.Option(metavar="1d", help="A time, or how long ago.")] = "1d",
    html: Annotated[
        Path | None, typer.Option(metavar="PAGE.html", help="Write it as a page as well.")
    ] = None,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Say what the shadow would have done otherwise; `serve` reports it daily as well."""
    from flows.commands import shadow as command

    command.report(since, config, store, page=html, as_json=json)


@app.command()
def recalibrate(
    *,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="Outcomes from then on: 90d, or a date.")
    ] = "90d",
    accept: Annotated[
        bool, typer.Option("--accept", help="Write what is proposed into the files.")
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Propose weights and caps by what came of the leads; see docs/recalibration.md."""
    from flows.commands import recalibrate as command

    command.run(since, config, store, accept=accept, as_json=json)
