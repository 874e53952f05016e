"""Leads of a CSV file with canonical columns: for simulating, and for what no API offers."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from connectors import salesforce_ids
from connectors.csv_file.reading import Table, read_table
from connectors.findings import Finding, examine, fine, unknown_words, warning, wrong
from connectors.setup import SourceSetup
from connectors.vendor_text import as_text, digest
from leads.errors import ConfigError, ContractError, RecordError
from leads.fields import COLUMNS, CUSTOM
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.normalise.build import lead_from
from leads.normalise.private_answers import is_private_answer
from leads.normalise.private_questions import is_private_question
from leads.record import Cursor, Page, RawRecord

_CUSTOM = re.compile(rf"^\s*{re.escape(CUSTOM)}", re.IGNORECASE)
_TOO_MANY = "(cells without a column)"
_PAGE_SIZE = 500
_EXPORT_PREFIX = "l:"
_SALESFORCE = "salesforce"

_TOLD = 5


class CsvFile:
    """
    LeadSource. Rows are in file order; the cursor is the line last read, and is read again.

    `notes` say what was assumed of the file and which columns are not used. `created_at` stands in
    for a row that has none. Raises ConfigError when the file cannot be read.
    """

    def __init__(
        self, path: Path, setup: SourceSetup, *, created_at: datetime | None = None
    ) -> None:
        self.name = setup.name
        self._path, self._setup, self._created_at = path, setup, created_at
        self._table = read_table(path)
        self._columns = {column: name for name, column in setup.fields.items()}
        self._fields = _Fields(self._canonical)
        self._kept = [(n, h) for n, h in enumerate(self._table.header) if not _is_private(h)]
        self._at = {self._fields[header]: n for n, header in self._kept}
        unused = [h for h in self._table.header if h and not self._fields[h]]
        self.notes = (
            *self._table.notes,
            *_unused_note(path, unused),
            *self._zone_note(),
            *([] if self._table.rows else [f"{path}: no rows: there is a header and nothing else"]),
        )
        if len(unused) == len([h for h in self._table.header if h]):
            raise ConfigError([_no_header(path, self._table)])

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        start = _line(since)
        records = [record for record in self.rows() if record.body["line"] >= start]
        for first in range(0, len(records), _PAGE_SIZE):
            page = records[first : first + _PAGE_SIZE]
            yield Page(records=tuple(page), resume_from=Cursor(str(page[-1].body["line"])))

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        wanted = set(ids)
        yield from (record for record in self.rows() if record.source_id in wanted)

    def rows(self) -> Iterator[RawRecord]:
        """Yield every row, in the file's order."""
        yield from (self._raw(line, cells) for line, cells in self._table.rows)

    def normalise(self, raw: RawRecord) -> Lead:
        try:
            return self._read(raw)
        except RecordError as error:
            where = f"line {raw.body['line']}: {error.reason}"
            raise RecordError(error.source_id, error.field, where) from None

    def _read(self, raw: RawRecord) -> Lead:
        if _TOO_MANY in raw.body["row"]:
            raise RecordError(raw.source_id, "row", "it has more cells than the header has columns")
        text = self.text_of(raw)
        if self._created_at and not text.get("created_at"):
            text["created_at"] = self._created_at.isoformat()
        text["created_at"] = with_zone(text.get("created_at"))
        source = text.pop("source", None) or self.name
        text.pop("id", None)
        return lead_from(LeadKey(source, raw.source_id), text, self._setup.vocabulary)

    def text_of(self, raw: RawRecord) -> dict[str, str | None]:
        text = {
            field: as_text(cell)
            for column, cell in raw.body["row"].items()
            if (field := self._fields[column])
        }
        return salesforce_ids.with_whole_owner(text)

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        owner = self.text_of(raw).get("current_owner")
        return CrmOwnerId(owner) if owner else None

    def check(self) -> Iterator[Finding]:
        return examine((), (("file", self.findings),))

    def close(self) -> None:
        """Nothing is held open: the file was read at the start."""

    def is_intake(self, raw: RawRecord) -> str | None:  # noqa: ARG002  (the port's)
        """A row of a file is a lead because somebody put it there."""
        return None

    def findings(self) -> Iterator[Finding]:
        """What was assumed, mapped columns that are not there, and how many rows there are."""
        yield from map(warning, self.notes)
        yield from map(wrong, self.missing_columns().values())
        ids = Counter(row.source_id for row in self.rows())
        twice = [known for known, count in ids.items() if count > 1]
        if twice:
            told = ", ".join(twice[:_TOLD])
            yield warning(
                f"{self._path}: {len(twice)} ids stand in more than one row ({told}): each of "
                "those rows is a lead of its own; give every row its own id"
            )
        if self._table.rows:
            yield fine(f"{self._path}: {len(self._table.rows):,} rows")

    def missing_columns(self) -> dict[str, str]:
        """Say of each field that the configuration reads from a column which is not there."""
        found: dict[str, str] = {}
        for name, column in self._setup.fields.items():
            place = f"{self._path}: sources.{self.name}.fields.{name}"
            for each in unknown_words(place, (column,), self._table.header, "a column of the file"):
                found[name] = each.text
        return found

    def _zone_note(self) -> list[str]:
        at = [n for n, column in self._kept if self._fields[column] == "created_at"]
        times = (cells[n] for _, cells in self._table.rows for n in at if n < len(cells))
        if not any(map(_lacks_zone, times)):
            return []
        return [f"{self._path}: created_at without a time zone is read as UTC"]

    def _canonical(self, column: str) -> str | None:
        name = self._columns.get(column) or column.lower().replace(" ", "_")
        return name if name in COLUMNS or name.startswith(CUSTOM) else None

    def _raw(self, line: int, cells: tuple[str, ...]) -> RawRecord:
        told = ((column, cells[n]) for n, column in self._kept if n < len(cells))
        row = {column: cell for column, cell in told if self._is_kept(column, cell)}
        if any(cells[len(self._table.header) :]):
            row[_TOO_MANY] = "yes"
        record_id = (self._cell("id", cells) or f"line-{line}").removeprefix(_EXPORT_PREFIX)
        if self._cell("source", cells) == _SALESFORCE:
            record_id = salesforce_ids.lead_id(record_id) or record_id
        return RawRecord(source_id=record_id, version=digest(row), body={"line": line, "row": row})

    def _is_kept(self, column: str, cell: str) -> bool:
        return self._fields[column] in COLUMNS or not is_private_answer(cell)

    def _cell(self, field: str, cells: tuple[str, ...]) -> str:
        n = self._at.get(field, len(cells))
        return cells[n] if n < len(cells) else ""


