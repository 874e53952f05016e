"""Commands for whoever looks after the store."""

from pathlib import Path
from typing import Annotated

import typer

from flows.command_line.options import Config, Json, StoreUrl

app = typer.Typer()
store_app = typer.Typer(
    help="The database: how large, which version, a backup, and what is old enough to go.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.add_typer(store_app, name="store")


@store_app.command()
def status(*, store: StoreUrl = None, json: Json = False) -> None:
    """Say where it is, the version of its tables, its size, and how many rows since when."""
    from flows.commands import store as command

    command.status(store, as_json=json)


@store_app.command()
def migrate(*, store: StoreUrl = None) -> None:
    """Bring its tables to this program's version, making the store where there is none."""
    from flows.commands import store as command

    command.bring_forward(store)


@store_app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file; nothing is written over.")],
    *,
    store: StoreUrl = None,
) -> None:
    """Copy a SQLite store as it is at one moment; nobody has to stop for it."""
    from flows.commands import store as command

    command.back_up_to(file, store)


@store_app.command()
def prune(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go; change nothing.")
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Forget what is older than `retention` of the configuration, and give the room back."""
    from flows.commands import prune as command

    command.run(config, store, is_rehearsal=dry_run, as_json=json)
