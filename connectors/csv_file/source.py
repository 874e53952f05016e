"""A CSV file as a source of its own: read again each time, as others add rows or replace it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from connectors.csv_file.connector import CsvFile
from connectors.csv_file.settings import CsvSettings
from connectors.findings import Finding, examine, warning
from connectors.setup import SourceSetup
from connectors.vendor_text import digest
from leads.errors import ConfigError, ContractError
from leads.keys import CrmOwnerId, LeadKey
from leads.lead import Lead
from leads.record import Cursor, Page, RawRecord

_PAGE_SIZE = 500
_CONTACTS = ("email", "work_email", "phone", "mobile_phone", "work_phone", "whatsapp")
_MARK = "@"


class CsvSource:
    """
    LeadSource. A file to which rows are added is read on; one that was replaced, from its start.

    The cursor is how many rows were read and a fingerprint of them. Rows are known by their id, or
    by whom they are about, so that reading some again changes nothing.
    """

    def __init__(self, settings: CsvSettings, setup: SourceSetup) -> None:
        self.name = setup.name
        self._path, self._setup = settings.path, setup
        self._read: CsvFile | None = None

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        rows = self._rows("pull")
        marks = list(_marks(rows))
        at = _resume(since, marks)
        while at < len(rows):
            page = rows[at : at + _PAGE_SIZE]
            at += len(page)
            yield Page(records=tuple(page), resume_from=Cursor(f"{at}{_MARK}{marks[at - 1]}"))

    def rewound(self, cursor: Cursor | None, to: datetime) -> Cursor | None:  # noqa: ARG002  (the port's)
        """Answer the file's beginning: its rows are in no order of time."""
        return None

    def fetch(self, ids: Sequence[str]) -> Iterator[RawRecord]:
        wanted = set(ids)
        yield from (row for row in self._rows("fetch") if row.source_id in wanted)

    def normalise(self, raw: RawRecord) -> Lead:
        lead = self._file("read a row").normalise(raw)
        return replace(lead, key=LeadKey(self.name, raw.source_id))

    def text_of(self, raw: RawRecord) -> Mapping[str, str | None]:
        return self._file("read a row").text_of(raw)

    def owner_of(self, raw: RawRecord) -> CrmOwnerId | None:
        return self._file("read a row").owner_of(raw)

    def is_intake(self, raw: RawRecord) -> str | None:  # noqa: ARG002  (the port's)
        """A row of a file is a lead because somebody put it there."""
        return None

    def amiss(self) -> Mapping[str, str]:
        return self._file("read the header").missing_columns()

    def check(self) -> Iterator[Finding]:
        return examine((), (("file", self._findings),))

    def _findings(self) -> Iterator[Finding]:
        file = self._file("check", again=True)
        yield from file.findings()
        yield from _without_id(self._path, [row for row in file.rows() if _has_no_id(row)], file)

    def close(self) -> None:
        """Nothing is held open."""

    def _rows(self, operation: str) -> list[RawRecord]:
        file = self._file(operation, again=True)
        return list(_each_its_own(_known(row, file.text_of(row)) for row in file.rows()))

    def _file(self, operation: str, *, again: bool = False) -> CsvFile:
        """
        Read the file, or answer with it as it was last read. Raises ContractError.

        A row that has no created_at was created when the file was last changed.
        """
        if again or self._read is None:
            try:
                changed = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
                self._read = CsvFile(self._path, self._setup, created_at=changed)
            except OSError as error:
                problem = f"{self._path}: {error.strerror}"
                raise ContractError(self.name, operation, problem) from None
            except ConfigError as error:
                # Not ours to raise: a file that is missing must not keep other sources waiting.
                raise ContractError(self.name, operation, "; ".join(error.problems)) from None
        return self._read


def _has_no_id(row: RawRecord) -> bool:
    return row.source_id == f"line-{row.body['line']}"


def _without_id(path: Path, rows: Sequence[RawRecord], file: CsvFile) -> Iterator[Finding]:
    """Say what rows without an id are known by, and how many of them are about one person."""
    if not rows:
        return
    known = Counter(_known(row, file.text_of(row)).source_id for row in rows)
    again = sum(count - 1 for count in known.values())
    told = f"{path}: {len(rows):,} rows have no id: each is known by its e-mail address or number"
    other = f"; {again:,} repeat one, and each of those is known by all it says" if again else ""
    yield warning(f"{told}, and is another lead when that changes{other}. Give every row an id")


def _each_its_own(rows: Iterable[RawRecord]) -> Iterator[RawRecord]:
    """Yield the rows; one whose id stands above already, of another row, is known by its own."""
    above: dict[str, str] = {}
    for row in rows:
        if above.setdefault(row.source_id, row.version) == row.version:
            yield row
        else:  # two people under one id: that of the first would swallow the second
            yield replace(row, source_id=f"{row.source_id}#row-{row.version}")


def _known(row: RawRecord, text: Mapping[str, str | None]) -> RawRecord:
    """
    Name a row without an id by whom it is about: its line may be another row's tomorrow.

    An edit of any other column leaves it the same lead. The name is a digest: ids go into logs.
    """
    if not _has_no_id(row):
        return row
    contact = next(filter(None, (_plain(field, text.get(field)) for field in _CONTACTS)), None)
    if contact is None:
        return replace(row, source_id=f"row-{row.version}")
    return replace(row, source_id=f"contact-{digest({'contact': contact})}")


def _plain(field: str, text: str | None) -> str:
    """Answer an address or a number whatever its case, spaces and signs."""
    kept = (text or "").strip().casefold()
    return kept if field.endswith("email") else "".join(filter(str.isdigit, kept))


def _marks(rows: Sequence[RawRecord]) -> Iterator[str]:
    """Yield, after each row, a fingerprint of all rows up to it."""
    seen = hashlib.sha256()
    for row in rows:
        seen.update(f"{row.source_id} {row.version}\n".encode("utf-8", "replace"))
        yield seen.copy().hexdigest()[:16]


def _resume(since: Cursor | None, marks: Sequence[str]) -> int:
    """Return how many rows need not be read again: all that were read, or none."""
    if since is None:
        return 0
    count, _, mark = since.partition(_MARK)
    if not (mark and count.isdecimal()):
        raise ContractError("csv_file", "pull", "the stored cursor is not one of a file")
    read = int(count)
    return read if 0 < read <= len(marks) and marks[read - 1] == mark else 0
