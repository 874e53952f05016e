"""Commands that run the pipeline, stop it, and switch owners on and off."""

from typing import Annotated

import typer

from flows.command_line.options import Config, Json, OneSource, StoreUrl

app = typer.Typer()


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
    webhooks_only: Annotated[
        bool,
        typer.Option("--webhooks-only", help="No schedules, no Prefect: receive and route."),
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """
    Run the schedules, and receive webhooks.

    Sync every minute, against the Prefect server in PREFECT_API_URL (`prefect server start`);
    webhooks are routed whether it answers or not. See docs/operations.md.
    """
    from flows.serving_log import log_with_times

    log_with_times()  # before Prefect is imported: it reads its own settings of logs once
    if webhooks_only:
        from flows import serving

        serving.receive_alone(config, store, host=host, port=port)
        return
    from flows.prefect_server import deployments

    deployments.serve_all(config, store, host=host, port=port)


@app.command()
def automations(*, config: Config = None) -> None:
    """
    Bring Prefect's automations up to date with automations/*.yaml.

    `serve` does it by itself when it starts; this is for installations with workers.
    """
    from flows.commands import automations as command

    command.run(config)


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
def age(*, config: Config = None, store: StoreUrl = None, json: Json = False) -> None:
    """
    Remind owners whose time is nearly up; re-assign leads whose time is up.

    `firsttouch serve` does it every minute; see docs/aging.md.
    """
    from flows.commands import age as command

    command.run(config, store, as_json=json)


@app.command()
def sweep(
    *,
    source: Annotated[
        str | None, typer.Option("--source", help="One CRM; all when left out.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List; route nothing.")] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """
    Route open leads that nobody owns, or somebody deactivated in their CRM.

    `firsttouch serve` does it once a day; see docs/aging.md.
    """
    from flows.commands import sweep as command

    command.run(config, store, source=source, is_rehearsal=dry_run, as_json=json)


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
            metavar="TIME",
            help="The last day off, or when they are back: in the owner's zone; else until `back`.",
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


@app.command("return")
def hand_back(
    lead: Annotated[str, typer.Argument(help="SOURCE:ID, the id alone, or an e-mail address.")],
    reason: Annotated[str, typer.Option(help="Why: wrong territory, spam, ...")],
    *,
    by: Annotated[
        str | None, typer.Option(metavar="OWNER", help="Who has it; else whoever does.")
    ] = None,
    as_not_a_lead: Annotated[
        bool, typer.Option("--as-not-a-lead", help="Set it aside with the data steward.")
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Hand a lead back: it goes to somebody else at once, and the turn is undone for everybody."""
    from flows.commands import hand_back as command

    words = command.Words(lead=lead, reason=reason, by=by, as_no_lead=as_not_a_lead)
    command.run(words, config, store, as_json=json)


@app.command()
def returns(
    *,
    since: Annotated[str, typer.Option(metavar="TIME", help="7d, 12h or a date.")] = "7d",
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """List what was handed back: when, by whom, why."""
    from flows.commands import hand_back as command

    command.list_returns(since, store, as_json=json)


@app.command()
def take(
    pool: Annotated[str, typer.Argument(help="A pool whose strategy is pull.")],
    owner: Annotated[str, typer.Option("--as", metavar="OWNER", help="Who takes it.")],
    *,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """
    Take the next lead of a pool: the nearest SLA deadline first, then the oldest.

    Exit 1 when nothing was taken; stderr says why: no lead waits, at a cap, switched off, ...
    """
    from flows.commands import take as command

    command.run(pool, owner, config, store, as_json=json)
