"""Options that many commands take, worded once."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="DIR", help="Configuration folder [FIRSTTOUCH_CONFIG]."),
]
AsIf = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="DIR",
        help="As this configuration would decide; FIRSTTOUCH_CONFIG is not asked.",
    ),
]
StoreUrl = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="Database [FIRSTTOUCH_STORE]."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
OneSource = Annotated[
    str | None, typer.Option("--source", metavar="SOURCE", help="Only this source.")
]
