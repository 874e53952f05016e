"""The options of `simulate`, which are many: what is decided, from where on, compared with what."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Trace(StrEnum):
    """How many of the rules a decision tells of."""

    NEAR = "near"
    FULL = "full"


Leads = Annotated[Path | None, typer.Argument(metavar="LEADS.csv", help="Canonical columns.")]
Clock = Annotated[
    str | None, typer.Option(help="One clock for all, ISO 8601; else each lead's created_at.")
]
OpenLeads = Annotated[
    Path | None, typer.Option("--open", metavar="OPEN.csv", help="Columns owner,open.")
]
Accounts = Annotated[
    Path | None,
    typer.Option(metavar="ACCOUNTS.csv", help="Columns name,domain,owner,created_at,id."),
]
OpenFor = Annotated[
    str | None,
    typer.Option(metavar="14d", help="A lead given stays open so long; else for ever."),
]
OtherConfig = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Compare with this configuration; --config is today's."),
]
Page = Annotated[
    Path | None, typer.Option(metavar="PAGE.html", help="With --against: write it as a page.")
]
FromStore = Annotated[
    bool, typer.Option("--from-store", help="With --against: the leads decided --since.")
]
Since = Annotated[
    str, typer.Option(metavar="30d", help="With --from-store: a time, or how long ago.")
]
EdgeCases = Annotated[
    bool,
    typer.Option("--edge-cases", help="Leads at the edges of the policy; --out EDGE.csv."),
]
Out = Annotated[
    Path | None, typer.Option(metavar="DECISIONS.jsonl", help="Write one JSON object a lead.")
]
Traces = Annotated[Trace, typer.Option(help="near: rules up to the match and near misses; full.")]
WithModel = Annotated[
    bool, typer.Option("--model", help="Pools with best_match go by the store's model in force.")
]
