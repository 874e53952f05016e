"""Commands for the model of who is likeliest to close a lead."""

from pathlib import Path
from typing import Annotated

import typer

from flows.command_line.options import Config, Json, StoreUrl

app = typer.Typer()
model_app = typer.Typer(
    help="Who is likeliest to close: the model behind `strategy: best_match` (docs/model.md).",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(model_app, name="model")

By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who does; else your system's user.")
]


@model_app.command()
def train(
    *,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="FILE.csv", help="Learn from a file, not the store."),
    ] = None,
    columns: Annotated[
        str,
        typer.Option(
            "--columns", metavar="OURS=THEIRS,...", help="What the file calls owner, outcome, ..."
        ),
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would learn, and keep nothing.")
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Learn from closed leads; a version that finds enough routes, any other says why not."""
    from flows.commands import model as command

    command.train(history, columns, config, store, is_trial=dry_run, is_json=json)


@model_app.command()
def show(
    version: Annotated[int | None, typer.Argument(help="Its number; else the last one.")] = None,
    *,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Say what a version learnt, from what, and how it stands; and list them all."""
    from flows.commands import model as command

    command.show(version, config, store, is_json=json)


@model_app.command()
def compare(
    version: Annotated[int | None, typer.Argument(help="Else the one in force.")] = None,
    other: Annotated[int | None, typer.Argument(help="Another, to see beside it.")] = None,
    *,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Say how a version fares: against the leads by turns, its own word, and another version."""
    from flows.commands import model as command

    command.compare(version, other, config, store, is_json=json)


@model_app.command()
def start(
    version: Annotated[int | None, typer.Argument(help="Its number; else the last one.")] = None,
    *,
    by: By = None,
    config: Config = None,
    store: StoreUrl = None,
) -> None:
    """Put a version in force that waits, or that was stopped."""
    from flows.commands import model as command

    command.start(version, config, store, by=by)


@model_app.command()
def rollback(
    to: Annotated[str, typer.Argument(metavar="VERSION|rules", help="Where to go back to.")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept.")],
    by: By = None,
    store: StoreUrl = None,
) -> None:
    """Go back to an earlier version, or to the rules until somebody starts one again."""
    from flows.commands import model as command

    command.rollback(to, reason, store, by=by)
