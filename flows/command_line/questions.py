"""Commands that answer questions: why this owner, what was set aside, is it healthy."""

from typing import Annotated

import typer

from flows.command_line.options import AsIf, Config, Json, OneSource, StoreUrl
from leads.errors import ConfigError

app = typer.Typer()
rejects_app = typer.Typer(
    help="Records set aside: they cannot be identified or contacted.", rich_markup_mode=None
)
app.add_typer(rejects_app, name="rejects", invoke_without_command=True)


@app.command()
def explain(
    lead: Annotated[
        str | None, typer.Argument(help="SOURCE:ID, the id alone, or an e-mail address.")
    ] = None,
    *,
    owner: Annotated[
        str | None, typer.Option(metavar="OWNER", help="Instead of a lead: what this owner got.")
    ] = None,
    since: Annotated[
        str, typer.Option(metavar="TIME", help="With --owner: 7d, 12h or a date.")
    ] = "7d",
    config: AsIf = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """
    Say why this owner, and why not each other one; or why an owner got what they got.

    By the policy of that day; with --config, as that configuration would have decided then.
    """
    from flows.commands import explain as command
    from flows.commands import explain_owner

    if (lead is None) == (owner is None):
        raise ConfigError(["explain: name a lead, or an owner by --owner; one of the two"])
    if owner is not None:
        explain_owner.run(owner, since, config, store, as_json=json)
    else:
        command.run(lead or "", config, store, as_json=json)


@app.command()
def replay(
    lead: Annotated[str, typer.Argument(help="SOURCE:ID, the id alone, or an e-mail address.")],
    *,
    config: AsIf = None,
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


@rejects_app.command("done")
def rejects_done(
    context: typer.Context,
    request: Annotated[int, typer.Argument(help="Its number, as `rejects` tells it.")],
    *,
    store: StoreUrl = None,
) -> None:
    """Note that you have seen to what a webhook brought and nothing could be done with."""
    from flows.commands import rejects as command

    command.done(store or context.obj[1], request=request)


@app.command()
def reconcile(
    *,
    source: OneSource = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Leads created from then on: 7d, a date.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="And before then; else 15 minutes ago.")
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Repair what can be, over nobody's choice.")
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Compare store and vendors: whatever they have is accounted for, or listed. Exit 1 if not."""
    from flows.commands import reconcile as command

    command.run(config, store, source=source, since=since, until=until, fix=fix, as_json=json)


@app.command()
def alerts(
    *,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Those of the last 7d, or since a date.")
    ] = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """List what is wrong now: fields gone bad, silent sources, refused credentials, and so on."""
    from flows.commands import alerts as command

    command.run(since, store, as_json=json)


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
