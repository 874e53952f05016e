"""The readable page every vendor of the sandbox shows at its root."""

from collections.abc import Mapping, Sequence
from html import escape

from starlette.responses import HTMLResponse

MAX_ROWS = 300
_STYLE = """
:root { color-scheme: light dark; --line: #8883; --soft: #8888; --accent: #c8553d; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p.note { color: var(--soft); margin: .2rem 0 1.2rem; }
ul.counts { display: flex; flex-wrap: wrap; gap: .6rem; list-style: none; padding: 0; }
ul.counts li { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .9rem; }
ul.counts b { display: block; font-size: 1.3rem; font-variant-numeric: tabular-nums; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .8rem; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .8rem .35rem 0; }
td.empty { color: var(--accent); }
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><h1>{title}</h1><p class="note">{note}</p>{counts}{tables}</body></html>"""


class Html(str):
    """What stands in a cell as it is: a button of ours."""

    __slots__ = ()


class Table:
    """One table of the page; an empty cell stands out."""

    def __init__(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.title, self.columns, self.rows = title, columns, rows

    def html(self) -> str:
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in self.rows[:MAX_ROWS])
        return (
            f"<h2>{escape(self.title)}</h2><div class=wide><table>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )


def listing(
    title: str, note: str, counts: Mapping[str, int], tables: Sequence[Table]
) -> HTMLResponse:
    """Counts on top, then the tables; the page renews itself every 5 seconds."""
    counted = "".join(f"<li><b>{n:,}</b>{escape(what)}</li>" for what, n in counts.items())
    page = _PAGE.format(
        title=escape(title),
        style=_STYLE,
        note=escape(note),
        counts=f"<ul class=counts>{counted}</ul>",
        tables="".join(table.html() for table in tables),
    )
    return HTMLResponse(page)


def _cell(text: str) -> str:
    if isinstance(text, Html):
        return f"<td>{text}</td>"
    return f"<td>{escape(text)}</td>" if text else "<td class=empty>nobody</td>"
