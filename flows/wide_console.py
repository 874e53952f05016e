"""Printing for people: folded at the edge of a terminal, in whole lines where there is none."""

from rich.console import Console

_NO_EDGE = 100_000


def wide_console(*, markup: bool = True) -> Console:
    """Return a console; in a pipe or a file nothing is folded or cut, whatever its length."""
    found = Console(highlight=False, markup=markup)
    if found.is_terminal:
        return found
    return Console(highlight=False, markup=markup, width=_NO_EDGE)
