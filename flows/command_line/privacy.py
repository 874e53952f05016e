"""Commands about a person's own data."""

from typing import Annotated

import typer

from flows.command_line.options import Config, Json, StoreUrl

app = typer.Typer()


@app.command()
def erase(
    email: Annotated[str | None, typer.Argument(help="The person's e-mail address.")] = None,
    *,
    phone: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Or the number, with its country: +34...")
    ] = None,
    lead: Annotated[
        str | None, typer.Option(metavar="KEY", help="Or one of the person's leads: SOURCE:ID.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be erased; erase nothing.")
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """
    Erase a person from the store, everywhere, and keep only that it was done.

    Nothing is deleted at a vendor: what is known to be there is listed.
    """
    from flows.commands import erase as command

    asked = command.Asked(email=email, phone=phone, lead=lead)
    command.run(asked, config, store, is_rehearsal=dry_run, as_json=json)
