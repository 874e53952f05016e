"""Turn a file's bytes into rows of text, whatever program saved it."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leads.errors import ConfigError

_SEPARATORS = ",;\t|"
_SAID = re.compile(r'"?sep=([^"\w])"?')
"""A first line that tells Excel what separates the cells, and is no row."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`rows` are (line number, cells). `notes` say what had to be assumed."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    notes: tuple[str, ...]


def read_table(path: Path) -> Table:
    """Raises ConfigError saying what is wrong with the file and what to save instead."""
    text, notes = _decoded(path, _bytes_of(path))
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    said = _SAID.fullmatch(first_line.strip(" "))
    separator = said[1] if said else max(_SEPARATORS, key=first_line.count)
    rows = [(line, cells) for line, cells in _rows(path, text, separator) if any(cells)]
    rows = rows[1:] if said else rows
    if not rows:
        raise ConfigError([f"{path}: the file is empty; it needs a header and a row for each lead"])
    header = tuple(cell.strip() for cell in rows[0][1])
    _refuse_repeated(path, header)
    return Table(header=header, rows=tuple(rows[1:]), notes=notes)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigError([f"{path}: there is no such file"]) from None
    except OSError as error:
        raise ConfigError([f"{path}: it cannot be read: {error.strerror}"]) from None


def _decoded(path: Path, content: bytes) -> tuple[str, tuple[str, ...]]:
    """UTF-8, or what Excel saves in Western Europe: cp1252, of which Latin-1's letters are part."""
    if content.startswith(_UTF_16):
        return content.decode("utf-16", errors="replace"), ()
    if b"\0" in content:
        problem = "it holds NUL bytes, so it is no text: save it as CSV UTF-8, not as a workbook"
        raise ConfigError([f"{path}: {problem}"])
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        note = f"{path}: not UTF-8 (line {line}); read as Windows-1252, check its accented letters"
        return content.decode("cp1252", errors="replace"), (note,)


def _rows(path: Path, text: str, separator: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """
    Strict: a quotation mark that is not closed would swallow the rows after it without a word.

    Raises ConfigError naming the line in which the row that cannot be read begins.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, tuple(cell.strip() for cell in cells)
            line = reader.line_num + 1
    except csv.Error as error:
        problem = f"the row that begins in line {line} cannot be read as CSV: {error}"
        cure = 'close its quotation mark, and write a mark inside a quoted cell twice ("")'
        raise ConfigError([f"{path}: {problem}; {cure}"]) from None


def _refuse_repeated(path: Path, header: Sequence[str]) -> None:
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if repeated:
        raise ConfigError([f"{path}: the header repeats {', '.join(repeated)}; name each once"])
