"""The `firsttouch` command line: its commands by topic. Each command's work is in commands/."""

import typer

from flows.command_line import (
    backfilling,
    keeping,
    privacy,
    questions,
    reporting,
    reviewing,
    rules,
    running,
)
from flows.exits import run_and_exit

app = typer.Typer(
    help="Automated lead distribution: the right owner in seconds, and a reason for everybody.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for topic in (running, backfilling, reviewing, rules, questions, reporting, privacy, keeping):
    app.add_typer(topic.app)


def main() -> None:
    """Run the command line; errors end as one message and the exit code they deserve."""
    run_and_exit(lambda: app(prog_name="firsttouch"))


if __name__ == "__main__":
    main()
