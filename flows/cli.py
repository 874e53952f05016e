"""The `firsttouch` command line: names, options and help. Each command's work is in commands/."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.exits import run_and_exit


class Trace(StrEnum):
    """How many of the rules a decision tells of."""

    NEAR = "near"
    FULL = "full"


app = typer.Typer(
    help="Automated lead distribution: the right owner in seconds, and a reason for everybody.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
rejects_app = typer.Typer(
    help="Records set aside: they cannot be identified or contacted.", rich_markup_mode=None
)
app.add_typer(rejects_app, name="rejects", invoke_without_command=True)

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="DIR", help="Configuration folder [FIRSTTOUCH_CONFIG]."),
]
StoreUrl = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="Database [FIRSTTOUCH_STORE]."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
OneSource = Annotated[
    str | None, typer.Option("--source", metavar="SOURCE", help="Only this source.")
]


@app.command()
def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="One full cycle, the ledger, and exit.")
    ] = False,
    json: Json = False,
    port: Annotated[int, typer.Option(help="Port of the Prefect UI.")] = 4200,
    leads: Annotated[
        int, typer.Option(min=60, max=20_000, help="Leads waiting at the start.")
    ] = 200,
    seed: Annotated[int, typer.Option(help="The same seed makes the same world.")] = 7,
    config: Config = None,
) -> None:
    """Run everything on sandbox vendors: no account, no network, nothing to set up."""
    from flows.commands import demo as command

    if once or json:
        command.run_once(config, leads=leads, seed=seed, as_json=json)
    else:
        command.run_live(config, leads=leads, seed=seed, port=port)


@app.command()
def serve(
    *,
    host: Annotated[str, typer.Option(help="Where webhooks are received.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Their port; 0: any.")] = 8080,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """
    Run the schedules, and receive webhooks.

    Sync every minute, against the Prefect server in PREFECT_API_URL; see docs/webhook.md.
    """
    from flows import deployments

    deployments.serve_all(config, store, host=host, port=port)


@app.command()
def check(*, config: Config = None, json: Json = False) -> None:
    """Load and lint the configuration; every problem with file, line and what would be right."""
    from flows.commands import check as command

    command.run(config, as_json=json)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the configuration, for editors to complete by."""
    from flows.commands import schema as command

    command.run()


@app.command()
def audit(
    source: Annotated[str, typer.Argument(help="salesforce, hubspot, meta_ads, or a CSV file.")],
    *,
    limit: Annotated[int, typer.Option(min=1, help="Records to look at.")] = 5_000,
    config: Config = None,
    json: Json = False,
) -> None:
    """Before any rule: fill rate, formats, distinct values and flaws of every field of a source."""
    from flows.commands import audit as command

    command.run(source, config, limit=limit, as_json=json)


@app.command()
def sync(
    *,
    source: OneSource = None,
    observe: Annotated[bool, typer.Option("--observe", help="Decide; write nothing.")] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """One tick now: pull, decide, deliver."""
    from flows.commands import sync as command

    if observe:
        command.observe(config, store, source=source, as_json=json)
    else:
        command.run(config, store, source=source, as_json=json)


@app.command()
def simulate(
    leads: Annotated[Path, typer.Argument(metavar="LEADS.csv", help="Canonical columns.")],
    *,
    now: Annotated[
        str | None, typer.Option(help="One clock for all, ISO 8601; else each lead's created_at.")
    ] = None,
    open_leads: Annotated[
        Path | None, typer.Option("--open", metavar="OPEN.csv", help="Columns owner,open.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DECISIONS.jsonl", help="Write one JSON object a lead.")
    ] = None,
    trace: Annotated[
        Trace, typer.Option(help="near: rules up to the match and near misses; full.")
    ] = Trace.NEAR,
    config: Config = None,
    json: Json = False,
) -> None:
    """Decide for a CSV of leads without touching any vendor or store."""
    from flows.commands import simulate as command

    command.run(
        command.Request(
            leads=leads,
            config=config,
            clock=now,
            open_leads=open_leads,
            out=out,
            as_json=json,
            full_trace=trace is Trace.FULL,
        )
    )


@app.command()
def explain(
    lead: Annotated[str, typer.Argument(help="SOURCE:ID, the id alone, or an e-mail address.")],
    *,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """
    Say why this owner, and why not each other one.

    By the policy of that day; with --config, as that configuration would have decided then.
    """
    from flows.commands import explain as command

    command.run(lead, config, store, as_json=json)


@app.command()
def replay(
    lead: Annotated[str, typer.Argument(help="SOURCE:ID, the id alone, or an e-mail address.")],
    *,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """
    Decide a lead again from its stored inputs, and compare.

    By the policy of that day; with --config, by that configuration.
    """
    from flows.commands import replay as command

    command.run(lead, config, store)


@rejects_app.callback()
def rejects(
    context: typer.Context, *, config: Config = None, store: StoreUrl = None, json: Json = False
) -> None:
    """Records set aside; without a further word, lists them."""
    context.obj = (config, store)
    if context.invoked_subcommand is None:
        from flows.commands import rejects as command

        command.list_rejects(config, store, source=None, as_json=json)


@rejects_app.command("list")
def rejects_list(
    context: typer.Context,
    *,
    source: OneSource = None,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """List what was set aside: source, record, field, reason, since when, whose."""
    from flows.commands import rejects as command

    above = context.obj
    command.list_rejects(config or above[0], store or above[1], source=source, as_json=json)


@rejects_app.command("replay")
def rejects_replay(
    context: typer.Context,
    *,
    source: OneSource = None,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Read the records set aside once more, after a fix of the record or the configuration."""
    from flows.commands import rejects as command

    above = context.obj
    command.replay_rejects(config or above[0], store or above[1], source=source)


@app.command()
def pause(
    source: Annotated[str | None, typer.Argument(help="One source; all when left out.")] = None,
    *,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Stop syncing until `resume`."""
    from flows.commands import switches

    switches.pause(source, config, store)


@app.command()
def resume(
    source: Annotated[str | None, typer.Argument(help="One source; all when left out.")] = None,
    *,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Sync again after `pause`."""
    from flows.commands import switches

    switches.resume(source, config, store)


@app.command()
def away(
    owner: Annotated[
        str | None, typer.Argument(help="The owner's id; all who are away when left out.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Back at this time, in the owner's zone; else until `back`."
        ),
    ] = None,
    *,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Switch an owner off: no leads until a time, or until `back`. Without one, list them."""
    from flows.commands import absences

    if owner is None:
        absences.list_away(config, store, as_json=json)
    else:
        absences.away(owner, until, config, store)


@app.command()
def back(
    owner: Annotated[str, typer.Argument(help="The owner's id in the configuration.")],
    *,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Switch an owner on again after `away`."""
    from flows.commands import absences

    absences.back(owner, config, store)


@app.command()
def doctor(
    *,
    source: OneSource = None,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Check each source: reachable, credentials, fields, owners."""
    from flows.commands import doctor as command

    command.run(config, store, source=source, as_json=json)


def main() -> None:
    """Run the command line; errors end as one message and the exit code they deserve."""
    run_and_exit(lambda: app(prog_name="firsttouch"))


if __name__ == "__main__":
    main()
