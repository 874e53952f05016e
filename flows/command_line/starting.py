"""Commands for a configuration that is not there yet."""

from pathlib import Path
from typing import Annotated

import typer

from flows.command_line.options import Json

app = typer.Typer()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write; a new one.")],
    *,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", metavar="CRM", help="Only this one; may be repeated."),
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option("--domain", metavar="NAME", help="Salesforce's My Domain, as in acme.my."),
    ] = None,
) -> None:
    """
    Write a starter configuration by reading the CRMs.

    Owners, intake, territories and pools are guessed from recent leads; nothing is written to a
    CRM. Exit 1 when something could not be read.
    """
    from flows.commands import init as command

    command.run(folder, sources=source or (), domain=domain)


@app.command("import")
def import_rules(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Salesforce's rules (XML), HubSpot's workflows (JSON).",
        ),
    ],
    *,
    into: Annotated[
        Path, typer.Option("--into", metavar="DIR", help="The configuration; a new one, too.")
    ],
    country: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Where states lie that a rule names no country of, such as US."
        ),
    ] = None,
    online: Annotated[
        bool,
        typer.Option(
            "--online", help="Ask HubSpot who the users and teams are that a rotation names."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """
    Translate a CRM's routing rules; list what cannot be.

    Exit 1 when some rule could not be translated: it stands in the file as a comment, with why.
    """
    from flows.commands import import_rules as command

    command.run(files, into, country=country, online=online, as_json=json)