class _Fields(dict[str, str | None]):
    """What each column is for us. A row may have one of the file as it was before."""

    def __init__(self, canonical: Callable[[str], str | None]) -> None:
        self._canonical = canonical

    def __missing__(self, column: str) -> str | None:
        field = self[column] = self._canonical(column)
        return field


def _is_private(column: str) -> bool:
    """A column that the file may have and we do not keep."""
    return is_private_question(_CUSTOM.sub("", column))


def with_zone(text: str | None) -> str | None:
    """Take a time that a spreadsheet wrote without its zone for UTC; leave anything else."""
    try:
        at = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return text
    return text if at.tzinfo else at.replace(tzinfo=UTC).isoformat()


def _lacks_zone(text: str) -> bool:
    return with_zone(text) != text


def _line(cursor: Cursor | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal():
        raise ContractError("csv_file", "resume", "the stored cursor is not a line number")
    return int(cursor)


def _unused_note(path: Path, unused: Sequence[str]) -> list[str]:
    if not unused:
        return []
    told = ", ".join(map(_with_guess, unused))
    return [f"{path}: columns not used: {told} (name custom ones custom.NAME)"]


def _with_guess(column: str) -> str:
    near = get_close_matches(column.lower().replace(" ", "_"), COLUMNS, n=1, cutoff=0.75)
    return f"{column} (did you mean {near[0]}?)" if near else column


def _no_header(path: Path, table: Table) -> str:
    wanted = "id, created_at, email, phone, company, country"
    found = f"none of the {len(table.header)} cells of its first line is a lead's field"
    return f"{path}: {found}; it must be a header with columns such as {wanted}"
