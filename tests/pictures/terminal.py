"""What a command printed, as a picture of a terminal."""

from collections.abc import Sequence
from io import StringIO

from rich.console import Console
from rich.text import Text

WIDTH = 100


def as_svg(command: str, lines: Sequence[str]) -> str:
    """Draw a window with the command typed, and its lines with their colours."""
    console = Console(record=True, width=WIDTH, file=StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
    for line in lines:
        console.print(Text.from_ansi(line), no_wrap=True, overflow="ellipsis")
    return console.export_svg(title=f"firsttouch: {command}")
