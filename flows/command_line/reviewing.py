"""Commands with which a person looks at first assignments."""

from typing import Annotated

import typer

from flows.command_line.options import Config, Json, StoreUrl

app = typer.Typer()
review_app = typer.Typer(
    help="The first assignments of a changed policy (`review:`), before they are written.",
    rich_markup_mode=None,
)
app.add_typer(review_app, name="review", invoke_without_command=True)

By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who answers; else your system's user.")
]
Leads = Annotated[
    list[str], typer.Argument(metavar="LEAD...", help="SOURCE:ID, the id alone, or an e-mail.")
]


@review_app.callback()
def review(
    context: typer.Context, *, config: Config = None, store: StoreUrl = None, json: Json = False
) -> None:
    """What waits for a person; without a further word, lists it."""
    context.obj = (config, store)
    if context.invoked_subcommand is None:
        from flows.commands import review as command

        command.list_waiting(config, store, as_json=json)


@review_app.command("list")
def list_(
    context: typer.Context, *, config: Config = None, store: StoreUrl = None, json: Json = False
) -> None:
    """List what waits: the lead, until when, who would have it and why."""
    from flows.commands import review as command

    above = context.obj
    command.list_waiting(config or above[0], store or above[1], as_json=json)


@review_app.command()
def approve(
    context: typer.Context,
    leads: Leads = [],  # noqa: B006 - Typer's way to say that none need be named
    *,
    every: Annotated[
        bool, typer.Option("--all", help="All that wait, but those held back.")
    ] = False,
    by: By = None,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Write now what the rules decided."""
    from flows.commands import review as command

    above = context.obj
    command.approve(leads, config or above[0], store or above[1], by=by, every=every)


@review_app.command()
def change(
    context: typer.Context,
    lead: Annotated[str, typer.Argument(help="SOURCE:ID, the id alone, or an e-mail.")],
    *,
    to: Annotated[str, typer.Option("--to", metavar="OWNER", help="Who has it instead.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")],
    by: By = None,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Give one to another owner."""
    from flows.commands import review as command

    above = context.obj
    command.change(lead, to, reason, config or above[0], store or above[1], by=by)


@review_app.command()
def hold(
    context: typer.Context,
    leads: Leads,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")] = "",
    by: By = None,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Keep some back from `approve --all`; at the deadline the rules' decision is written."""
    from flows.commands import review as command

    above = context.obj
    command.hold(leads, reason, config or above[0], store or above[1], by=by)
