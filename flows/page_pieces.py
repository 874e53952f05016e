"""Pieces of the pages that runs leave in Prefect."""

from collections.abc import Iterable, Sequence


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {cell(line)}" for line in lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = "|".join("---" for _ in head)
    lines = [f"| {' | '.join(head)} |", f"|{rule}|"]
    lines += [f"| {' | '.join(map(cell, row))} |" for row in rows]
    return "\n".join(lines)


def cell(text: str) -> str:
    """Keep what was typed at a source from being read as Markdown or HTML."""
    kept = " ".join(text.split()).replace("|", "\\|")
    return kept.replace("<", "&lt;")


def lead_link(lead: str, link: str) -> str:
    """Return a lead's key, as a link where there is one. Some ids are the senders' own."""
    name = lead.replace("[", "\\[").replace("]", "\\]")
    return f"[{name}]({link})" if link else name
