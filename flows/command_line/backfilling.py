"""Commands for what is older, and for taking a run back."""

from typing import Annotated

import typer

from flows.command_line.options import Config, Json, StoreUrl
from leads.errors import ConfigError

app = typer.Typer()

Unowned = Annotated[
    bool,
    typer.Option(
        "--only-unowned/--also-owned", help="Only what no person owns; or what they own too."
    ),
]
Plan = Annotated[
    str | None,
    typer.Option("--apply", metavar="PLAN", help="Give away exactly what this plan says."),
]

Version = Annotated[
    int | None,
    typer.Option(
        "--policy-version",
        metavar="N",
        min=1,
        help="Plan by an earlier version's rules (firsttouch policy list).",
    ),
]
Notify = Annotated[bool, typer.Option("--notify", help="With --apply: tell the new owners.")]
Most = Annotated[
    int | None, typer.Option("--max", metavar="N", min=1, help="At most so many leads.")
]


@app.command()
def backfill(
    *,
    source: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="Whose leads, or all; without it, lists.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="Created at or after; UTC without a zone.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Created before.")] = None,
    dry_run: Annotated[  # noqa: ARG001 - a plan writes nothing, whether that is said or not
        bool, typer.Option("--dry-run", help="Plan, and write nothing: so it is by default.")
    ] = True,
    apply: Plan = None,
    most: Most = None,
    only_unowned: Unowned = True,
    policy_version: Version = None,
    notify: Notify = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """
    Give older leads their owners: first a plan, then, by its number, exactly that plan.

    Stopped, or killed, the same words go on where it was. The live cursor is never moved.
    """
    from flows.commands import backfill as command

    if source is not None and apply is not None:
        raise ConfigError(["backfill: --source makes a plan, --apply does one; say one of them"])
    if apply is not None and policy_version is not None:
        raise ConfigError(["backfill: --policy-version is of a plan; --apply does one as it is"])
    if apply is not None:
        command.apply(apply, config, store, notify=notify, as_json=json)
    elif source is None:
        command.list_backfills(store, as_json=json)
    else:
        first, last = command.dates(since, until)
        command.plan(
            source,
            first,
            last,
            config,
            store,
            most=most,
            any_owner=not only_unowned,
            policy_version=policy_version,
            as_json=json,
        )


@app.command()
def undo(
    *,
    run: Annotated[
        str | None, typer.Option("--run", metavar="ID", help="Which run; without it, lists.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be given back; write nothing.")
    ] = False,
    config: Config = None,
    store: StoreUrl = None,
    json: Json = False,
) -> None:
    """Give back what a run assigned, to whoever had it, where nobody has moved it since."""
    from flows.commands import undo as command

    if run is None:
        command.list_runs(store, as_json=json)
    else:
        command.run(run, config, store, is_rehearsal=dry_run, as_json=json)
