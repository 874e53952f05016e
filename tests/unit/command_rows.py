"""What docs/commands.md must say: a row for each argument and option, from the command line."""

from collections.abc import Iterator

import typer

from flows.cli import app


def commands() -> dict[str, list[str]]:
    """Return, for each command that can be run, its first line of help and its rows."""
    return {" ".join(path): told(command) for path, command in _walk(typer.main.get_command(app))}


def told(command) -> list[str]:
    purpose = " ".join((command.help or "").split("\n\n")[0].split())
    return [purpose, *(_row(parameter) for parameter in command.params)]


def _walk(command, path=()) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, part in getattr(command, "commands", {}).items():
        yield from _walk(part, (*path, name))
    if path and getattr(command, "invoke_without_command", True):
        yield path, command


def _row(parameter) -> str:
    if parameter.param_type_name == "argument":
        name = parameter.metavar or parameter.name.upper()
    else:
        value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
        name = ", ".join([*parameter.opts, *parameter.secondary_opts]) + value
    needed = " **Required.**" if parameter.required else ""
    return f"| `{name}` | {parameter.help}{needed} |"
