"""Commands for a configuration that is not there yet."""

from pathlib import Path
from typing import Annotated

import typer

from flows.command_line.options import Json

app = typer.Typer()


@app.command("import")
def import_rules(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Salesforce's assignment rules (XML)."),
    ],
    *,
    into: Annotated[
        Path, typer.Option("--into", metavar="DIR", help="The configuration; a new one, too.")
    ],
    json: Json = False,
) -> None:
    """
    Translate a CRM's routing rules; list what cannot be.

    Exit 1 when some rule could not be translated: it stands in the file as a comment, with why.
    """
    from flows.commands import import_rules as command

    command.run(files, into, as_json=json)
