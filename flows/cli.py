"""The `firsttouch` command line: its commands by topic. Each command's work is in commands/."""

from importlib.metadata import version
from typing import Annotated

import typer

from flows.command_line import (
    backfilling,
    keeping,
    modelling,
    privacy,
    questions,
    reporting,
    reviewing,
    rules,
    running,
    starting,
)
from flows.exits import run_and_exit
from flows.serving_log import warnings_marked

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
TOPICS = (
    *(starting, running, backfilling, reviewing, rules, modelling),
    *(questions, reporting, privacy, keeping),
)
for topic in TOPICS:
    app.add_typer(topic.app)


def _tell_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"firsttouch {version('firsttouch')}")
        raise typer.Exit


_VERSION = typer.Option(
    "--version", help="Say which, and exit.", callback=_tell_version, is_eager=True
)


@app.callback()
def _about(*, version: Annotated[bool, _VERSION] = False) -> None:
    """Automated lead distribution: the right owner in seconds, and a reason for everybody."""


def main() -> None:
    """Run the command line; errors end as one message and the exit code they deserve."""
    with warnings_marked():
        run_and_exit(lambda: app(prog_name="firsttouch"))


if __name__ == "__main__":
    main()
