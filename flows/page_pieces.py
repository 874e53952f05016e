"""Pieces of the pages that runs leave in Prefect."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap

_LINE = 44
"""Characters: Prefect's page does not wrap a cell, and cuts off what is long."""
_LONGEST_KEY = 32


class Linked(str):
    """Text of a table's cell that is Markdown already, and safe."""

    __slots__ = ()


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {cell(line)}" for line in lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; what is longer than a cell has room for, in lines."""
    rule = "|".join("---" for _ in head)
    lines = [f"| {' | '.join(head)} |", f"|{rule}|"]
    lines += [f"| {' | '.join(map(_cell_of_row, row))} |" for row in rows]
    return "\n".join(lines)


def _cell_of_row(text: str) -> str:
    return text if isinstance(text, Linked) else lines_of(text)


def without_empty(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Leave out the columns in which no row has anything: they take the others' room."""
    filled = {name for row in rows for name, text in row.items() if text}
    return [{name: text for name, text in row.items() if name in filled} for row in rows]


def cell(text: str) -> str:
    """Keep what was typed at a source from being read as Markdown or HTML."""
    kept = " ".join(text.split()).replace("|", "\\|")
    return kept.replace("<", "&lt;")


def lines_of(text: str) -> str:
    """Return a cell's text in lines that a page has room for; safe as `cell` is."""
    return "<br>".join(wrap(cell(text), _LINE, break_on_hyphens=False, break_long_words=False))


def lead_link(lead: str, link: str) -> str:
    """Return a lead's key, as a link where there is one. Some ids are the senders' own."""
    name = lead.replace("[", "\\[").replace("]", "\\]")
    return f"[{name}]({link})" if link else name


def in_cell(lead: str, link: str) -> Linked:
    """Return the same for a table, a long key in two lines: it would take the others' room."""
    parts = (lead,) if len(lead) <= _LONGEST_KEY else lead.partition(":")[::2]
    return Linked("<br>".join(lead_link(cell(part), link) for part in parts if part))
